import { v7 } from 'uuid';
import { z } from 'zod';
import type { RuleReason } from '@/domain/policy/assignment-rules';
import type { RuleClaim } from '@/domain/policy/rule-claims';
import type { Tx } from './database';
import { jsonRows } from './json-rows';

/** Whose a row is about. */
interface Of {
  readonly systemId: string;
  readonly clientId: string;
}

/** Who had rules asked; `by` null: nobody, a system was first seen. */
export interface RulesAsked {
  readonly at: Date;
  readonly by: string | null;
}

/** Keeps which rules systems met, the newest time of each. */
export async function saveRuleMatches(
  tx: Tx,
  mspId: string,
  matches: readonly (Of & { readonly assignmentRuleId: string; readonly reasons: readonly RuleReason[] })[],
  { at, by }: RulesAsked,
): Promise<void> {
  if (matches.length === 0) return;
  const rows = matches.map((one) => ({
    assignment_rule_id: one.assignmentRuleId,
    system_id: one.systemId,
    client_id: one.clientId,
    reasons: one.reasons,
  }));
  await tx.$executeRaw`
    INSERT INTO app.assignment_rule_match AS m (msp_id, assignment_rule_id, system_id, client_id, reasons, matched_at, matched_by)
    SELECT ${mspId}::uuid, r.assignment_rule_id, r.system_id, r.client_id, r.reasons, ${at}, ${by}::uuid
    FROM jsonb_to_recordset(${jsonRows(rows)}::jsonb)
      AS r (assignment_rule_id uuid, system_id uuid, client_id uuid, reasons jsonb)
    ON CONFLICT (msp_id, assignment_rule_id, system_id)
      DO UPDATE SET reasons = excluded.reasons, matched_at = excluded.matched_at, matched_by = excluded.matched_by`;
}

/** A tag that a rule gives a system. */
export interface GivenTag extends Of {
  readonly tag: string;
  readonly assignmentRuleId: string;
}

/** Gives tags; what a system has meanwhile stays as it is. Answers those that were given. */
export async function giveTags(
  tx: Tx,
  mspId: string,
  tags: readonly GivenTag[],
  { at, by }: RulesAsked,
): Promise<GivenTag[]> {
  if (tags.length === 0) return [];
  const rows = tags.map((one) => ({
    system_tag_id: v7(),
    system_id: one.systemId,
    client_id: one.clientId,
    tag: one.tag,
    rule_id: one.assignmentRuleId,
  }));
  const given = z.array(z.object({ systemId: z.string(), tag: z.string() })).parse(
    await tx.$queryRaw`
    INSERT INTO app.system_tag (msp_id, system_tag_id, client_id, system_id, tag, added_at, added_by, added_by_rule_id)
    SELECT ${mspId}::uuid, r.system_tag_id, r.client_id, r.system_id, r.tag, ${at}, ${by}::uuid, r.rule_id
    FROM jsonb_to_recordset(${jsonRows(rows)}::jsonb)
      AS r (system_tag_id uuid, system_id uuid, client_id uuid, tag text, rule_id uuid)
    ON CONFLICT DO NOTHING RETURNING system_id::text AS "systemId", tag`,
  );
  const names = new Set(given.map(({ systemId, tag }) => `${systemId} ${tag}`));
  return tags.filter(({ systemId, tag }) => names.has(`${systemId} ${tag}`));
}

/** A policy that a rule has hold for a system alone. */
export interface RuleAssignment extends Of {
  readonly policyId: string;
  readonly assignmentRuleId: string;
  /** What another rule had assigned; null: nothing is. */
  readonly formerPolicyId: string | null;
}

/** Assigns policies in place of what rules had assigned; what a person assigned stays. Answers those that hold then, with their ids. */
export async function assignByRules(
  tx: Tx,
  mspId: string,
  assignments: readonly RuleAssignment[],
  { at, by }: RulesAsked,
): Promise<(RuleAssignment & { readonly assignmentId: string })[]> {
  if (assignments.length === 0) return [];
  const systemIds = assignments.map(({ systemId }) => systemId);
  await tx.$executeRaw`
    UPDATE app.policy_assignment SET ended_at = ${at}, ended_by = ${by}::uuid
    WHERE msp_id = ${mspId}::uuid AND level = 'system' AND system_id = ANY (${systemIds}::uuid[]) AND ended_at IS NULL
      AND assigned_by_rule_id IS NOT NULL`;
  const rows = assignments.map((one) => ({
    assignment_id: v7(),
    system_id: one.systemId,
    client_id: one.clientId,
    policy_id: one.policyId,
    rule_id: one.assignmentRuleId,
  }));
  const held = z.array(z.object({ systemId: z.string(), assignmentId: z.string() })).parse(
    await tx.$queryRaw`
    INSERT INTO app.policy_assignment (msp_id, assignment_id, policy_id, level, client_id, system_id, assigned_at, assigned_by,
      assigned_by_rule_id)
    SELECT ${mspId}::uuid, r.assignment_id, r.policy_id, 'system', r.client_id, r.system_id, ${at}, ${by}::uuid, r.rule_id
    FROM jsonb_to_recordset(${jsonRows(rows)}::jsonb)
      AS r (assignment_id uuid, system_id uuid, client_id uuid, policy_id uuid, rule_id uuid)
    ON CONFLICT DO NOTHING RETURNING system_id::text AS "systemId", assignment_id::text AS "assignmentId"`,
  );
  const ids = new Map(held.map(({ systemId, assignmentId }) => [systemId, assignmentId]));
  return assignments.flatMap((one) => {
    const assignmentId = ids.get(one.systemId);
    return assignmentId === undefined ? [] : [{ ...one, assignmentId }];
  });
}

/** That rules contradict each other about a system. */
export interface FoundConflict extends Of {
  readonly claims: readonly RuleClaim[];
}

/** Opens conflicts; one that is open already says from now on what these claims say. Answers those that are new, or say otherwise now. */
export async function openConflicts(
  tx: Tx,
  mspId: string,
  conflicts: readonly FoundConflict[],
  at: Date,
): Promise<(FoundConflict & { readonly conflictId: string })[]> {
  if (conflicts.length === 0) return [];
  const rows = conflicts.map((one) => ({
    conflict_id: v7(),
    system_id: one.systemId,
    client_id: one.clientId,
    claims: one.claims,
  }));
  const opened = z.array(z.object({ systemId: z.string(), conflictId: z.string() })).parse(
    await tx.$queryRaw`
    INSERT INTO app.assignment_conflict AS k (msp_id, conflict_id, client_id, system_id, claims, found_at)
    SELECT ${mspId}::uuid, r.conflict_id, r.client_id, r.system_id, r.claims, ${at}
    FROM jsonb_to_recordset(${jsonRows(rows)}::jsonb) AS r (conflict_id uuid, system_id uuid, client_id uuid, claims jsonb)
    ON CONFLICT (msp_id, system_id) WHERE decided_at IS NULL DO UPDATE SET claims = excluded.claims
      WHERE k.claims IS DISTINCT FROM excluded.claims
    RETURNING system_id::text AS "systemId", conflict_id::text AS "conflictId"`,
  );
  const ids = new Map(opened.map(({ systemId, conflictId }) => [systemId, conflictId]));
  return conflicts.flatMap((one) => {
    const conflictId = ids.get(one.systemId);
    return conflictId === undefined ? [] : [{ ...one, conflictId }];
  });
}
