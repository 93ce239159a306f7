import { DEFAULT_POLICY } from '@/domain/protection/policy';
import { appendAuditEvent } from '../data/audit';
import type { Tx } from '../data/database';
import { insertPolicy } from '../data/policies';

/** Gives a new MSP the policy that holds until its people publish one. `createdBy` null: nobody of it is there yet. */
export async function createDefaultPolicy(
  tx: Tx,
  mspId: string,
  createdBy: string | null,
  createdAt: Date,
): Promise<void> {
  const { policyId, policyVersionId } = await insertPolicy(tx, mspId, {
    clientId: null,
    name: DEFAULT_POLICY.name,
    isDefault: true,
    jobId: null,
    overrides: {},
    at: createdAt,
    by: createdBy,
  });
  await appendAuditEvent(tx, {
    action: 'policy.published',
    target: { policyId, policyVersionId },
    details: { version: 1, name: DEFAULT_POLICY.name },
  });
}
