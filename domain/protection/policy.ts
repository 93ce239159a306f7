import type { CopiesRule, ProtectionPolicy } from './policy-schema';

// The schema stands apart: a page that shows a policy needs no library to parse one.
export type { CopiesRule, ProtectionPolicy, VerificationDepth } from './policy-schema';

export const RULE_321: CopiesRule = {
  copies: 3,
  media: 2,
  locations: null,
  offsite: 1,
  immutable: null,
  errors: null,
};
export const RULE_32110: CopiesRule = {
  copies: 3,
  media: 2,
  locations: null,
  offsite: 1,
  immutable: 1,
  errors: 0,
};
export const RULE_SAAS: CopiesRule = {
  copies: 2,
  media: 1,
  locations: null,
  offsite: 1,
  immutable: null,
  errors: null,
};

/** The policy every MSP starts with: 3-2-1 for a daily job. */
export const DEFAULT_POLICY: ProtectionPolicy = {
  name: '3-2-1',
  rule: RULE_321,
  mediaAmong: 'all',
  rpoSeconds: 26 * 3600,
  offsiteRpoSeconds: null,
  offsiteDistanceKmMin: null,
  immutabilityWindowSeconds: 14 * 86_400,
  acceptsAppendOnly: false,
  acceptsWarnings: false,
  acceptsOutcomeNotSeen: false,
  acceptsClaims: false,
  requiresEncryption: false,
  requiredCapture: null,
  verificationDepth: 'data-subset',
  verificationCadenceSeconds: 7 * 86_400,
  restoreTestCadenceSeconds: 90 * 86_400,
  rtoSeconds: null,
  contractTerms: null,
  frameworks: [],
  accessAttestationCadenceSeconds: null,
  keyCustodyAttestationCadenceSeconds: null,
  retention: null,
  warningWindowSeconds: 2 * 3600,
  silenceSeconds: 26 * 3600,
  offlineToleranceSeconds: null,
  schedule: null,
  latenessSeconds: 3600,
  greatestDurationSeconds: 24 * 3600,
  maintenanceWindows: [],
  dayRule: 'worst',
};
