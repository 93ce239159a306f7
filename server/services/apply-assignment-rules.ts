import { type RuleOutcome, type RuleSubject, ruleOutcome } from '@/domain/policy/assignment-rules';
import { listAssignmentRules } from '../data/assignment-rules';
import type { AuditEvent } from '../data/audit';
import type { Tx } from '../data/database';
import {
  assignByRules,
  giveTags,
  type GivenTag,
  openConflicts,
  type RuleAssignment,
  type RulesAsked,
  saveRuleMatches,
} from '../data/rule-effects';
import { readRuleSubjects } from '../data/rule-subjects';

/** What rules do to one system. */
export interface SubjectOutcome {
  readonly subject: RuleSubject;
  readonly outcome: RuleOutcome;
}

/** What was done, for the audit log: its events are appended last in the transaction. */
export interface AppliedRules {
  readonly events: readonly Omit<AuditEvent, 'private'>[];
  readonly taggedCount: number;
  readonly assignedCount: number;
  readonly conflictCount: number;
}

/**
 * Has the rules in use decide about systems that a report has just made known, in its transaction: they are evaluated by what the rules
 * assign. Answers the events to append.
 */
export async function applyRulesToNewSystems(
  tx: Tx,
  mspId: string,
  systemIds: readonly string[],
  at: Date,
): Promise<AppliedRules['events']> {
  if (systemIds.length === 0) return [];
  const rules = (await listAssignmentRules(tx, mspId)).filter(({ isEnabled }) => isEnabled);
  if (rules.length === 0) return [];
  const subjects = await readRuleSubjects(tx, mspId, systemIds);
  const outcomes = subjects.map((subject) => ({ subject, outcome: ruleOutcome(subject, rules) }));
  return (await applyOutcomes(tx, mspId, outcomes, { at, by: null })).events;
}

/** Does what rules say of systems, each of which stands once in `outcomes`. */
export async function applyOutcomes(
  tx: Tx,
  mspId: string,
  outcomes: readonly SubjectOutcome[],
  asked: RulesAsked,
): Promise<AppliedRules> {
  await saveRuleMatches(tx, mspId, outcomes.flatMap(matchesOf), asked);
  const tags = await giveTags(tx, mspId, outcomes.flatMap(tagsOf), asked);
  const assigned = await assignByRules(tx, mspId, outcomes.flatMap(assignmentOf), asked);
  const conflicts = await openConflicts(tx, mspId, outcomes.flatMap(conflictOf), asked.at);
  const ruleNames = new Map(
    outcomes.flatMap(({ outcome }) =>
      outcome.matches.map(({ rule }) => [rule.assignmentRuleId, rule.name] as const),
    ),
  );
  const ruleOf = (assignmentRuleId: string) => ruleNames.get(assignmentRuleId) ?? '';
  return {
    events: [
      ...taggedEvents(tags, ruleOf),
      ...assigned.map((one) => ({
        action: 'policy.assigned',
        clientId: one.clientId,
        target: {
          policyId: one.policyId,
          assignmentId: one.assignmentId,
          assignmentRuleId: one.assignmentRuleId,
        },
        details: {
          rule: ruleOf(one.assignmentRuleId),
          level: 'system',
          systemId: one.systemId,
          formerPolicyId: one.formerPolicyId,
        },
      })),
      ...conflicts.map(({ clientId, systemId, conflictId, claims }) => ({
        action: 'assignment-conflict.found',
        clientId,
        target: { systemId, conflictId },
        details: { claims },
      })),
    ],
    taggedCount: new Set(tags.map(({ systemId }) => systemId)).size,
    assignedCount: assigned.length,
    conflictCount: conflicts.length,
  };
}

function taggedEvents(
  tags: readonly GivenTag[],
  ruleOf: (assignmentRuleId: string) => string,
): AppliedRules['events'] {
  const added = new Map<string, GivenTag[]>();
  for (const tag of tags) {
    const key = `${tag.systemId} ${tag.assignmentRuleId}`;
    added.set(key, [...(added.get(key) ?? []), tag]);
  }
  return [...added.values()].flatMap((given) => {
    const [first] = given;
    if (!first) return [];
    const { systemId, clientId, assignmentRuleId } = first;
    const details = { rule: ruleOf(assignmentRuleId), added: given.map(({ tag }) => tag), removed: [] };
    return [{ action: 'system.tagged', clientId, target: { systemId, assignmentRuleId }, details }];
  });
}

function matchesOf({ subject: { systemId, clientId }, outcome }: SubjectOutcome) {
  return outcome.matches.map(({ rule: { assignmentRuleId }, reasons }) => ({
    systemId,
    clientId,
    assignmentRuleId,
    reasons,
  }));
}

function tagsOf({ subject: { systemId, clientId }, outcome }: SubjectOutcome): GivenTag[] {
  return outcome.tags.map(({ tag, rule: { assignmentRuleId } }) => ({
    systemId,
    clientId,
    tag,
    assignmentRuleId,
  }));
}

function assignmentOf({ subject: { systemId, clientId }, outcome }: SubjectOutcome): RuleAssignment[] {
  const { matches, policy } = outcome;
  if (policy.kind !== 'assign') return [];
  // Of several that say so, one that was asked.
  const asked = new Set(matches.map(({ rule }) => rule.assignmentRuleId));
  const claim = policy.claims.find(({ assignmentRuleId }) => asked.has(assignmentRuleId));
  if (!claim) return [];
  const { policyId, formerPolicyId } = policy;
  return [{ systemId, clientId, policyId, formerPolicyId, assignmentRuleId: claim.assignmentRuleId }];
}

function conflictOf({ subject: { systemId, clientId }, outcome: { policy } }: SubjectOutcome) {
  return policy.kind === 'conflict' ? [{ systemId, clientId, claims: policy.claims }] : [];
}
