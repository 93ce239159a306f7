import { z } from 'zod';
import { ruleConditions } from '@/domain/policy/assignment-rules';
import type { TenantScope } from '../tenancy/tenant-scope';
import { countOpenConflicts, listOpenConflicts, type OpenConflict } from './assignment-conflicts';
import { type KeptAssignmentRule, listAssignmentRules, RULE_CHANGES } from './assignment-rules';
import { listClientNames } from './clients';
import type { Database, Tx } from './database';
import { memberNames } from './identity-members';

/** A rule as a row of the list. */
interface ListedAssignmentRule extends KeptAssignmentRule {
  /** Systems that met it, when they were first seen or when somebody asked it of them. */
  readonly matchedCount: number;
  readonly lastMatchedAt: Date | null;
}

/** What the editor chooses from. */
interface RuleChoices {
  readonly policies: readonly { readonly policyId: string; readonly name: string }[];
  readonly clients: readonly { readonly clientId: string; readonly name: string }[];
  readonly sites: readonly {
    readonly siteId: string;
    readonly name: string;
    readonly clientName: string | null;
  }[];
  /** That jobs are of. */
  readonly tools: readonly string[];
  /** That agents run on. */
  readonly operatingSystems: readonly string[];
  /** In use. */
  readonly tags: readonly string[];
}

/** Everything that the screen of rules shows. */
export interface AssignmentRulesScreen {
  readonly rules: readonly ListedAssignmentRule[];
  /** The newest. */
  readonly conflicts: readonly OpenConflict[];
  readonly conflictCount: number;
  readonly choices: RuleChoices;
}

const SITES_MAX = 2000;
const WORDS_MAX = 200;

export async function readAssignmentRules(
  database: Database,
  scope: TenantScope,
): Promise<AssignmentRulesScreen> {
  const { mspId } = scope;
  return database.inScope(scope, async (tx) => {
    const counts = await matchCounts(tx, mspId);
    const rules = await listAssignmentRules(tx, mspId);
    return {
      rules: rules.map((rule) => ({
        ...rule,
        matchedCount: counts.get(rule.assignmentRuleId)?.count ?? 0,
        lastMatchedAt: counts.get(rule.assignmentRuleId)?.at ?? null,
      })),
      conflicts: await listOpenConflicts(tx, mspId),
      conflictCount: await countOpenConflicts(tx, mspId),
      choices: await readChoices(tx, mspId),
    };
  });
}

async function matchCounts(tx: Tx, mspId: string): Promise<Map<string, { count: number; at: Date | null }>> {
  const counts = await tx.assignmentRuleMatch.groupBy({
    by: ['assignmentRuleId'],
    where: { mspId },
    _count: true,
    _max: { matchedAt: true },
  });
  return new Map(
    counts.map(({ assignmentRuleId, _count: count, _max: { matchedAt: at } }) => [
      assignmentRuleId,
      { count, at },
    ]),
  );
}

async function readChoices(tx: Tx, mspId: string): Promise<RuleChoices> {
  const clients = await listClientNames(tx, mspId);
  const names = new Map(clients.map(({ clientId, name }) => [clientId, name]));
  const sites = await tx.site.findMany({
    where: { mspId },
    select: { siteId: true, name: true, clientId: true },
    orderBy: [{ name: 'asc' }, { siteId: 'asc' }],
    take: SITES_MAX,
  });
  return {
    policies: await tx.policy.findMany({
      where: { mspId, isDefault: false, jobId: null, retiredAt: null },
      select: { policyId: true, name: true },
      orderBy: { name: 'asc' },
    }),
    clients,
    sites: sites.map(({ siteId, name, clientId }) => ({
      siteId,
      name,
      clientName: names.get(clientId ?? '') ?? null,
    })),
    tools: await wordsOf(
      tx.$queryRaw`SELECT DISTINCT tool AS word FROM app.job WHERE msp_id = ${mspId}::uuid ORDER BY tool LIMIT ${WORDS_MAX}`,
    ),
    operatingSystems: await wordsOf(
      tx.$queryRaw`SELECT DISTINCT os AS word FROM app.agent WHERE msp_id = ${mspId}::uuid AND os IS NOT NULL
        ORDER BY os LIMIT ${WORDS_MAX}`,
    ),
    tags: await wordsOf(
      tx.$queryRaw`SELECT DISTINCT tag AS word FROM app.system_tag WHERE msp_id = ${mspId}::uuid AND removed_at IS NULL
        ORDER BY tag LIMIT ${WORDS_MAX}`,
    ),
  };
}

const wordRow = z.object({ word: z.string() });

async function wordsOf(rows: Promise<unknown>): Promise<string[]> {
  return z
    .array(wordRow)
    .parse(await rows)
    .map(({ word }) => word);
}

const historyRow = z.object({
  version: z.int(),
  change: z.enum(RULE_CHANGES),
  rule: z.object({
    name: z.string(),
    conditions: ruleConditions,
    tags: z.array(z.string()),
    policyId: z.string().nullable(),
  }),
  changedAt: z.date(),
  changedBy: z.string(),
});
const matchRow = z.object({
  systemId: z.string(),
  name: z.string(),
  clientName: z.string(),
  matchedAt: z.date(),
  /** null: it was first seen then. */
  matchedBy: z.string().nullable(),
});

