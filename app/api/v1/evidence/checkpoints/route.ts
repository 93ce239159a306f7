import { withApiKey } from '@/server/auth/with-route';
import { listApiCheckpoints } from '@/server/data/evidence-api';
import { webDatabase } from '@/server/data/web-database';
import { askedNumbers, sliceResponse } from '../asked-slice';

/** Checkpoints of the log with the proof that the MSP's chain is in them; docs/evidence-api.md. */
export const GET = withApiKey({}, async ({ request, scope }) => {
  const slice = askedNumbers(request, 100);
  const checkpoints = await listApiCheckpoints(webDatabase(), scope, slice);
  const data = checkpoints.map((checkpoint) => ({
    checkpoint_id: checkpoint.checkpointId,
    at: checkpoint.at.toISOString(),
    note: checkpoint.note,
    key_id: checkpoint.keyId,
    seq: checkpoint.seq,
    head: checkpoint.head,
    leaf_index: checkpoint.leafIndex,
    tree_size: checkpoint.treeSize,
    path: checkpoint.path,
    time_stamp: checkpoint.tsaToken && Buffer.from(checkpoint.tsaToken).toString('base64'),
    time_stamped_at: checkpoint.tsaAt?.toISOString() ?? null,
    time_stamped_by: checkpoint.tsaAuthority,
  }));
  return sliceResponse(data, slice, checkpoints.at(-1)?.checkpointId);
});
