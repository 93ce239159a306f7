import { markDirtySystems } from '../data/dirty-systems';
import type { Tx } from '../data/database';
import type { TenantScope } from '../tenancy/tenant-scope';

/** What a person's change concerns; `clientIds` `*`: every client, after a change of the MSP's default policy. */
export interface ChangeConcerns {
  readonly systemIds?: readonly string[];
  readonly repositoryIds?: readonly string[];
  readonly clientIds?: readonly string[] | '*';
}

/**
 * Has the verdicts evaluated again that a change concerns: call it in the transaction of the change. The worker finds the
 * mark by itself within seconds; nudge the MSP after the commit to have it at once.
 */
export async function markDirty(
  tx: Tx,
  scope: TenantScope,
  concerns: ChangeConcerns,
  nowMs: number,
): Promise<void> {
  await markDirtySystems(tx, scope.mspId, concerns, new Date(nowMs));
}
