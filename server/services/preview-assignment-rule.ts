import { claimedPolicies } from '@/domain/policy/rule-claims';
import { type RuleMatches, ruleMatches } from '@/domain/policy/rule-preview';
import type { Database } from '../data/database';
import { PolicyBook, type PolicyFactsRead, readPolicyFacts } from '../data/policies';
import type { TenantScope } from '../tenancy/tenant-scope';
import { checkedRule, type RuleDraft } from './change-assignment-rules';
import { judgeTwice, type PreviewGiven, type PreviewStep } from './judge-twice';
import { hasEffect, type NamedOutcome, outcomesMark, outcomesOfRule } from './rule-outcomes';

export type RulePreviewStep =
  /** `seen`: what a save has to name that does this. */
  { readonly kind: 'matches'; readonly matches: RuleMatches; readonly seen: string } | PreviewStep;

/** While a rule is made it has no id: no other has this one. */
const NO_RULE = '00000000-0000-0000-0000-000000000000';

/**
 * What a rule would do to the systems that are there: which meet it, at once; then, if that is asked for, how their verdicts would change,
 * each evaluated twice on the same facts. Changes nothing.
 * @throws AppError `invalid-request` for a client, site or policy that is not there
 */
export async function* previewAssignmentRule(
  database: Database,
  scope: TenantScope,
  { assignmentRuleId, isJudged, ...draft }: RuleDraft,
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
  yield { kind: 'matches', matches: ruleMatches(outcomes), seen: outcomesMark(outcomes) };
  if (!isJudged) return;
  const books = {
    before: new PolicyBook(facts),
    after: new PolicyBook(withOutcomes(facts, outcomes, given.now)),
  };
  const systemIds = outcomes.filter(changesPolicy).map(({ subject }) => subject.systemId);
  const judged = { systemIds, count: systemIds.length, isConcerned: () => true, books };
  yield* judgeTwice(database, scope, judged, given);
}

function changesPolicy(outcome: NamedOutcome): boolean {
  return hasEffect(outcome) && (outcome.outcome.tags.length > 0 || outcome.outcome.policy.kind === 'assign');
}

/** What would hold: the tags and the policies that the outcomes give. */
function withOutcomes(facts: PolicyFactsRead, outcomes: readonly NamedOutcome[], now: Date): PolicyFactsRead {
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
