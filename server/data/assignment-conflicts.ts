import { z } from 'zod';
import type { RuleClaim } from '@/domain/policy/rule-claims';
import { Prisma } from '@/prisma/generated/prisma/client';
import type { Tx } from './database';
import { ruleClaims } from './rule-subjects';

/** Rules that contradict each other about a system, until somebody says what holds. */
export interface OpenConflict {
  readonly conflictId: string;
  readonly systemId: string;
  readonly systemName: string;
  readonly clientId: string;
  readonly clientName: string;
  /** Of rules in use that still say so, by the names that they have now. */
  readonly claims: readonly RuleClaim[];
  readonly foundAt: Date;
}

const row = z.object({
  conflictId: z.string(),
  systemId: z.string(),
  systemName: z.string(),
  clientId: z.string(),
  clientName: z.string(),
  claims: ruleClaims,
  foundAt: z.date(),
});

/** Rows of conflicts that more are than a screen shows. */
const CONFLICTS_SHOWN = 500;

/**
 * The open conflicts of the MSP, of one system, or that of an id, newest first. None is open where rules that are in use agree by now, or
 * a person has assigned a policy to the system.
 */
export async function listOpenConflicts(
  tx: Tx,
  mspId: string,
  of: { readonly systemId?: string; readonly conflictId?: string } = {},
): Promise<OpenConflict[]> {
  const rows =
    await tx.$queryRaw`SELECT k.conflict_id::text AS "conflictId", k.system_id::text AS "systemId", y.name AS "systemName",
      k.client_id::text AS "clientId", c.name AS "clientName", l.claims, k.found_at AS "foundAt"
    ${openConflicts(mspId)}
      ${of.systemId === undefined ? Prisma.empty : Prisma.sql`AND k.system_id = ${of.systemId}::uuid`}
      ${of.conflictId === undefined ? Prisma.empty : Prisma.sql`AND k.conflict_id = ${of.conflictId}::uuid`}
    ORDER BY k.found_at DESC, k.conflict_id LIMIT ${CONFLICTS_SHOWN}`;
  return z.array(row).parse(rows);
}

export async function countOpenConflicts(tx: Tx, mspId: string): Promise<number> {
  const rows = await tx.$queryRaw`SELECT count(*)::int AS count ${openConflicts(mspId)}`;
  return z.array(z.object({ count: z.int() })).parse(rows)[0]?.count ?? 0;
}

function openConflicts(mspId: string): Prisma.Sql {
  return Prisma.sql`FROM app.assignment_conflict k
    JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.system_id = k.system_id AND y.archived_at IS NULL
      AND y.merged_into_id IS NULL
    JOIN app.client c ON c.msp_id = ${mspId}::uuid AND c.client_id = k.client_id
    CROSS JOIN LATERAL (
      SELECT count(DISTINCT p.policy_id) AS policies, jsonb_agg(jsonb_build_object('assignmentRuleId', r.assignment_rule_id,
        'ruleName', r.name, 'policyId', p.policy_id, 'policyName', p.name) ORDER BY r.name, r.assignment_rule_id) AS claims
      FROM jsonb_array_elements(k.claims) e (claim)
      JOIN app.assignment_rule r ON r.msp_id = ${mspId}::uuid AND r.assignment_rule_id = (e.claim ->> 'assignmentRuleId')::uuid
        AND r.policy_id = (e.claim ->> 'policyId')::uuid AND r.removed_at IS NULL AND r.disabled_at IS NULL
      JOIN app.policy p ON p.msp_id = ${mspId}::uuid AND p.policy_id = r.policy_id
    ) l
    WHERE k.msp_id = ${mspId}::uuid AND k.decided_at IS NULL AND l.policies > 1
      AND NOT EXISTS (SELECT FROM app.policy_assignment a WHERE a.msp_id = ${mspId}::uuid AND a.level = 'system'
        AND a.client_id = k.client_id AND a.system_id = k.system_id AND a.ended_at IS NULL AND a.assigned_by_rule_id IS NULL)`;
}

/** A conflict as it is kept. */
export interface KeptConflict {
  readonly systemId: string;
  readonly clientId: string;
  readonly decidedAt: Date | null;
  readonly assignmentId: string | null;
}

/** null: not there, or another MSP's. */
export async function findConflict(tx: Tx, mspId: string, conflictId: string): Promise<KeptConflict | null> {
  return tx.assignmentConflict.findFirst({
    where: { mspId, conflictId },
    select: { systemId: true, clientId: true, decidedAt: true, assignmentId: true },
  });
}

/** Whether another conflict of a system is open. */
export async function hasOpenConflict(tx: Tx, mspId: string, systemId: string): Promise<boolean> {
  return (await tx.assignmentConflict.count({ where: { mspId, systemId, decidedAt: null } })) > 0;
}

/** What somebody said of a conflict; `policyId` null: the system keeps what it inherits. */
export interface ConflictDecision {
  readonly at: Date;
  readonly by: string;
  readonly byName: string;
  readonly policyId: string | null;
  readonly assignmentId: string | null;
}

/** Keeps a decision, or (null) takes it back. */
export async function decideConflictRow(
  tx: Tx,
  mspId: string,
  conflictId: string,
  decision: ConflictDecision | null,
): Promise<void> {
  await tx.assignmentConflict.update({
    where: { mspId_conflictId: { mspId, conflictId } },
    data: {
      decidedAt: decision?.at ?? null,
      decidedBy: decision?.by ?? null,
      decidedByName: decision?.byName ?? null,
      chosenPolicyId: decision?.policyId ?? null,
      assignmentId: decision?.assignmentId ?? null,
    },
  });
}

/** What a rule had assigned to a system until an instant, when it was ended; null: nothing. */
export async function ruleAssignmentEndedAt(
  tx: Tx,
  mspId: string,
  systemId: string,
  endedAt: Date,
): Promise<{ policyId: string; assignedByRuleId: string } | null> {
  const found = await tx.policyAssignment.findFirst({
    where: { mspId, level: 'system', systemId, endedAt, assignedByRuleId: { not: null } },
    select: { policyId: true, assignedByRuleId: true },
  });
  return found?.assignedByRuleId
    ? { policyId: found.policyId, assignedByRuleId: found.assignedByRuleId }
    : null;
}
