import { z } from 'zod';
import {
  type AssignmentRule,
  ASSIGNMENT_RULES_MAX,
  ruleConditions,
  type RuleConditions,
} from '@/domain/policy/assignment-rules';
import type { Tx } from './database';

/** A rule as it is kept. */
export interface KeptAssignmentRule extends AssignmentRule {
  readonly version: number;
  readonly isEnabled: boolean;
}

/** What somebody did to a rule. */
export const RULE_CHANGES = ['made', 'changed', 'disabled', 'enabled', 'removed', 'brought-back'] as const;
export type RuleChange = (typeof RULE_CHANGES)[number];

interface By {
  readonly at: Date;
  readonly by: string;
}

const row = z.object({
  assignmentRuleId: z.string(),
  name: z.string(),
  conditions: ruleConditions,
  tags: z.array(z.string()),
  policyId: z.string().nullable(),
  policyName: z.string().nullable(),
  policyClientId: z.string().nullable(),
  version: z.int(),
  isEnabled: z.boolean(),
});

/** The MSP's rules that were not removed, by name; those out of use among them. */
export async function listAssignmentRules(tx: Tx, mspId: string): Promise<KeptAssignmentRule[]> {
  const rows = z.array(row).parse(
    await tx.$queryRaw`SELECT r.assignment_rule_id::text AS "assignmentRuleId", r.name, r.conditions, r.tags,
      r.policy_id::text AS "policyId", p.name AS "policyName", p.client_id::text AS "policyClientId", r.version,
      r.disabled_at IS NULL AS "isEnabled"
    FROM app.assignment_rule r LEFT JOIN app.policy p ON p.msp_id = ${mspId}::uuid AND p.policy_id = r.policy_id
    WHERE r.msp_id = ${mspId}::uuid AND r.removed_at IS NULL
    ORDER BY lower(r.name), r.assignment_rule_id LIMIT ${ASSIGNMENT_RULES_MAX}`,
  );
  return rows.map(({ policyId, policyName, policyClientId, ...rule }) => ({
    ...rule,
    policy: policyId === null ? null : { policyId, name: policyName ?? '', clientId: policyClientId },
  }));
}

/** Keeps everybody else from changing, applying and deciding about the MSP's rules until commit. */
export async function lockAssignmentRules(tx: Tx, mspId: string): Promise<void> {
  await tx.$queryRaw`SELECT count(pg_advisory_xact_lock(75, hashtext(${mspId})))::int AS locked`;
}

/** A rule's own words, as a form sends and a history keeps them. */
export interface RuleTerms {
  readonly name: string;
  readonly conditions: RuleConditions;
  readonly tags: readonly string[];
  readonly policyId: string | null;
}

export async function insertAssignmentRule(
  tx: Tx,
  mspId: string,
  assignmentRuleId: string,
  { tags, ...terms }: RuleTerms,
  { at, by }: By,
): Promise<void> {
  await tx.assignmentRule.create({
    data: { mspId, assignmentRuleId, ...terms, tags: [...tags], version: 1, createdAt: at, createdBy: by },
  });
}

/** Gives a rule other terms, and the version after `version`. */
export async function updateAssignmentRule(
  tx: Tx,
  mspId: string,
  { assignmentRuleId, version }: { assignmentRuleId: string; version: number },
  { tags, ...terms }: RuleTerms,
): Promise<void> {
  await tx.assignmentRule.update({
    where: { mspId_assignmentRuleId: { mspId, assignmentRuleId } },
    data: { ...terms, tags: [...tags], version },
  });
}

/** Takes a rule out of use (`disabled`) or back into it (null), as `version`. */
export async function setRuleDisabled(
  tx: Tx,
  mspId: string,
  { assignmentRuleId, version }: { assignmentRuleId: string; version: number },
  disabled: By | null,
): Promise<void> {
  await tx.assignmentRule.update({
    where: { mspId_assignmentRuleId: { mspId, assignmentRuleId } },
    data: { version, disabledAt: disabled?.at ?? null, disabledBy: disabled?.by ?? null },
  });
}

/** Removes a rule (`removed`) or brings it back (null); its terms and new version, or null: it is not there, or was so already. */
export async function setAssignmentRuleRemoved(
  tx: Tx,
  mspId: string,
  assignmentRuleId: string,
  removed: By | null,
): Promise<(RuleTerms & { version: number }) | null> {
  const rows = await tx.assignmentRule.updateManyAndReturn({
    where: { mspId, assignmentRuleId, removedAt: removed ? null : { not: null } },
    data: {
      version: { increment: 1 },
      removedAt: removed?.at ?? null,
      removedBy: removed?.by ?? null,
    },
    select: { name: true, conditions: true, tags: true, policyId: true, version: true },
  });
  const [rule] = rows;
  return rule ? { ...rule, conditions: ruleConditions.parse(rule.conditions) } : null;
}

/** Keeps what a rule says from now on, with what was done to it. */
export async function keepRuleChange(
  tx: Tx,
  mspId: string,
  { assignmentRuleId, version, change }: { assignmentRuleId: string; version: number; change: RuleChange },
  terms: RuleTerms,
  { at, by }: By,
): Promise<void> {
  await tx.assignmentRuleChange.create({
    data: {
      mspId,
      assignmentRuleId,
      version,
      change,
      rule: { ...terms, tags: [...terms.tags] },
      changedAt: at,
      changedBy: by,
    },
  });
}

/** The rules in use that assign a policy, by name. */
export async function rulesAssigning(
  tx: Tx,
  mspId: string,
  policyId: string,
): Promise<{ assignmentRuleId: string; name: string }[]> {
  return tx.assignmentRule.findMany({
    where: { mspId, policyId, removedAt: null },
    select: { assignmentRuleId: true, name: true },
    orderBy: { name: 'asc' },
  });
}
