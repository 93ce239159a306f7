import type { PolicyOutcome, RuleOutcome, RuleReason } from './assignment-rules';
import type { RuleClaim } from './rule-claims';

/** A system that meets a rule. */
interface MatchedSystem {
  readonly systemId: string;
  readonly name: string;
  readonly clientName: string;
  readonly reasons: readonly RuleReason[];
}

/** Systems whose own policy a rule would leave alone, or not find out. */
interface ContestedSystem extends Omit<MatchedSystem, 'reasons'> {
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
}

/** What a rule does to a system, with what people call it. */
interface NamedOutcome {
  readonly subject: { readonly systemId: string; readonly hostName: string; readonly clientName: string };
  readonly outcome: RuleOutcome;
}

const SYSTEMS_NAMED = 12;

/** Adds up what a rule would do, of its part in each outcome. */
export function ruleMatches(outcomes: readonly NamedOutcome[]): RuleMatches {
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
  };
}

function nameOf({ systemId, hostName, clientName }: NamedOutcome['subject']) {
  return { systemId, name: hostName, clientName };
}

function contested({ subject, outcome: { policy } }: NamedOutcome): ContestedSystem {
  return { ...nameOf(subject), claims: policy.kind === 'none' ? [] : policy.claims };
}
