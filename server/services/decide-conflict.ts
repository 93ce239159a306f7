import { z } from 'zod';
import {
  decideConflictRow,
  findConflict,
  hasOpenConflict,
  listOpenConflicts,
  ruleAssignmentEndedAt,
} from '../data/assignment-conflicts';
import { lockAssignmentRules } from '../data/assignment-rules';
import { appendAuditEvent } from '../data/audit';
import type { Database } from '../data/database';
import {
  endPolicyAssignment,
  findAssignmentTarget,
  findPolicyAssignment,
  insertPolicyAssignment,
} from '../data/policies';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { markDirty } from './mark-dirty';
import { lockedPolicy } from './publish-policy';

/** What a person says of a conflict; null: the system keeps what it has or inherits. */
export const conflictDecision = z.strictObject({ policyId: z.uuid().nullable() });

/**
 * Says what holds where rules contradict each other: one of the policies that they name, assigned by the person from then on, or none of
 * them. It is remembered: the same rules never ask again about this system.
 * @throws AppError `not-found`; `conflict` when it is decided or over already; `invalid-request` for a policy that no rule names
 */
export async function decideConflict(
  database: Database,
  scope: TenantScope,
  { personId, name: byName }: { personId: string; name: string },
  { conflictId, policyId }: { conflictId: string; policyId: string | null },
  nowMs: number,
): Promise<void> {
  const { mspId } = scope;
  const change = { at: new Date(nowMs), by: personId };
  await database.inScope(scope, async (tx) => {
    await lockAssignmentRules(tx, mspId);
    if (!(await findConflict(tx, mspId, conflictId))) throw nothingHere();
    const [open] = await listOpenConflicts(tx, mspId, { conflictId });
    if (!open) throw new AppError('conflict', 'This conflict is over: somebody decided, or the rules agree by now.');
    const { systemId, clientId, claims } = open;
    const chosen = claims.find((claim) => claim.policyId === policyId);
    if (policyId !== null && !chosen)
      throw new AppError('invalid-request', 'No rule names this policy here. Choose one that a rule names.');
    const target = await findAssignmentTarget(tx, mspId, { level: 'system', systemId });
    if (!target) throw nothingHere();
    let assignmentId: string | null = null;
    if (policyId !== null) {
      await lockedPolicy(tx, mspId, policyId);
      await endPolicyAssignment(tx, mspId, target, change);
      assignmentId = await insertPolicyAssignment(tx, mspId, { ...target, policyId, ...change });
      await markDirty(tx, scope, { systemIds: [systemId] }, nowMs);
    }
    await decideConflictRow(tx, mspId, conflictId, { ...change, byName, policyId, assignmentId });
    await appendAuditEvent(tx, {
      action: 'assignment-conflict.decided',
      clientId,
      target: { systemId, conflictId, ...(assignmentId !== null && { assignmentId }) },
      details: { policyId, policy: chosen?.policyName ?? 'what it inherits', claims },
    });
  });
}

/**
 * Takes a decision back: the conflict is open again, and what held before it holds.
 * @throws AppError `not-found`; `conflict` when it is open, or the system was given another policy since
 */
export async function reopenConflict(
  database: Database,
  scope: TenantScope,
  { personId }: { personId: string },
  conflictId: string,
  nowMs: number,
): Promise<void> {
  const { mspId } = scope;
  const change = { at: new Date(nowMs), by: personId };
  await database.inScope(scope, async (tx) => {
    await lockAssignmentRules(tx, mspId);
    const decided = await findConflict(tx, mspId, conflictId);
    if (!decided) throw nothingHere();
    const { systemId, clientId, decidedAt, assignmentId } = decided;
    if (decidedAt === null || (await hasOpenConflict(tx, mspId, systemId)))
      throw new AppError('conflict', 'It is open already.');
    if (assignmentId !== null) {
      const assigned = await findPolicyAssignment(tx, mspId, assignmentId);
      if (!assigned)
        throw new AppError('conflict', 'It was given another policy since. Change that on the system’s page.');
      const { policyId: _chosen, ...target } = assigned;
      await endPolicyAssignment(tx, mspId, target, change);
      const former = await ruleAssignmentEndedAt(tx, mspId, systemId, decidedAt);
      if (former) await insertPolicyAssignment(tx, mspId, { ...target, ...former, ...change });
      await markDirty(tx, scope, { systemIds: [systemId] }, nowMs);
    }
    await decideConflictRow(tx, mspId, conflictId, null);
    await appendAuditEvent(tx, {
      action: 'assignment-conflict.reopened',
      clientId,
      target: { systemId, conflictId },
      details: {},
    });
  });
}
