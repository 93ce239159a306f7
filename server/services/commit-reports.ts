import { ingestScope } from '../auth/system-scope';
import { storeReports, type StoreOutcome, type VerifiedDelivery } from '../data/ingest-reports';
import type { IngestStore } from '../data/ingest-store';
import { createCommitter, type Committer } from './commit-by-msp';

/**
 * Keeps deliveries; those of one MSP that arrive together share a transaction.
 * @param onStored called once a batch, after its commit, with the MSP that has new reports
 */
export function createReportCommitter(
  store: IngestStore,
  onStored: (mspId: string) => void,
): Committer<VerifiedDelivery, StoreOutcome> {
  return createCommitter({
    store: (mspId, batch) => store.inScope(ingestScope(mspId), (query) => storeReports(query, mspId, batch)),
    bytesOf: ({ body }) => body.length,
    nameOf: ({ agentId, epoch, sequence }) => `${agentId} ${epoch} ${sequence}`,
    onStored: (mspId, outcomes) => {
      if (outcomes.includes('stored')) onStored(mspId);
    },
  });
}
