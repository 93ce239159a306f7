import type { CaptureKind } from '@/contract/report';
import type { RuleConditions, RuleReason } from '@/domain/policy/assignment-rules';
import type { RuleClaim } from '@/domain/policy/rule-claims';

export const HELD_WORD: Readonly<Record<CaptureKind, string>> = {
  files: 'files',
  image: 'an image of a machine',
  database: 'a database',
  mailboxes: 'mailboxes',
};

/** Names of clients and sites, by id. */
export type Names = ReadonlyMap<string, string>;

/** What a rule asks, in words: 'host name like sql-* or *-db; holds a database'. */
export function conditionsText(conditions: RuleConditions, names: Names): string {
  const { hostPatterns, osPatterns, clientIds, siteIds, tools, holds } = conditions;
  const nameOf = (id: string): string => names.get(id) ?? 'one that is gone';
  const parts = [
    hostPatterns && `host name like ${either(hostPatterns)}`,
    osPatterns && `runs on ${either(osPatterns)}`,
    clientIds && `of ${either(clientIds.map(nameOf))}`,
    siteIds && `stands at ${either(siteIds.map(nameOf))}`,
    tools && `backed up by ${either(tools)}`,
    holds && `holds ${either(holds.map((one) => HELD_WORD[one]))}`,
  ].filter((part) => part !== null);
  return parts.length === 0 ? 'every newly seen system' : parts.join('; ');
}

/** What a rule gives, in words. */
export function givesText(tags: readonly string[], policyName: string | null): string {
  const parts = [
    tags.length > 0 && `${tags.length === 1 ? 'tag' : 'tags'} ${tags.join(', ')}`,
    policyName !== null && `policy ${policyName}`,
  ].filter((part) => part !== false);
  return parts.join('; ');
}

/** Why a system meets a rule: 'like sql-*, holds a database'. */
export function reasonsText(reasons: readonly RuleReason[]): string {
  return reasons.length === 0 ? 'it asks nothing' : reasons.map(reasonText).join(', ');
}

function reasonText(reason: RuleReason): string {
  switch (reason.condition) {
    case 'host':
      return `like ${reason.pattern}`;
    case 'os':
      return `runs on ${reason.value}`;
    case 'client':
      return 'of a client that was chosen';
    case 'site':
      return 'at a site that was chosen';
    case 'tool':
      return `backed up by ${reason.value}`;
    case 'holds':
      return `holds ${HELD_WORD[reason.value]}`;
  }
}

/** What rules say of one system: '‘A’ says Gold, ‘B’ says Silver'. */
export function claimsText(claims: readonly RuleClaim[]): string {
  return claims.map(({ ruleName, policyName }) => `‘${ruleName}’ says ${policyName}`).join(', ');
}

const NAMED = 3;

function either(words: readonly string[]): string {
  const named = words.slice(0, NAMED);
  const others = words.length - named.length;
  return `${named.join(' or ')}${others > 0 ? ` or ${others} more` : ''}`;
}
