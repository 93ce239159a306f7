import { createHash } from 'node:crypto';
import { type AssignmentRule, matchRule, partOf, ruleOutcome } from '@/domain/policy/assignment-rules';
import { claimedPolicies } from '@/domain/policy/rule-claims';
import { listAssignmentRules } from '../data/assignment-rules';
import type { Tx } from '../data/database';
import { type NamedRuleSubject, readRuleSubjects } from '../data/rule-subjects';
import type { SubjectOutcome } from './apply-assignment-rules';

export interface NamedOutcome extends SubjectOutcome {
  readonly subject: NamedRuleSubject;
}

/**
 * What a rule would do to the systems that are there, beside all others that are in use: one outcome for each system that meets it, by
 * name, with the part that this rule has in it.
 */
export async function outcomesOfRule(tx: Tx, mspId: string, rule: AssignmentRule): Promise<NamedOutcome[]> {
  const kept = await listAssignmentRules(tx, mspId);
  const others = kept.filter((one) => one.isEnabled && one.assignmentRuleId !== rule.assignmentRuleId);
  return (await readRuleSubjects(tx, mspId, '*')).flatMap((subject) => {
    if (matchRule(subject, rule.conditions) === null) return [];
    const outcome = partOf(ruleOutcome(subject, [...others, rule]), rule.assignmentRuleId);
    return outcome === null ? [] : [{ subject, outcome }];
  });
}

/** Whether anything comes of an outcome. */
export function hasEffect({ outcome: { tags, policy } }: SubjectOutcome): boolean {
  return tags.length > 0 || policy.kind === 'assign' || policy.kind === 'conflict';
}

/** Stands for all that outcomes would do: whoever has seen a preview names it, and nothing else is done in its name. */
export function outcomesMark(outcomes: readonly SubjectOutcome[]): string {
  const hash = createHash('sha256');
  for (const { subject, outcome } of outcomes.filter(hasEffect)) {
    const { kind, ...rest } = outcome.policy;
    const policies = 'claims' in rest ? claimedPolicies(rest.claims).map(({ policyId }) => policyId) : [];
    const former = 'formerPolicyId' in rest ? rest.formerPolicyId : null;
    const tags = outcome.tags.map(({ tag }) => tag);
    hash.update(`${JSON.stringify([subject.systemId, tags, kind, policies, former])}\n`);
  }
  return hash.digest('hex');
}
