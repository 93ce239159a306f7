import { expect, test } from 'vitest';
import { POLICY_FIELDS, withOverrides, type PolicyOverrides } from '../policy/policy-overrides';
import { DEFAULT_POLICY, RULE_32110, RULE_SAAS } from '../protection/policy';
import { FRAMEWORKS } from './clause-evidence';
import { frameworkNotes, notesOfFramework } from './policy-notes';

const DAY_S = 86_400;

function clausesOf(overrides: PolicyOverrides): string[] {
  const fields = withOverrides(DEFAULT_POLICY, overrides);
  return POLICY_FIELDS.flatMap((field) => frameworkNotes(field, fields).map((note) => note.clause));
}

test('a policy that asks for enough has nothing against it', () => {
  expect(
    clausesOf({ rule: RULE_32110, requiresEncryption: true, restoreTestCadenceSeconds: 92 * DAY_S }),
  ).toEqual([]);
});

test.each<[string, PolicyOverrides]>([
  ['CIS Controls v8, 11.2', { rpoSeconds: 7 * DAY_S + 1 }],
  ['CIS Controls v8, 11.3', { requiresEncryption: false }],
  ['CIS Controls v8, 11.4', { rule: { ...RULE_SAAS, offsite: null } }],
  ['CIS Controls v8, 11.5', { restoreTestCadenceSeconds: 92 * DAY_S + 1 }],
  ['DORA, Article 11(6)(a)', { restoreTestCadenceSeconds: 366 * DAY_S + 1 }],
])('%s is named by what falls short of it, and by nothing else', (clause, short) => {
  const sound = { rule: RULE_32110, requiresEncryption: true } as const;
  expect(clausesOf({ ...sound, ...short })).toContain(clause);
  expect(clausesOf(sound)).not.toContain(clause);
});

test('nothing is said that no clause says', () => {
  const everything = POLICY_FIELDS.flatMap((field) =>
    frameworkNotes(
      field,
      withOverrides(DEFAULT_POLICY, {
        rule: { ...RULE_SAAS, offsite: null },
        rpoSeconds: 400 * DAY_S,
        restoreTestCadenceSeconds: 400 * DAY_S,
      }),
    ),
  );
  const texts = everything.map((note) => `${note.clause} ${note.sentence}`).join('\n');
  expect(texts).not.toMatch(/PCI|SOX|retention|years/);
});

test('a framework speaks for itself alone, by the name that policies have for it', () => {
  const short = withOverrides(DEFAULT_POLICY, {
    rule: { ...RULE_SAAS, offsite: null },
    rpoSeconds: 400 * DAY_S,
    requiresEncryption: false,
    restoreTestCadenceSeconds: 400 * DAY_S,
  });
  const ofEach = FRAMEWORKS.map(
    (framework) => [framework, notesOfFramework(framework, short).length] as const,
  );
  expect(ofEach.filter(([, count]) => count > 0)).toEqual([
    ['CIS v8', 4],
    ['DORA', 1],
    ['Cyber insurance', 1],
  ]);
  const all = POLICY_FIELDS.flatMap((field) => frameworkNotes(field, short));
  expect(all).toHaveLength(6);
});
