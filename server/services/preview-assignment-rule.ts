import {
  claimedPolicies,
  type PolicyOutcome,
  type RuleClaim,
  type RuleReason,
} from '@/domain/policy/assignment-rules';
import type { Database } from '../data/database';
import { PolicyBook, type PolicyFactsRead, readPolicyFacts } from '../data/policies';
import type { TenantScope } from '../tenancy/tenant-scope';
import { checkedRule, type RuleDraft } from './change-assignment-rules';
import { judgeTwice, type PreviewGiven, type PreviewStep } from './judge-twice';
import { hasEffect, type NamedOutcome, outcomesMark, outcomesOfRule } from './rule-outcomes';

/** A system that meets a rule. */
export interface MatchedSystem {
  readonly systemId: string;
  readonly name: string;
  readonly clientName: string;
  readonly reasons: readonly RuleReason[];
}

/** Systems whose own policy a rule would leave alone, or not find out. */
export interface ContestedSystem extends Omit<MatchedSystem, 'reasons'> {
  readonly claims: readonly RuleClaim[];
}

/** Which of the systems that are there meet a rule, and what it would do to them, in systems. */
export interface RuleMatches {
  readonly count: number;
  /** The first by name. */
  readonly systems: readonly MatchedSystem[];
  readonly taggedCount: number;
  readonly assignedCount: number;
  /** Of these: those that another rule's policy is taken from. */
  readonly replacedCount: number;
  /** Have the policy already. */
  readonly heldCount: number;
  readonly conflictCount: number;
  readonly conflicts: readonly ContestedSystem[];
  /** A person assigned another policy, which stays. */
  readonly personCount: number;
  readonly persons: readonly ContestedSystem[];
  /** A person decided about these rules before, which stays. */
  readonly decidedCount: number;
  /** Tags that would be too many for their system. */
  readonly tagsLeftOutCount: number;
  /** What a save has to name that does this. */
  readonly seen: string;
}

export type RulePreviewStep = { readonly kind: 'matches'; readonly matches: RuleMatches } | PreviewStep;

const SYSTEMS_NAMED = 12;
/** While a rule is made it has no id: no other has this one. */
const NO_RULE = '00000000-0000-0000-0000-000000000000';

/**
 * What a rule would do to the systems that are there: which meet it, at once; then how their verdicts would change, each evaluated twice on
 * the same facts. Changes nothing.
 * @throws AppError `invalid-request` for a client, site or policy that is not there
 */
export async function* previewAssignmentRule(
  database: Database,
  scope: TenantScope,
  { assignmentRuleId, ...draft }: RuleDraft,
  given: PreviewGiven,
): AsyncGenerator<RulePreviewStep> {
  const { mspId } = scope;
  const { outcomes, facts } = await database.inScope(scope, async (tx) => {
    const rule = await checkedRule(tx, mspId, assignmentRuleId ?? NO_RULE, draft);
    return {
      outcomes: await outcomesOfRule(tx, mspId, rule),
      facts: await readPolicyFacts(tx, mspId, '*', given.now),
    };
  });
  yield { kind: 'matches', matches: matchesOf(outcomes) };
  const books = { before: new PolicyBook(facts), after: new PolicyBook(withOutcomes(facts, outcomes, given.now)) };
  const systemIds = outcomes.filter(changesPolicy).map(({ subject }) => subject.systemId);
  const judged = { systemIds, count: systemIds.length, isConcerned: () => true, books };
  yield* judgeTwice(database, scope, judged, given);
}

function changesPolicy(outcome: NamedOutcome): boolean {
  return hasEffect(outcome) && (outcome.outcome.tags.length > 0 || outcome.outcome.policy.kind === 'assign');
}

function matchesOf(outcomes: readonly NamedOutcome[]): RuleMatches {
  const of = (kind: PolicyOutcome['kind']) => outcomes.filter(({ outcome }) => outcome.policy.kind === kind);
  const [conflicts, persons] = [of('conflict'), of('person')];
  return {
    count: outcomes.length,
    systems: outcomes.slice(0, SYSTEMS_NAMED).map(({ subject, outcome }) => ({
      ...nameOf(subject),
      reasons: outcome.matches[0]?.reasons ?? [],
    })),
    taggedCount: outcomes.filter(({ outcome }) => outcome.tags.length > 0).length,
    assignedCount: of('assign').length,
    replacedCount: of('assign').filter(
      ({ outcome: { policy } }) => policy.kind === 'assign' && policy.formerPolicyId !== null,
    ).length,
    heldCount: of('held').length,
    conflictCount: conflicts.length,
    conflicts: conflicts.slice(0, SYSTEMS_NAMED).map(contested),
    personCount: persons.length,
    persons: persons.slice(0, SYSTEMS_NAMED).map(contested),
    decidedCount: of('decided').length,
    tagsLeftOutCount: outcomes.reduce((sum, { outcome }) => sum + outcome.tagsLeftOut.length, 0),
    seen: outcomesMark(outcomes),
  };
}

function nameOf({ systemId, hostName, clientName }: NamedOutcome['subject']) {
  return { systemId, name: hostName, clientName };
}

function contested({ subject, outcome: { policy } }: NamedOutcome): ContestedSystem {
  return { ...nameOf(subject), claims: policy.kind === 'none' ? [] : policy.claims };
}

/** What would hold: the tags and the policies that the outcomes give. */
function withOutcomes(
  facts: PolicyFactsRead,
  outcomes: readonly NamedOutcome[],
  now: Date,
): PolicyFactsRead {
  const tags = new Map(facts.tags);
  const assigned = new Map<string, PolicyFactsRead['assignments'][number]>();
  for (const { subject, outcome } of outcomes) {
    const { systemId, clientId, hostName } = subject;
    const added = outcome.tags.map(({ tag }) => tag);
    if (added.length > 0) tags.set(systemId, [...(tags.get(systemId) ?? []), ...added]);
    if (outcome.policy.kind !== 'assign') continue;
    const [policy] = claimedPolicies(outcome.policy.claims);
    if (!policy) continue;
    assigned.set(systemId, {
      policyId: policy.policyId,
      level: 'system',
      clientId,
      siteId: null,
      tag: null,
      systemId,
      jobId: null,
      targetName: hostName,
      assignedAt: now,
    });
  }
  const kept = facts.assignments.filter(
    ({ level, systemId }) => level !== 'system' || systemId === null || !assigned.has(systemId),
  );
  return { ...facts, tags, assignments: [...kept, ...assigned.values()] };
}
