import { v7 } from 'uuid';
import { z } from 'zod';
import { type AssignmentRule, ASSIGNMENT_RULES_MAX, ruleConditions } from '@/domain/policy/assignment-rules';
import { SYSTEM_TAGS_MAX } from '@/domain/policy/tag-name';
import { isSameValue } from '@/domain/policy/policy-overrides';
import {
  insertAssignmentRule,
  keepRuleChange,
  type KeptAssignmentRule,
  listAssignmentRules,
  lockAssignmentRules,
  type RuleChange,
  type RuleTerms,
  setAssignmentRuleRemoved,
  setRuleDisabled,
  updateAssignmentRule,
} from '../data/assignment-rules';
import { appendAuditEvents, type AuditEvent } from '../data/audit';
import { listClientNames } from '../data/clients';
import type { Database, Tx } from '../data/database';
import { findPolicy } from '../data/policies';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { applyOutcomes } from './apply-assignment-rules';
import { textLine } from './form-fields';
import { markDirty } from './mark-dirty';
import { hasEffect, outcomesMark, outcomesOfRule } from './rule-outcomes';
import { tagName } from './tag-system';

type Person = Readonly<{ personId: string }>;

const terms = {
  name: textLine('a name for the rule', 100),
  conditions: ruleConditions,
  tags: z
    .array(tagName)
    .max(SYSTEM_TAGS_MAX, `A system has at most ${SYSTEM_TAGS_MAX} tags.`)
    .transform((tags) => [...new Set(tags)].toSorted()),
  policyId: z.uuid().nullable(),
};

/** `seen`: the mark of the preview that the person saw; null: the rule is asked of systems to come only. */
const applied = { seen: z.string().length(64).nullable() };

const GIVES_NOTHING = 'Say what it gives: tags, a policy, or both.';
const givesSomething = (form: { tags: readonly string[]; policyId: string | null }): boolean =>
  form.tags.length > 0 || form.policyId !== null;

/** What the editor asks a preview of. `isJudged`: whether verdicts are to be evaluated, too. */
export const ruleDraft = z
  .strictObject({ ...terms, assignmentRuleId: z.uuid().nullable(), isJudged: z.boolean() })
  .refine(givesSomething, GIVES_NOTHING);
export type RuleDraft = z.output<typeof ruleDraft>;

export const newAssignmentRuleForm = z
  .strictObject({ ...terms, ...applied })
  .refine(givesSomething, GIVES_NOTHING);
export type NewAssignmentRuleForm = z.output<typeof newAssignmentRuleForm>;

/** `baseVersion`: the version that its author saw. */
export const assignmentRuleForm = z
  .strictObject({ ...terms, ...applied, baseVersion: z.int().min(1) })
  .refine(givesSomething, GIVES_NOTHING);
export type AssignmentRuleForm = z.output<typeof assignmentRuleForm>;

/** What came of asking a rule of the systems that are there, in systems. */
export interface RuleApplied {
  readonly taggedCount: number;
  readonly assignedCount: number;
  readonly conflictCount: number;
}

const TRANSACTION_MS_MAX = 55_000;

/**
 * Makes a rule; answers its id, and what it did to systems that are there: nothing, unless a preview was seen.
 * @throws AppError `conflict` for a taken name, too many, or when the preview is no longer true; `invalid-request` for a client, site or
 * policy that is not there
 */
export async function makeAssignmentRule(
  database: Database,
  scope: TenantScope,
  { personId }: Person,
  { seen, ...form }: NewAssignmentRuleForm,
  nowMs: number,
): Promise<{ assignmentRuleId: string; applied: RuleApplied | null }> {
  const { mspId } = scope;
  const by = { at: new Date(nowMs), by: personId };
  const assignmentRuleId = v7();
  return inRuleScope(database, scope, async (tx) => {
    refuseTaken(await listAssignmentRules(tx, mspId), form.name);
    const rule = await checkedRule(tx, mspId, assignmentRuleId, form);
    await insertAssignmentRule(tx, mspId, assignmentRuleId, form, by);
    await keepRuleChange(tx, mspId, { assignmentRuleId, version: 1, change: 'made' }, form, by);
    const done = seen === null ? null : await applyRule(tx, scope, rule, seen, by);
    const event = ruleEvent('added', assignmentRuleId, { ...form, applied: done?.counts ?? null });
    await appendAuditEvents(tx, [event, ...(done?.events ?? [])]);
    return { assignmentRuleId, applied: done?.counts ?? null };
  });
}

