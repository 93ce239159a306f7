import { appendAuditEvent } from '../data/audit';
import type { Database } from '../data/database';
import { measureSamples, removeSampleClients, type SampleExtent } from '../data/sample-clients';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';

/** Rows of years may go. */
const TIMEOUT_MS = 120_000;

/**
 * Removes the invented clients of the scope's MSP with everything that is theirs, for good; answers what that was. The audit log keeps
 * what it told of them, and that they were removed.
 * @throws AppError `not-found` when there is no sample data
 */
export async function removeSampleData(database: Database, scope: TenantScope): Promise<SampleExtent> {
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
