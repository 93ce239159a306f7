import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AssignmentRule,
  matchRule,
  partOf,
  type RuleConditions,
  ruleConditions,
  ruleOutcome,
  type RuleSubject,
} from './assignment-rules';
import { isDecided, type RuleClaim } from './rule-claims';
import { SYSTEM_TAGS_MAX } from './tag-name';

const ANYTHING: RuleConditions = {
  hostPatterns: null,
  osPatterns: null,
  clientIds: null,
  siteIds: null,
  tools: null,
  holds: null,
};
const SYSTEM: RuleSubject = {
  systemId: 'system-1',
  clientId: 'client-1',
  hostName: 'ERP-SQL-01.corp.local',
  os: 'Ubuntu 24.04 LTS',
  siteIds: ['site-1', 'site-2'],
  tools: ['restic'],
  holds: ['database', 'files'],
  tags: [],
  assigned: null,
  decided: [],
};
const GOLD = { policyId: 'gold', name: 'Gold', clientId: null };
const LEDGER = { policyId: 'ledger', name: 'Ledger', clientId: null };

function rule(name: string, changed: Partial<AssignmentRule> = {}): AssignmentRule {
  return { assignmentRuleId: `rule ${name}`, name, conditions: ANYTHING, tags: [], policy: null, ...changed };
}
const claim = (name: string, policy: { policyId: string; name: string }): RuleClaim => ({
  assignmentRuleId: `rule ${name}`,
  ruleName: name,
  policyId: policy.policyId,
  policyName: policy.name,
});
const meets = (conditions: Partial<RuleConditions>, subject: Partial<RuleSubject> = {}) =>
  matchRule({ ...SYSTEM, ...subject }, { ...ANYTHING, ...conditions }) !== null;

describe('conditions', () => {
  test.each<[string, Partial<RuleConditions>, boolean]>([
    ['nothing is asked', {}, true],
    ['the host name, in letters of either case', { hostPatterns: ['erp-*'] }, true],
    ['the host name without its domain', { hostPatterns: ['*-sql-01'] }, true],
    ['the host name with its domain', { hostPatterns: ['*.CORP.local'] }, true],
    ['one of several host names', { hostPatterns: ['web-*', '*sql*'] }, true],
    ['another host name', { hostPatterns: ['sql-*'] }, false],
    ['the operating system', { osPatterns: ['ubuntu*'] }, true],
    ['another operating system', { osPatterns: ['windows*'] }, false],
    ['the client', { clientIds: ['client-2', 'client-1'] }, true],
    ['another client', { clientIds: ['client-2'] }, false],
    ['one of its sites', { siteIds: ['site-2'] }, true],
    ['another site', { siteIds: ['site-3'] }, false],
    ['the tool', { tools: ['borg', 'restic'] }, true],
    ['another tool', { tools: ['borg'] }, false],
    ['what it holds, among other things', { holds: ['database'] }, true],
    ['what it does not hold', { holds: ['image', 'mailboxes'] }, false],
    ['two conditions that hold', { hostPatterns: ['erp-*'], holds: ['files'] }, true],
    ['two conditions of which one does not', { hostPatterns: ['erp-*'], holds: ['image'] }, false],
  ])('%s', (_, conditions, is) => expect(meets(conditions)).toBe(is));

  test('what is not known meets no condition about it', () => {
    expect(meets({ osPatterns: ['*'] }, { os: null })).toBe(false);
    expect(meets({ siteIds: ['site-1'] }, { siteIds: [] })).toBe(false);
    expect(meets({ tools: ['restic'] }, { tools: [] })).toBe(false);
    expect(meets({ holds: ['files'] }, { holds: [] })).toBe(false);
  });

  test('of an address no part is a name', () => {
    expect(meets({ hostPatterns: ['10'] }, { hostName: '10.0.0.7' })).toBe(false);
    expect(meets({ hostPatterns: ['10.0.*'] }, { hostName: '10.0.0.7' })).toBe(true);
  });

  test('reasons name what of each list holds', () => {
    const conditions = { ...ANYTHING, hostPatterns: ['web-*', 'erp-*'], holds: ['database' as const] };
    expect(matchRule(SYSTEM, conditions)).toEqual([
      { condition: 'host', value: 'erp-sql-01.corp.local', pattern: 'erp-*' },
      { condition: 'holds', value: 'database' },
    ]);
  });

  test('an empty list is refused: null asks nothing', () => {
    expect(ruleConditions.safeParse({ ...ANYTHING, hostPatterns: [] }).success).toBe(false);
    expect(ruleConditions.safeParse({ ...ANYTHING, hostPatterns: [' '] }).success).toBe(false);
    expect(ruleConditions.safeParse(ANYTHING).success).toBe(true);
  });
});

