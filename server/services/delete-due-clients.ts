import { deletionObstacle } from '@/domain/evidence/client-ending';
import { workerScope } from '../auth/system-scope';
import { appendAuditEvent } from '../data/audit';
import type { Database } from '../data/database';
import {
  deleteClient,
  findEndedClient,
  listDueDeletions,
  measureClient,
  storeEvidenceKeep,
} from '../data/ended-clients';
import { evidenceKeep } from './end-client';

/** Rows of years may go. */
const TIMEOUT_MS = 600_000;

/** A client whose deletion failed; it is tried again. */
export interface FailedDeletion {
  readonly clientId: string;
  readonly error: unknown;
}

/**
 * Deletes the data of the MSP's clients that is due, each in a transaction of its own, with the event that says how much it was. What a legal
 * hold keeps by now, or a term that became longer since it was asked for, waits.
 */
export async function deleteDueClients(
  database: Database,
  mspId: string,
  now: Date,
): Promise<{ deleted: number; failures: FailedDeletion[] }> {
  const due = await database.inScope(workerScope(mspId), (tx) => listDueDeletions(tx, mspId, now));
  const failures: FailedDeletion[] = [];
  let deleted = 0;
  for (const { clientId } of due)
    try {
      if (await deleteOne(database, mspId, clientId, now)) deleted += 1;
    } catch (error) {
      failures.push({ clientId, error });
    }
  return { deleted, failures };
}

function deleteOne(database: Database, mspId: string, clientId: string, now: Date): Promise<boolean> {
  return database.inScope(
    workerScope(mspId),
    async (tx) => {
      const ended = await findEndedClient(tx, mspId, clientId);
      if (!ended) return false;
      const { deletesEvidence, isHeld, deletedAt } = ended;
      const keep = await evidenceKeep(tx, mspId, ended, now);
      const choice = deletesEvidence ? 'delete-evidence' : 'keep-evidence';
      if (deletionObstacle(choice, isHeld, keep, now.getTime())) return false;
      const extent = await measureClient(tx, mspId, clientId);
      const { systems, agents, jobs, runs, points, citedReports, ...evidence } = extent;
      const data = { systems, agents, jobs, runs, points, reports: extent.reports };
      const { records, attachments, documents, samples, messages } = evidence;
      const removed = {
        ...(deletedAt === null && data),
        ...(deletesEvidence && { citedReports, records, attachments, documents, samples, messages }),
      };
      await storeEvidenceKeep(tx, mspId, clientId, keep);
      if (!(await deleteClient(tx, clientId, removed))) return false;
      await appendAuditEvent(tx, {
        action: deletedAt === null ? 'client.deleted' : 'client.evidence-deleted',
        clientId,
        target: { clientId },
        details: {
          ...removed,
          evidence: choice,
          ...(keep && !deletesEvidence && { keptUntil: new Date(keep.until).toISOString() }),
        },
      });
      return true;
    },
    { timeoutMs: TIMEOUT_MS },
  );
}