/**
 * Changes a rule, asks it of the systems that are there when a preview was seen, or both. What it gave before stays.
 * @throws AppError `not-found`; `conflict` when somebody changed it since `baseVersion`, nothing differs, or as `makeAssignmentRule`
 */
export async function changeAssignmentRule(
  database: Database,
  scope: TenantScope,
  { personId }: Person,
  assignmentRuleId: string,
  { seen, baseVersion, ...form }: AssignmentRuleForm,
  nowMs: number,
): Promise<{ version: number; applied: RuleApplied | null }> {
  const { mspId } = scope;
  const by = { at: new Date(nowMs), by: personId };
  return inRuleScope(database, scope, async (tx) => {
    const rules = await listAssignmentRules(tx, mspId);
    const former = ruleOf(rules, assignmentRuleId);
    refuseOvertaken(former, baseVersion);
    refuseTaken(
      rules.filter((one) => one !== former),
      form.name,
    );
    const isChanged = !isSameValue(termsOf(former), form);
    if (!isChanged && seen === null) throw new AppError('conflict', 'Nothing differs from what it says now.');
    if (seen !== null && !former.isEnabled)
      throw new AppError('conflict', 'It is switched off, and is asked of nothing. Switch it on first.');
    const rule = await checkedRule(tx, mspId, assignmentRuleId, form);
    const version = isChanged ? former.version + 1 : former.version;
    if (isChanged) {
      await updateAssignmentRule(tx, mspId, { assignmentRuleId, version }, form);
      await keepRuleChange(tx, mspId, { assignmentRuleId, version, change: 'changed' }, form, by);
    }
    const done = seen === null ? null : await applyRule(tx, scope, rule, seen, by);
    const counts = done?.counts ?? null;
    const event = isChanged
      ? ruleEvent('changed', assignmentRuleId, { ...form, former: termsOf(former), applied: counts })
      : ruleEvent('applied', assignmentRuleId, { name: form.name, applied: counts });
    await appendAuditEvents(tx, [event, ...(done?.events ?? [])]);
    return { version, applied: counts };
  });
}

/**
 * Switches a rule off, or on again. What it gave stays; what was seen meanwhile is not asked of it.
 * @throws AppError `not-found`, `conflict` when it is so already
 */
export async function setAssignmentRuleEnabled(
  database: Database,
  scope: TenantScope,
  { personId }: Person,
  { assignmentRuleId, isEnabled }: { assignmentRuleId: string; isEnabled: boolean },
  nowMs: number,
): Promise<void> {
  const { mspId } = scope;
  const by = { at: new Date(nowMs), by: personId };
  await inRuleScope(database, scope, async (tx) => {
    const former = ruleOf(await listAssignmentRules(tx, mspId), assignmentRuleId);
    if (former.isEnabled === isEnabled)
      throw new AppError(
        'conflict',
        isEnabled ? 'It is switched on already.' : 'It is switched off already.',
      );
    const version = former.version + 1;
    await setRuleDisabled(tx, mspId, { assignmentRuleId, version }, isEnabled ? null : by);
    const change: RuleChange = isEnabled ? 'enabled' : 'disabled';
    await keepRuleChange(tx, mspId, { assignmentRuleId, version, change }, termsOf(former), by);
    await appendAuditEvents(tx, [ruleEvent(change, assignmentRuleId, { name: former.name })]);
  });
}

/**
 * Removes a rule, or brings a removed one back. What it gave stays.
 * @throws AppError `not-found`; `conflict` when its name was taken since, or its policy retired
 */
export async function setAssignmentRuleThere(
  database: Database,
  scope: TenantScope,
  { personId }: Person,
  { assignmentRuleId, isThere }: { assignmentRuleId: string; isThere: boolean },
  nowMs: number,
): Promise<void> {
  const { mspId } = scope;
  const by = { at: new Date(nowMs), by: personId };
  await inRuleScope(database, scope, async (tx) => {
    const others = await listAssignmentRules(tx, mspId);
    const removed = await setAssignmentRuleRemoved(tx, mspId, assignmentRuleId, isThere ? null : by);
    if (removed === null) throw nothingHere();
    const { version, ...said } = removed;
    if (isThere) {
      refuseTaken(others, said.name);
      await checkedPolicy(tx, mspId, said.policyId);
    }
    const change: RuleChange = isThere ? 'brought-back' : 'removed';
    await keepRuleChange(tx, mspId, { assignmentRuleId, version, change }, said, by);
    await appendAuditEvents(tx, [ruleEvent(change, assignmentRuleId, { name: said.name })]);
  });
}

