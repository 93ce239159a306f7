import { v7 } from 'uuid';
import { DEFAULT_POLICY } from '@/domain/protection/policy';
import { appendAuditEvent } from '../data/audit';
import type { Tx } from '../data/database';
import { insertPolicyVersion } from '../data/policies';

/** Gives a new MSP the policy that holds until its people publish one. `createdBy` null: nobody of it is there yet. */
export async function createDefaultPolicy(
  tx: Tx,
  mspId: string,
  createdBy: string | null,
  createdAt: Date,
): Promise<void> {
  const policyVersionId = v7();
  await insertPolicyVersion(tx, mspId, {
    policyVersionId,
    clientId: null,
    version: 1,
    policy: DEFAULT_POLICY,
    createdAt,
    createdBy,
  });
  await appendAuditEvent(tx, {
    action: 'policy.published',
    target: { policyVersionId },
    details: { version: 1, name: DEFAULT_POLICY.name },
  });
}
