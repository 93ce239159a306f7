import { z } from 'zod';
import { captureKind, type CaptureKind } from '@/contract/report';
import { bareHostKey, hostKey } from '../coverage/host-key';
import { compare } from '../text/compare';
import { claimedPolicies, isDecided, type RuleClaim } from './rule-claims';
import { SYSTEM_TAGS_MAX } from './tag-name';
import { isLike } from './wildcard';

/** Rules that an MSP may have at a time. */
export const ASSIGNMENT_RULES_MAX = 200;

const pattern = z
  .string()
  .trim()
  .min(1, 'Enter a pattern.')
  .max(200, 'Use at most 200 characters.')
  .regex(/^\P{C}*$/u, 'Leave out control characters.');

/**
 * What a rule asks of a newly seen system: every condition that is said has to hold, of its list any one. null: not asked. A rule that asks
 * nothing is met by every newly seen system.
 */
export const ruleConditions = z.strictObject({
  /** Its host name, whole or without its domain; `*` stands for any characters. */
  hostPatterns: z.array(pattern).min(1).max(50, 'Use at most 50 patterns.').nullable(),
  /** What its agent runs on, as the agent says it; `*` as above. */
  osPatterns: z.array(pattern).min(1).max(50, 'Use at most 50 patterns.').nullable(),
  clientIds: z.array(z.uuid()).min(1, 'Choose a client.').max(1000).nullable(),
  siteIds: z.array(z.uuid()).min(1, 'Choose a site.').max(1000).nullable(),
  /** The tools that its jobs are of. */
  tools: z.array(pattern).min(1, 'Choose a tool.').max(50).nullable(),
  holds: z.array(captureKind).min(1, 'Choose what it holds.').max(captureKind.options.length).nullable(),
});
export type RuleConditions = z.output<typeof ruleConditions>;

/** A rule for newly seen systems. */
export interface AssignmentRule {
  readonly assignmentRuleId: string;
  readonly name: string;
  readonly conditions: RuleConditions;
  /** Given to what meets it. */
  readonly tags: readonly string[];
  /** Assigned to what meets it, in the version that is in force; null: none. */
  readonly policy: RulePolicy | null;
}

interface RulePolicy {
  readonly policyId: string;
  readonly name: string;
  /** The only client that it may be assigned in; null: any. */
  readonly clientId: string | null;
}

/** What is known of a system, as far as rules can ask. */
export interface RuleSubject {
  readonly systemId: string;
  readonly clientId: string;
  readonly hostName: string;
  /** null: no agent runs on it, or its agent did not say. */
  readonly os: string | null;
  /** Where it stands, by whatever list or declaration. */
  readonly siteIds: readonly string[];
  readonly tools: readonly string[];
  readonly holds: readonly CaptureKind[];
  readonly tags: readonly string[];
  /** The policy that is assigned to it alone; `byRule`: a rule did so, and no person since. null: none is. */
  readonly assigned: { readonly policyId: string; readonly byRule: boolean } | null;
  /** What people decided of conflicts of its rules: the claims that they saw. */
  readonly decided: readonly (readonly RuleClaim[])[];
}

/** Why a rule is met: each condition with what of its list holds. */
export type RuleReason =
  | { readonly condition: 'host' | 'os'; readonly value: string; readonly pattern: string }
  | { readonly condition: 'client' | 'site' | 'tool'; readonly value: string }
  | { readonly condition: 'holds'; readonly value: CaptureKind };

/**
 * What rules do to a system's own policy. `none`: no rule names one. `held`: it is assigned already. `person`: a person assigned another
 * one, which stays. `conflict`: they name different ones, nothing is assigned. `decided`: they do, and a person has said what then.
 */
export type PolicyOutcome =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'assign';
      readonly claims: readonly RuleClaim[];
      readonly policyId: string;
      /** What another rule had assigned, which ends; null: nothing is. */
      readonly formerPolicyId: string | null;
    }
  | { readonly kind: 'held' | 'conflict' | 'decided'; readonly claims: readonly RuleClaim[] }
  | { readonly kind: 'person'; readonly claims: readonly RuleClaim[]; readonly policyId: string };

interface RuleMatch {
  readonly rule: AssignmentRule;
  readonly reasons: readonly RuleReason[];
}

/** What all rules together do to one system. */
export interface RuleOutcome {
  /** By name. */
  readonly matches: readonly RuleMatch[];
  /** Those that it has not yet, by name, with the first rule by name that gives each. */
  readonly tags: readonly { readonly tag: string; readonly rule: AssignmentRule }[];
  /** What it would have beyond the most that a system can have. */
  readonly tagsLeftOut: readonly string[];
  readonly policy: PolicyOutcome;
}

