import { z } from 'zod';
import {
  decideConflictRow,
  findConflict,
  hasOpenConflict,
  listOpenConflicts,
  ruleAssignmentEndedAt,
} from '../data/assignment-conflicts';
import { lockAssignmentRules } from '../data/assignment-rules';
import { appendAuditEvents, type AuditEvent } from '../data/audit';
import type { Database, Tx } from '../data/database';
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

const conflictIds = z
  .array(z.uuid())
  .min(1, 'Choose a system.')
  .max(500, 'Decide about at most 500 systems at once.')
  .transform((ids) => [...new Set(ids)]);

/** What a person says of conflicts; `policyId` null: the systems keep what they have or inherit. */
export const conflictDecision = z.strictObject({ conflictIds, policyId: z.uuid().nullable() });
export const conflictsToReopen = z.strictObject({ conflictIds });

interface Change {
  readonly at: Date;
  readonly by: string;
}
/** What was done about one conflict. */
interface Done {
  readonly systemId: string;
  readonly event: Omit<AuditEvent, 'private'>;
}

const TRANSACTION_MS_MAX = 55_000;

/**
 * Says what holds where rules contradict each other: one of the policies that they name, assigned by the person from then on, or none of
 * them. It is remembered: the same rules never ask again about these systems. All conflicts are decided, or none.
 * @throws AppError `not-found`; `conflict` when one is decided or over already; `invalid-request` for a policy that no rule names
 */
export async function decideConflicts(
  database: Database,
  scope: TenantScope,
  { personId, name: byName }: { personId: string; name: string },
  { conflictIds: ids, policyId }: z.output<typeof conflictDecision>,
  nowMs: number,
): Promise<void> {
  const change = { at: new Date(nowMs), by: personId };
  await ofEach(database, scope, ids, nowMs, (tx, conflictId) =>
    decide(tx, scope.mspId, { conflictId, policyId, byName }, change),
  );
}

/**
 * Takes decisions back: the conflicts are open again, and what held before them holds. All of them, or none.
 * @throws AppError `not-found`; `conflict` when one is open, or its system was given another policy since
 */
export async function reopenConflicts(
  database: Database,
  scope: TenantScope,
  { personId }: { personId: string },
  ids: readonly string[],
  nowMs: number,
): Promise<void> {
  const change = { at: new Date(nowMs), by: personId };
  await ofEach(database, scope, ids, nowMs, (tx, conflictId) => reopen(tx, scope.mspId, conflictId, change));
}

/** Does the same about each conflict in one transaction, and has their systems evaluated again. */
async function ofEach(
  database: Database,
  scope: TenantScope,
  ids: readonly string[],
  nowMs: number,
  work: (tx: Tx, conflictId: string) => Promise<Done>,
): Promise<void> {
  const inOneTransaction = async (tx: Tx): Promise<void> => {
    await lockAssignmentRules(tx, scope.mspId);
    const done: Done[] = [];
    for (const conflictId of ids.toSorted()) done.push(await work(tx, conflictId));
    await markDirty(tx, scope, { systemIds: done.map(({ systemId }) => systemId) }, nowMs);
    await appendAuditEvents(
      tx,
      done.map(({ event }) => event),
    );
  };
  await database.inScope(scope, inOneTransaction, { timeoutMs: TRANSACTION_MS_MAX });
}

async function decide(
  tx: Tx,
  mspId: string,
  { conflictId, policyId, byName }: { conflictId: string; policyId: string | null; byName: string },
  change: Change,
): Promise<Done> {
  if (!(await findConflict(tx, mspId, conflictId))) throw nothingHere();
  const [open] = await listOpenConflicts(tx, mspId, { conflictId });
  if (!open)
    throw new AppError(
      'conflict',
      'This conflict is over: somebody decided, or the rules agree by now. Load the page anew.',
    );
  const { systemId, systemName, clientId, claims } = open;
  const chosen = claims.find((claim) => claim.policyId === policyId);
  if (policyId !== null && !chosen)
    throw new AppError(
      'invalid-request',
      `No rule names this policy for ${systemName}. Choose one that a rule names.`,
    );
  const assignmentId =
    policyId === null ? null : await assignChosen(tx, mspId, { systemId, policyId }, change);
  await decideConflictRow(tx, mspId, conflictId, { ...change, byName, policyId, assignmentId });
  return {
    systemId,
    event: {
      action: 'assignment-conflict.decided',
      clientId,
      target: { systemId, conflictId, ...(assignmentId !== null && { assignmentId }) },
      details: { policyId, policy: chosen?.policyName ?? 'what it has or inherits', claims },
    },
  };
}

/** Answers the assignment's id. */
async function assignChosen(
  tx: Tx,
  mspId: string,
  { systemId, policyId }: { systemId: string; policyId: string },
  change: Change,
): Promise<string> {
  const target = await findAssignmentTarget(tx, mspId, { level: 'system', systemId });
  if (!target) throw nothingHere();
  await lockedPolicy(tx, mspId, policyId);
  await endPolicyAssignment(tx, mspId, target, change);
  return insertPolicyAssignment(tx, mspId, { ...target, policyId, ...change });
}

async function reopen(tx: Tx, mspId: string, conflictId: string, change: Change): Promise<Done> {
  const decided = await findConflict(tx, mspId, conflictId);
  if (!decided) throw nothingHere();
  const { systemId, clientId, decidedAt, assignmentId } = decided;
  if (decidedAt === null || (await hasOpenConflict(tx, mspId, systemId)))
    throw new AppError('conflict', 'It is open already. Load the page anew.');
  if (assignmentId !== null) {
    const assigned = await findPolicyAssignment(tx, mspId, assignmentId);
    if (!assigned)
      throw new AppError('conflict', 'It was given another policy since. Change that on the system’s page.');
    const { policyId: _chosen, ...target } = assigned;
    await endPolicyAssignment(tx, mspId, target, change);
    const former = await ruleAssignmentEndedAt(tx, mspId, systemId, decidedAt);
    if (former) await insertPolicyAssignment(tx, mspId, { ...target, ...former, ...change });
  }
  await decideConflictRow(tx, mspId, conflictId, null);
  const target = { systemId, conflictId };
  return {
    systemId,
    event: { action: 'assignment-conflict.reopened', clientId, target, details: {} },
  };
}
