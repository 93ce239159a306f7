import { appendAuditEvent } from '../data/audit';
import type { Database } from '../data/database';
import { measureSamples, removeSampleClients, type SampleExtent } from '../data/sample-clients';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';

/** Rows of years may go. */
const TIMEOUT_MS = 120_000;
const TRIES_MAX = 4;

/**
 * Removes the invented clients of the scope's MSP with everything that is theirs, for good; answers what that was. The audit log keeps
 * what it told of them, and that they were removed.
 * @throws AppError `not-found` when there is no sample data
 */
export async function removeSampleData(database: Database, scope: TenantScope): Promise<SampleExtent> {
  for (let tries = 1; ; tries++) {
    try {
      return await removeOnce(database, scope);
    } catch (error) {
      if (tries === TRIES_MAX || !isInTheWay(error)) throw error;
    }
  }
}

/** The worker goes on judging meanwhile: what it writes of a system holds that system, or comes a moment too late to be removed. */
function isInTheWay(error: unknown): boolean {
  return /deadlock|40P01|P2034|23503|foreign key/i.test(error instanceof Error ? error.message : '');
}

function removeOnce(database: Database, scope: TenantScope): Promise<SampleExtent> {
  return database.inScope(
    scope,
    async (tx) => {
      const extent = await measureSamples(tx, scope.mspId);
      if ((await removeSampleClients(tx)) === 0) throw nothingHere();
      await appendAuditEvent(tx, { action: 'sample-data.removed', target: {}, details: { ...extent } });
      return extent;
    },
    { timeoutMs: TIMEOUT_MS },
  );
}
