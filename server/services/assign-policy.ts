import { z } from 'zod';
import { appendAuditEvent } from '../data/audit';
import type { Database } from '../data/database';
import {
  endPolicyAssignment,
  findAssignmentTarget,
  findPolicyAssignment,
  insertPolicyAssignment,
  policyAssignedTo,
} from '../data/policies';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { markDirty } from './mark-dirty';
import { targetConcerns } from './policy-concerns';
import { lockedPolicy, refuseBeyondJob } from './publish-policy';
import { tagName } from './tag-system';

/** What a policy is to hold for. A tag: of one client's systems, or (clientId null) of any. */
export const assignmentForm = z.discriminatedUnion('level', [
  z.strictObject({ level: z.literal('client'), clientId: z.uuid() }),
  z.strictObject({ level: z.literal('site'), siteId: z.uuid() }),
  z.strictObject({ level: z.literal('tag'), tag: tagName, clientId: z.uuid().nullable() }),
  z.strictObject({ level: z.literal('system'), systemId: z.uuid() }),
  z.strictObject({ level: z.literal('job'), jobId: z.uuid() }),
]);
export type AssignmentForm = z.infer<typeof assignmentForm>;

/** What was assigned, and what held there before at that level; null: nothing did. */
export interface Assigned {
  readonly assignmentId: string;
  readonly formerPolicyId: string | null;
}

/**
 * Has a policy hold for a target; what was assigned there at that level ends. Everything concerned is evaluated again.
 * @throws AppError `not-found` for a policy or target that is not there, `conflict` when it holds there already, `invalid-request` when it
 * sets what no single job can have
 */
export async function assignPolicy(
  database: Database,
  scope: TenantScope,
  { personId }: { personId: string },
  policyId: string,
  form: AssignmentForm,
  nowMs: number,
): Promise<Assigned> {
  const { mspId } = scope;
  const change = { at: new Date(nowMs), by: personId };
  return database.inScope(scope, async (tx) => {
    const policy = await lockedPolicy(tx, mspId, policyId);
    if (policy.isDefault)
      throw new AppError(
        'conflict',
        'The default holds for everything already that has no policy of its own.',
      );
    const target = await findAssignmentTarget(tx, mspId, form);
    if (!target) throw nothingHere();
    if (policy.jobId !== null && policy.jobId !== target.jobId)
      throw new AppError('conflict', 'This policy belongs to another job.');
    refuseBeyondJob(policy.overrides, [target]);
    if (policy.clientId !== null && policy.clientId !== target.clientId)
      throw new AppError('conflict', 'This policy belongs to another client.');
    const formerPolicyId = await policyAssignedTo(tx, mspId, target);
    if (formerPolicyId === policyId) throw new AppError('conflict', 'It holds there already.');
    await endPolicyAssignment(tx, mspId, target, change);
    const assignmentId = await insertPolicyAssignment(tx, mspId, { ...target, policyId, ...change });
    await markDirty(tx, scope, await targetConcerns(tx, mspId, [target]), nowMs);
    await appendAuditEvent(tx, {
      action: 'policy.assigned',
      clientId: target.clientId,
      target: { policyId, assignmentId },
      details: { ...target, formerPolicyId },
    });
    return { assignmentId, formerPolicyId };
  });
}

/** Ends an assignment: what lies above holds again. @throws AppError `not-found` when it is not there, or ended already */
export async function unassignPolicy(
  database: Database,
  scope: TenantScope,
  { personId }: { personId: string },
  assignmentId: string,
  nowMs: number,
): Promise<void> {
  const { mspId } = scope;
  await database.inScope(scope, async (tx) => {
    const assigned = await findPolicyAssignment(tx, mspId, assignmentId);
    if (!assigned) throw nothingHere();
    const { policyId, ...target } = assigned;
    await endPolicyAssignment(tx, mspId, target, { at: new Date(nowMs), by: personId });
    await markDirty(tx, scope, await targetConcerns(tx, mspId, [target]), nowMs);
    await appendAuditEvent(tx, {
      action: 'policy.unassigned',
      clientId: target.clientId,
      target: { policyId, assignmentId },
      details: target,
    });
  });
}
