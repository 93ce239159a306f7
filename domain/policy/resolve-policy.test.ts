import { expect, test } from 'vitest';
import { DEFAULT_POLICY, RULE_321, RULE_32110 } from '../protection/policy';
import { overrideChanges, POLICY_FIELDS, type PolicyOverrides } from './policy-overrides';
import { POLICY_LEVELS, resolvePolicy, type PolicyLayer, type PolicyLevel } from './resolve-policy';

const HOUR_S = 3600;

function layer(level: PolicyLevel, targetName: string, overrides: PolicyOverrides): PolicyLayer {
  const name = `${level} ${targetName}`;
  return {
    level,
    targetName,
    policyId: name,
    policyName: name,
    policyVersionId: name,
    version: 1,
    overrides,
    scheduleSince: null,
  };
}

test('without any layer everything is the preset', () => {
  const { policy, origins } = resolvePolicy([]);
  expect(policy).toEqual(DEFAULT_POLICY);
  expect(Object.values(origins)).toEqual(POLICY_FIELDS.map(() => null));
});

test('each field comes from the narrowest layer that sets it, in whatever order the layers come', () => {
  const layers = [
    layer('job', 'nightly', { latenessSeconds: 600 }),
    layer('system', 'sql-01', { restoreTestCadenceSeconds: 30 * 86_400 }),
    layer('msp', 'Quillmark', { rpoSeconds: 24 * HOUR_S, verificationCadenceSeconds: 86_400 }),
    layer('tag', 'ledger', { rpoSeconds: 4 * HOUR_S }),
    layer('client', 'Larkwell', { rule: RULE_32110, rpoSeconds: 12 * HOUR_S }),
    layer('site', 'Cork', { rpoSeconds: 48 * HOUR_S }),
  ];
  for (const given of [layers, layers.toReversed()]) {
    const { policy, origins, layers: sorted } = resolvePolicy(given);
    expect(policy.rpoSeconds).toBe(4 * HOUR_S);
    expect(origins.rpoSeconds?.level).toBe('tag');
    expect(policy.rule).toEqual(RULE_32110);
    expect(origins.rule?.targetName).toBe('Larkwell');
    expect(policy.verificationCadenceSeconds).toBe(86_400);
    expect(policy.restoreTestCadenceSeconds).toBe(30 * 86_400);
    expect(origins.warningWindowSeconds).toBeNull();
    expect(policy.latenessSeconds).toBe(600);
    expect(policy.name).toBe('job nightly');
    expect(sorted.map((one) => one.level)).toEqual([...POLICY_LEVELS]);
  }
});

test('null is a value: a narrower layer can take a demand away', () => {
  const { policy, origins } = resolvePolicy([
    layer('msp', 'Quillmark', { offsiteRpoSeconds: 12 * HOUR_S }),
    layer('client', 'Larkwell', { offsiteRpoSeconds: null }),
  ]);
  expect(policy.offsiteRpoSeconds).toBeNull();
  expect(origins.offsiteRpoSeconds?.level).toBe('client');
});

test('of two tags the first by name decides, and their disagreement is told unless a system settles it', () => {
  const [a, b] = [
    layer('tag', 'alpha', { rpoSeconds: HOUR_S, acceptsClaims: true }),
    layer('tag', 'beta', { rpoSeconds: 2 * HOUR_S, acceptsClaims: true }),
  ];
  for (const given of [
    [a, b],
    [b, a],
  ]) {
    const { policy, conflicts } = resolvePolicy(given);
    expect(policy.rpoSeconds).toBe(HOUR_S);
    expect(conflicts).toEqual([{ field: 'rpoSeconds', decides: a, loses: b }]);
  }
  expect(resolvePolicy([a, b, layer('system', 'sql-01', { rpoSeconds: 60 })]).conflicts).toEqual([]);
});

test('a rule whose parts are written in another order is no change', () => {
  const { copies, media, ...others } = RULE_321;
  expect(overrideChanges({ rule: RULE_321 }, { rule: { ...others, media, copies } })).toEqual([]);
  expect(overrideChanges({ rule: RULE_321, rpoSeconds: 60 }, { rule: RULE_32110 })).toEqual([
    { field: 'rule', from: RULE_321, to: RULE_32110 },
    { field: 'rpoSeconds', from: 60, to: undefined },
  ]);
});