describe('what rules do', () => {
  test('tags of all rules add up, without those that it has', () => {
    const rules = [rule('B', { tags: ['db', 'gold'] }), rule('A', { tags: ['db', 'old'] })];
    const { tags, policy } = ruleOutcome({ ...SYSTEM, tags: ['old'] }, rules);
    expect(tags.map(({ tag, rule: by }) => [tag, by.name])).toEqual([
      ['db', 'A'],
      ['gold', 'B'],
    ]);
    expect(policy).toEqual({ kind: 'none' });
  });

  test('no system gets more tags than it can have', () => {
    const tags = Array.from({ length: SYSTEM_TAGS_MAX }, (_, index) => `t${String(index).padStart(2, '0')}`);
    const outcome = ruleOutcome({ ...SYSTEM, tags: ['own'] }, [rule('Many', { tags })]);
    expect(outcome.tags).toHaveLength(SYSTEM_TAGS_MAX - 1);
    expect(outcome.tagsLeftOut).toEqual([tags.at(-1)]);
  });

  test('one policy is assigned, whoever names it', () => {
    const outcome = ruleOutcome(SYSTEM, [rule('A', { policy: GOLD }), rule('B', { policy: GOLD })]);
    expect(outcome.policy).toMatchObject({ kind: 'assign', policyId: 'gold', formerPolicyId: null });
  });

  test('rules that name different ones are a conflict, and assign nothing', () => {
    const { policy } = ruleOutcome(SYSTEM, [rule('B', { policy: LEDGER }), rule('A', { policy: GOLD })]);
    expect(policy).toEqual({ kind: 'conflict', claims: [claim('A', GOLD), claim('B', LEDGER)] });
  });

  test('a rule that the system does not meet contradicts nothing', () => {
    const elsewhere = rule('B', { policy: LEDGER, conditions: { ...ANYTHING, clientIds: ['client-2'] } });
    expect(ruleOutcome(SYSTEM, [rule('A', { policy: GOLD }), elsewhere]).policy.kind).toBe('assign');
  });

  test('what a person assigned stays, and is told', () => {
    const assigned = { policyId: 'own', byRule: false };
    const rules = [rule('A', { policy: GOLD }), rule('B', { policy: LEDGER })];
    for (const some of [rules, rules.slice(1)])
      expect(ruleOutcome({ ...SYSTEM, assigned }, some).policy).toMatchObject({
        kind: 'person',
        policyId: 'own',
      });
  });

  test('what is assigned already is held; what another rule assigned is replaced', () => {
    const [gold] = [[rule('A', { policy: GOLD })]];
    for (const byRule of [true, false])
      expect(ruleOutcome({ ...SYSTEM, assigned: { policyId: 'gold', byRule } }, gold).policy.kind).toBe(
        'held',
      );
    expect(
      ruleOutcome({ ...SYSTEM, assigned: { policyId: 'ledger', byRule: true } }, gold).policy,
    ).toMatchObject({
      kind: 'assign',
      policyId: 'gold',
      formerPolicyId: 'ledger',
    });
  });

  test('a policy of another client cannot hold', () => {
    const theirs = { ...GOLD, clientId: 'client-2' };
    expect(ruleOutcome(SYSTEM, [rule('A', { policy: theirs, tags: ['x'] })])).toMatchObject({
      tags: [{ tag: 'x' }],
      policy: { kind: 'none' },
    });
  });

  test('a decision covers the claims that its person saw, and fewer; one more asks again', () => {
    const [a, b, c] = [claim('A', GOLD), claim('B', LEDGER), claim('C', { policyId: 'x', name: 'X' })];
    expect(isDecided([a, b], [[b, a]])).toBe(true);
    expect(isDecided([a], [[a, b]])).toBe(true);
    expect(isDecided([a, b, c], [[a, b]])).toBe(false);
    expect(isDecided([a, { ...b, policyId: 'other' }], [[a, b]])).toBe(false);
    const rules = [rule('A', { policy: GOLD }), rule('B', { policy: LEDGER })];
    expect(ruleOutcome({ ...SYSTEM, decided: [[a, b]] }, rules).policy.kind).toBe('decided');
    expect(
      ruleOutcome({ ...SYSTEM, decided: [[a, b]] }, [...rules, rule('C', { policy: GOLD })]).policy.kind,
    ).toBe('conflict');
  });

  test('of one rule only its own part is asked for', () => {
    const rules = [rule('A', { tags: ['x'], policy: GOLD }), rule('B', { tags: ['x', 'y'] })];
    const outcome = ruleOutcome(SYSTEM, rules);
    expect(partOf(outcome, 'rule B')).toMatchObject({
      matches: [{ rule: { name: 'B' } }],
      tags: [
        { tag: 'x', rule: { name: 'B' } },
        { tag: 'y', rule: { name: 'B' } },
      ],
      policy: { kind: 'none' },
    });
    expect(partOf(outcome, 'rule A')?.policy.kind).toBe('assign');
    expect(partOf(outcome, 'rule C')).toBeNull();
  });
});