/** What these rules, each of which holds, do to a system. The order in which they come decides nothing. */
export function ruleOutcome(subject: RuleSubject, rules: readonly AssignmentRule[]): RuleOutcome {
  const matches = rules
    .flatMap((rule) => {
      const reasons = matchRule(subject, rule.conditions);
      return reasons === null ? [] : [{ rule, reasons }];
    })
    .toSorted((a, b) => compareRules(a.rule, b.rule));
  const given = givenTags(matches, subject);
  const room = Math.max(0, SYSTEM_TAGS_MAX - subject.tags.length);
  return {
    matches,
    tags: given.slice(0, room),
    tagsLeftOut: given.slice(room).map(({ tag }) => tag),
    policy: policyOutcome(subject, claimsOf(matches, subject)),
  };
}

/** What of an outcome one rule has a part in; null: the system does not meet it. */
export function partOf(outcome: RuleOutcome, assignmentRuleId: string): RuleOutcome | null {
  const match = outcome.matches.find(({ rule }) => rule.assignmentRuleId === assignmentRuleId);
  if (!match) return null;
  const { rule } = match;
  const { policy } = outcome;
  const isClaimed =
    policy.kind !== 'none' && policy.claims.some((claim) => claim.assignmentRuleId === assignmentRuleId);
  return {
    matches: [match],
    tags: outcome.tags.filter(({ tag }) => rule.tags.includes(tag)).map(({ tag }) => ({ tag, rule })),
    tagsLeftOut: outcome.tagsLeftOut.filter((tag) => rule.tags.includes(tag)),
    policy: isClaimed ? policy : { kind: 'none' },
  };
}

/** Why a system meets these conditions; null: it does not. Empty: they ask nothing. */
export function matchRule(subject: RuleSubject, conditions: RuleConditions): RuleReason[] | null {
  const { hostPatterns, osPatterns, clientIds, siteIds, tools, holds } = conditions;
  const key = hostKey(subject.hostName);
  const found = [
    hostPatterns && likeReason('host', [key, bareHostKey(key)], hostPatterns),
    osPatterns && likeReason('os', subject.os === null ? [] : [subject.os], osPatterns),
    clientIds && oneOf('client', [subject.clientId], clientIds),
    siteIds && oneOf('site', subject.siteIds, siteIds),
    tools && oneOf('tool', subject.tools, tools),
    holds && holdsReason(subject.holds, holds),
  ];
  if (found.includes(undefined)) return null;
  return found.filter((reason) => reason !== null && reason !== undefined);
}

function likeReason(
  condition: 'host' | 'os',
  texts: readonly string[],
  patterns: readonly string[],
): RuleReason | undefined {
  for (const one of patterns)
    for (const value of texts) if (isLike(value, one)) return { condition, value, pattern: one };
  return undefined;
}

function oneOf(
  condition: 'client' | 'site' | 'tool',
  known: readonly string[],
  wanted: readonly string[],
): RuleReason | undefined {
  const value = known.toSorted().find((one) => wanted.includes(one));
  return value === undefined ? undefined : { condition, value };
}

function holdsReason(known: readonly CaptureKind[], wanted: readonly CaptureKind[]): RuleReason | undefined {
  const value = known.toSorted().find((one) => wanted.includes(one));
  return value === undefined ? undefined : { condition: 'holds', value };
}

function givenTags(matches: readonly RuleMatch[], { tags }: RuleSubject): RuleOutcome['tags'] {
  const given = new Map<string, AssignmentRule>();
  for (const { rule } of matches)
    for (const tag of rule.tags) if (!tags.includes(tag) && !given.has(tag)) given.set(tag, rule);
  return [...given].map(([tag, rule]) => ({ tag, rule })).toSorted((a, b) => compare(a.tag, b.tag));
}

/** A policy of another client cannot hold here: its rule gives tags only. */
function claimsOf(matches: readonly RuleMatch[], { clientId }: RuleSubject): RuleClaim[] {
  return matches.flatMap(({ rule: { assignmentRuleId, name: ruleName, policy } }) =>
    policy === null || (policy.clientId !== null && policy.clientId !== clientId)
      ? []
      : [{ assignmentRuleId, ruleName, policyId: policy.policyId, policyName: policy.name }],
  );
}

function policyOutcome({ assigned, decided }: RuleSubject, claims: readonly RuleClaim[]): PolicyOutcome {
  const [policy, ...others] = claimedPolicies(claims);
  if (!policy) return { kind: 'none' };
  const { policyId } = policy;
  if (assigned?.policyId === policyId && others.length === 0) return { kind: 'held', claims };
  if (assigned && !assigned.byRule) return { kind: 'person', claims, policyId: assigned.policyId };
  if (isDecided(claims, decided)) return { kind: 'decided', claims };
  if (others.length > 0) return { kind: 'conflict', claims };
  return { kind: 'assign', claims, policyId, formerPolicyId: assigned?.policyId ?? null };
}

function compareRules(a: AssignmentRule, b: AssignmentRule): number {
  return compare(a.name, b.name) || compare(a.assignmentRuleId, b.assignmentRuleId);
}
