import { expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../protection/policy';
import { policyProblems, policyWarnings } from './policy-check';
import { policyOverrides } from './overrides-schema';
import { POLICY_FIELDS } from './policy-overrides';
import { POLICY_TEMPLATES } from './policy-templates';

test.each(POLICY_TEMPLATES.map((one) => [one.name, one.overrides] as const))(
  '%s can be published as it is',
  (_, overrides) => {
    expect(policyOverrides.parse(overrides)).toEqual(overrides);
    expect(policyProblems(overrides, DEFAULT_POLICY)).toEqual([]);
    expect(policyWarnings(overrides, DEFAULT_POLICY)).toEqual([]);
  },
);

test('a policy is shown with the fields that it is parsed with, in their order', () => {
  expect(POLICY_FIELDS).toEqual(Object.keys(policyOverrides.shape));
});