/** What became of one rule, and which systems met it. */
export interface AssignmentRuleStory {
  /** Newest first. */
  readonly history: readonly (Omit<z.output<typeof historyRow>, 'changedBy'> & {
    readonly changedBy: string | null;
  })[];
  /** Newest first, at most 200. */
  readonly matches: readonly (z.output<typeof matchRow> & { readonly isFirstSight: boolean })[];
  readonly matchedCount: number;
}

const MATCHES_SHOWN = 200;

/** null: not there, or another MSP's. */
export async function readAssignmentRule(
  database: Database,
  scope: TenantScope,
  assignmentRuleId: string,
): Promise<AssignmentRuleStory | null> {
  const { mspId } = scope;
  return database.inScope(scope, async (tx) => {
    const history = z.array(historyRow).parse(
      await tx.assignmentRuleChange.findMany({
        where: { mspId, assignmentRuleId },
        orderBy: { version: 'desc' },
        take: 500,
      }),
    );
    if (history.length === 0) return null;
    const names = await memberNames(tx);
    const matches = z.array(matchRow).parse(
      await tx.$queryRaw`SELECT m.system_id::text AS "systemId", y.name, c.name AS "clientName", m.matched_at AS "matchedAt",
        m.matched_by::text AS "matchedBy"
      FROM app.assignment_rule_match m
      JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.system_id = m.system_id
      JOIN app.client c ON c.msp_id = ${mspId}::uuid AND c.client_id = m.client_id
      WHERE m.msp_id = ${mspId}::uuid AND m.assignment_rule_id = ${assignmentRuleId}::uuid
      ORDER BY m.matched_at DESC, lower(y.name), m.system_id LIMIT ${MATCHES_SHOWN}`,
    );
    return {
      history: history.map((one) => ({ ...one, changedBy: names.get(one.changedBy) ?? null })),
      matches: matches.map((one) => ({
        ...one,
        isFirstSight: one.matchedBy === null,
        matchedBy: names.get(one.matchedBy ?? '') ?? null,
      })),
      matchedCount: await tx.assignmentRuleMatch.count({ where: { mspId, assignmentRuleId } }),
    };
  });
}

/** What rules have to do with a system. */
export interface SystemRules {
  /** null: its rules agree, or somebody decided. */
  readonly conflict: OpenConflict | null;
  /** The rule that assigned its own policy; null: a person did, or it has none. */
  readonly assignedBy: string | null;
  /** Its tags that rules gave, by the rule's name. */
  readonly tags: readonly { readonly tag: string; readonly ruleName: string }[];
  /** Rules in use that it met and whose policy is another than the one that a person assigned to it. */
  readonly overruled: readonly { readonly ruleName: string; readonly policyName: string }[];
}

const tagRow = z.object({ tag: z.string(), ruleName: z.string() });
const overruledRow = z.object({ ruleName: z.string(), policyName: z.string() });

export async function readSystemRules(tx: Tx, mspId: string, systemId: string): Promise<SystemRules> {
  const tags = await tx.$queryRaw`SELECT t.tag, r.name AS "ruleName" FROM app.system_tag t
    JOIN app.assignment_rule r ON r.msp_id = ${mspId}::uuid AND r.assignment_rule_id = t.added_by_rule_id
    WHERE t.msp_id = ${mspId}::uuid AND t.system_id = ${systemId}::uuid AND t.removed_at IS NULL ORDER BY t.tag`;
  const assigned = z.array(z.object({ name: z.string() })).parse(
    await tx.$queryRaw`SELECT r.name FROM app.policy_assignment a
      JOIN app.assignment_rule r ON r.msp_id = ${mspId}::uuid AND r.assignment_rule_id = a.assigned_by_rule_id
      WHERE a.msp_id = ${mspId}::uuid AND a.level = 'system' AND a.system_id = ${systemId}::uuid AND a.ended_at IS NULL`,
  );
  const overruled =
    await tx.$queryRaw`SELECT r.name AS "ruleName", p.name AS "policyName" FROM app.assignment_rule_match m
    JOIN app.assignment_rule r ON r.msp_id = ${mspId}::uuid AND r.assignment_rule_id = m.assignment_rule_id
      AND r.removed_at IS NULL AND r.disabled_at IS NULL
    JOIN app.policy p ON p.msp_id = ${mspId}::uuid AND p.policy_id = r.policy_id
    JOIN app.policy_assignment a ON a.msp_id = ${mspId}::uuid AND a.level = 'system' AND a.system_id = m.system_id
      AND a.ended_at IS NULL AND a.assigned_by_rule_id IS NULL AND a.policy_id <> r.policy_id
    WHERE m.msp_id = ${mspId}::uuid AND m.system_id = ${systemId}::uuid ORDER BY lower(r.name)`;
  const [conflict] = await listOpenConflicts(tx, mspId, { systemId });
  return {
    conflict: conflict ?? null,
    assignedBy: assigned[0]?.name ?? null,
    tags: z.array(tagRow).parse(tags),
    overruled: z.array(overruledRow).parse(overruled),
  };
}
