import type { z } from 'zod';
import { protectionPolicy } from '../protection/policy-schema';

/**
 * The fields that one policy sets, each over what lies above it (domain.md, 'policy'; issue: inheritance MSP → client → site → tag →
 * system). A field that is missing is inherited; null is a value of those fields that know it. Durations in seconds.
 */
export const policyOverrides = protectionPolicy.omit({ name: true }).partial();
export type PolicyOverrides = z.infer<typeof policyOverrides>;