/** A draft as a rule, once what it names was found. @throws AppError `invalid-request` naming the field */
export async function checkedRule(
  tx: Tx,
  mspId: string,
  assignmentRuleId: string,
  { name, conditions, tags, policyId }: RuleTerms,
): Promise<AssignmentRule> {
  const { clientIds, siteIds } = conditions;
  const clients = new Set((await listClientNames(tx, mspId)).map(({ clientId }) => clientId));
  if (clientIds && !clientIds.every((id) => clients.has(id)))
    throw refused('conditions.clientIds', 'A client is not there any more. Choose the clients again.');
  if (siteIds && (await countSites(tx, mspId, siteIds)) < new Set(siteIds).size)
    throw refused('conditions.siteIds', 'A site is not there any more. Choose the sites again.');
  const policy = await checkedPolicy(tx, mspId, policyId);
  return { assignmentRuleId, name, conditions, tags, policy };
}

async function checkedPolicy(
  tx: Tx,
  mspId: string,
  policyId: string | null,
): Promise<AssignmentRule['policy']> {
  if (policyId === null) return null;
  const policy = await findPolicy(tx, mspId, policyId);
  if (!policy) throw refused('policyId', 'This policy is not there any more. Choose another.');
  if (policy.isDefault)
    throw refused('policyId', 'The default holds for everything already that has no policy of its own.');
  if (policy.jobId !== null) throw refused('policyId', 'This policy belongs to a single job.');
  return { policyId, name: policy.name, clientId: policy.clientId };
}

function countSites(tx: Tx, mspId: string, siteIds: readonly string[]): Promise<number> {
  return tx.site.count({ where: { mspId, siteId: { in: [...siteIds] } } });
}

/** Asks a rule of the systems that are there; what it does to them has to be what the person saw. */
async function applyRule(
  tx: Tx,
  scope: TenantScope,
  rule: AssignmentRule,
  seen: string,
  by: { at: Date; by: string },
): Promise<{ counts: RuleApplied; events: readonly AuditEvent[] }> {
  const outcomes = await outcomesOfRule(tx, scope.mspId, rule);
  if (outcomesMark(outcomes) !== seen)
    throw new AppError(
      'conflict',
      'What it would do has changed since you saw it. Look at the preview again, then save.',
    );
  const { events, ...counts } = await applyOutcomes(tx, scope.mspId, outcomes, by);
  const systemIds = outcomes.filter(hasEffect).map(({ subject }) => subject.systemId);
  await markDirty(tx, scope, { systemIds }, by.at.getTime());
  return { counts, events };
}

function inRuleScope<T>(database: Database, scope: TenantScope, work: (tx: Tx) => Promise<T>): Promise<T> {
  return database.inScope(
    scope,
    async (tx) => {
      await lockAssignmentRules(tx, scope.mspId);
      return work(tx);
    },
    { timeoutMs: TRANSACTION_MS_MAX },
  );
}

function ruleOf(rules: readonly KeptAssignmentRule[], assignmentRuleId: string): KeptAssignmentRule {
  const rule = rules.find((one) => one.assignmentRuleId === assignmentRuleId);
  if (!rule) throw nothingHere();
  return rule;
}

function termsOf({ name, conditions, tags, policy }: AssignmentRule): RuleTerms {
  return { name, conditions, tags, policyId: policy?.policyId ?? null };
}

function refuseOvertaken({ version }: KeptAssignmentRule, baseVersion: number): void {
  if (version !== baseVersion)
    throw new AppError('conflict', 'Somebody changed this rule meanwhile. Close this and open it anew.');
}

function refuseTaken(others: readonly KeptAssignmentRule[], name: string): void {
  if (others.length >= ASSIGNMENT_RULES_MAX)
    throw new AppError('conflict', `There are ${ASSIGNMENT_RULES_MAX} rules already. Remove one first.`);
  if (!others.some((other) => other.name.toLowerCase() === name.toLowerCase())) return;
  const sentence = 'There is a rule of this name already.';
  throw new AppError('conflict', sentence, { fields: { name: sentence } });
}

function refused(field: string, sentence: string): AppError {
  return new AppError('invalid-request', sentence, { fields: { [field]: sentence } });
}

function ruleEvent(
  verb: string,
  assignmentRuleId: string,
  details: Readonly<Record<string, unknown>>,
): Omit<AuditEvent, 'private'> {
  return { action: `assignment-rule.${verb}`, target: { assignmentRuleId }, details };
}