describe('the order of rules', () => {
  const conditions = fc.record({
    hostPatterns: fc.option(fc.subarray(['erp-*', 'web-*', '*sql*'], { minLength: 1 })),
    osPatterns: fc.option(fc.subarray(['ubuntu*', 'windows*'], { minLength: 1 })),
    clientIds: fc.option(fc.subarray(['client-1', 'client-2'], { minLength: 1 })),
    siteIds: fc.constant(null),
    tools: fc.option(fc.subarray(['restic', 'borg'], { minLength: 1 })),
    holds: fc.option(fc.subarray(['database', 'image'] as const, { minLength: 1 })),
  });
  const someRules = fc.uniqueArray(
    fc.record({
      assignmentRuleId: fc.constantFrom('1', '2', '3', '4', '5'),
      // Names may be alike but for their id: nothing may hang on them.
      name: fc.constantFrom('A', 'B', 'C'),
      conditions,
      tags: fc.subarray(['x', 'y', 'z']),
      policy: fc.option(fc.constantFrom(GOLD, LEDGER, { ...GOLD, policyId: 'theirs', clientId: 'client-2' })),
    }),
    { selector: ({ assignmentRuleId }) => assignmentRuleId, maxLength: 5 },
  );
  const someSystem = fc.record({
    systemId: fc.constant('system-1'),
    clientId: fc.constantFrom('client-1', 'client-2'),
    hostName: fc.constantFrom('erp-sql-01', 'web-01'),
    os: fc.option(fc.constantFrom('Ubuntu 24.04', 'Windows Server 2025')),
    siteIds: fc.constant([]),
    tools: fc.subarray(['restic', 'borg']),
    holds: fc.subarray(['database', 'image', 'files'] as const),
    tags: fc.subarray(['x', 'y']),
    assigned: fc.option(fc.record({ policyId: fc.constantFrom('gold', 'own'), byRule: fc.boolean() })),
    decided: fc.constantFrom([], [[claim('1', GOLD)]]),
  });

  test('changes nothing', () => {
    fc.assert(
      fc.property(
        someSystem,
        someRules.chain((rules) =>
          fc.record({
            rules: fc.constant(rules),
            shuffled: fc.shuffledSubarray(rules, { minLength: rules.length }),
          }),
        ),
        (system, { rules, shuffled }) => {
          expect(ruleOutcome(system, shuffled)).toEqual(ruleOutcome(system, rules));
        },
      ),
    );
  });

  test('nothing is assigned that two rules contradict each other about, or over a person', () => {
    fc.assert(
      fc.property(someSystem, someRules, (system, rules) => {
        const { policy, matches } = ruleOutcome(system, rules);
        if (policy.kind !== 'assign') return;
        const named = matches.flatMap(({ rule: { policy: of } }) =>
          of && (of.clientId === null || of.clientId === system.clientId) ? [of.policyId] : [],
        );
        expect(new Set(named)).toEqual(new Set([policy.policyId]));
        expect(system.assigned === null || system.assigned.byRule).toBe(true);
      }),
    );
  });
});
