import type { Tx } from '../data/database';
import { systemsOfJobs } from '../data/jobs';
import { listAssignmentsOf, type AssignmentTarget, type PolicyInForce } from '../data/policies';
import { systemsWithTag } from '../data/system-tags';
import type { ChangeConcerns } from './mark-dirty';

/** What a policy holds for. A site concerns its whole client: where a system stands can be declared, and is not asked here. */
export async function policyConcerns(
  tx: Tx,
  mspId: string,
  policy: Pick<PolicyInForce, 'policyId' | 'isDefault'>,
): Promise<ChangeConcerns> {
  if (policy.isDefault) return { clientIds: '*' };
  return targetConcerns(tx, mspId, await listAssignmentsOf(tx, mspId, policy.policyId));
}

export async function targetConcerns(
  tx: Tx,
  mspId: string,
  targets: readonly AssignmentTarget[],
): Promise<ChangeConcerns> {
  const clientIds: string[] = [];
  const systemIds: string[] = [];
  for (const { level, clientId, tag, systemId, jobId } of targets) {
    if (level === 'job' && jobId !== null) systemIds.push(...(await systemsOfJobs(tx, mspId, [jobId])));
    else if (level === 'system' && systemId !== null) systemIds.push(systemId);
    else if (level === 'tag' && tag !== null)
      systemIds.push(...(await systemsWithTag(tx, mspId, tag, clientId)));
    else if (clientId === null) return { clientIds: '*' };
    else clientIds.push(clientId);
  }
  return { clientIds, systemIds };
}
