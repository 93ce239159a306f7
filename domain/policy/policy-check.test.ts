import { expect, test } from 'vitest';
import { DEFAULT_POLICY, RULE_321, RULE_32110, RULE_SAAS, type CopiesRule } from '../protection/policy';
import { policyProblems, policyWarnings } from './policy-check';
import type { PolicyOverrides } from './policy-overrides';

const problemsOf = (overrides: PolicyOverrides) =>
  policyProblems(overrides, DEFAULT_POLICY).map((one) => `${one.field}: ${one.sentence}`);
const warnedOf = (overrides: PolicyOverrides) =>
  policyWarnings(overrides, DEFAULT_POLICY).map((one) => one.field);

test('the presets can be published, and nothing is remarked on them', () => {
  for (const rule of [RULE_321, RULE_32110, RULE_SAAS]) expect(problemsOf({ rule })).toEqual([]);
  expect(problemsOf({})).toEqual([]);
  expect(warnedOf({})).toEqual([]);
});

test.each<[string, Partial<CopiesRule>]>([
  ['Ask for at least 2 copies', { copies: 1, media: null, offsite: null }],
  ['Ask for at least 2 copies', { copies: null, media: null, offsite: null }],
  ['2 copies cannot be on 3 kinds', { copies: 2, media: 3 }],
  ['3 copies cannot stand in 4 places', { locations: 4 }],
  ['At most 2 of 3 copies can be offsite', { offsite: 3 }],
  ['At most 2 of 3 copies can be immutable', { immutable: 3 }],
])('%s', (sentence, changed) => {
  expect(problemsOf({ rule: { ...RULE_321, ...changed } })).toEqual([expect.stringContaining(sentence)]);
});

test('a rule can ask for as much as its copies allow', () => {
  expect(problemsOf({ rule: { ...RULE_321, media: 3, locations: 3, offsite: 2, immutable: 2 } })).toEqual([]);
});

test('what a policy inherits counts as well', () => {
  expect(
    policyProblems({ immutabilityWindowSeconds: 0 }, { ...DEFAULT_POLICY, rule: RULE_32110 }),
  ).toHaveLength(1);
  expect(policyProblems({ immutabilityWindowSeconds: 0 }, DEFAULT_POLICY)).toEqual([]);
});

test('remarked is what makes every evening red, or silence green', () => {
  expect(warnedOf({ rpoSeconds: 86_400 })).toEqual(['rpoSeconds']);
  expect(warnedOf({ rpoSeconds: 86_401 })).toEqual([]);
  expect(warnedOf({ warningWindowSeconds: DEFAULT_POLICY.rpoSeconds })).toEqual(['warningWindowSeconds']);
  expect(warnedOf({ silenceSeconds: 8 * 86_400 })).toEqual(['silenceSeconds']);
  expect(warnedOf({ acceptsClaims: true })).toEqual(['acceptsClaims']);
});

test('remarked is a schedule that the RPO does not leave room for', () => {
  const schedule = { kind: 'cron', expression: '0 21 * * *' } as const;
  const [day, hour] = [86_400, 3600];
  const promised = { schedule, latenessSeconds: hour, greatestDurationSeconds: 6 * hour };
  expect(warnedOf({ ...promised, rpoSeconds: day + 7 * hour })).toEqual([]);
  expect(warnedOf({ ...promised, rpoSeconds: day + 7 * hour - 60 })).toEqual(['schedule']);
  expect(warnedOf({ ...promised, schedule: { kind: 'cron', expression: '0 21 * * 1-5' } })).toEqual([
    'schedule',
  ]);
});

test('remarked is retention that keeps nothing, or asks for what it forbids', () => {
  const NOTHING = {
    last: null,
    hourly: null,
    daily: null,
    weekly: null,
    monthly: null,
    yearly: null,
    ageDaysMin: null,
    ageDaysMax: null,
  };
  const warned = (retention: Partial<typeof NOTHING> | Record<string, number>) =>
    policyWarnings({ retention: { ...NOTHING, ...retention } }, DEFAULT_POLICY).map((one) => one.sentence);
  expect(warned({})).toEqual([expect.stringContaining('Nothing has to be kept')]);
  expect(warned({ ageDaysMax: 30 })).toEqual([expect.stringContaining('Nothing has to be kept')]);
  expect(warned({ daily: 7, weekly: 4 })).toEqual([]);
  expect(warned({ ageDaysMin: 30 })).toEqual([]);
  expect(warned({ daily: 7, monthly: 12, ageDaysMax: 90 })).toEqual([
    '12 monthly: these reach back further than the greatest age of 90 days. What is older is not asked for.',
  ]);
  expect(warned({ daily: 91, ageDaysMax: 90 })).toEqual([]);
  expect(warned({ daily: 92, ageDaysMax: 90 })).toHaveLength(1);
});
