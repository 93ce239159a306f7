import { markDirtySystems } from '../data/dirty-systems';
import { hastenCoverageOfCauses } from '../data/coverage-due';
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

/** Has everything evaluated again that these causes were opened by, with the systems that they concern. */
export async function reconsiderCauses(
  tx: Tx,
  scope: TenantScope,
  { causeIds, systemIds }: { readonly causeIds: readonly string[]; readonly systemIds: readonly string[] },
  nowMs: number,
): Promise<void> {
  await hastenCoverageOfCauses(tx, scope.mspId, causeIds, new Date(nowMs));
  await markDirty(tx, scope, { systemIds }, nowMs);
}
