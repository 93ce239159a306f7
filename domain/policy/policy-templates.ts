import { RULE_321, RULE_32110, RULE_SAAS } from '../protection/policy';
import type { PolicyOverrides } from './policy-overrides';

/** A policy to begin with, for what MSPs promise most often (domain.md, the presets of the rule). */
export interface PolicyTemplate {
  readonly key: string;
  readonly name: string;
  readonly overrides: PolicyOverrides;
}

const [HOUR_S, DAY_S] = [3600, 86_400];

export const POLICY_TEMPLATES: readonly PolicyTemplate[] = [
  {
    key: 'servers',
    name: 'Servers: 3-2-1, daily',
    overrides: { rule: RULE_321, rpoSeconds: 26 * HOUR_S, requiresEncryption: true },
  },
  {
    key: 'critical',
    name: 'Critical servers: 3-2-1-1-0, checked weekly, restored quarterly',
    overrides: {
      rule: RULE_32110,
      rpoSeconds: 26 * HOUR_S,
      requiresEncryption: true,
      immutabilityWindowSeconds: 14 * DAY_S,
      verificationDepth: 'data-subset',
      verificationCadenceSeconds: 7 * DAY_S,
      restoreTestCadenceSeconds: 90 * DAY_S,
    },
  },
  {
    key: 'laptops',
    name: 'Laptops: two copies, may be away for two weeks',
    overrides: {
      rule: { ...RULE_321, copies: 2, media: 1, offsite: 1 },
      rpoSeconds: 2 * DAY_S,
      silenceSeconds: 2 * DAY_S,
      offlineToleranceSeconds: 14 * DAY_S,
    },
  },
  { key: 'saas', name: 'SaaS: one copy at another vendor', overrides: { rule: RULE_SAAS } },
];
