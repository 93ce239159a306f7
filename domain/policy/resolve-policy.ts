import { DEFAULT_POLICY, type ProtectionPolicy } from '../protection/policy';
import type { Instant } from '../time/instant';
import { compare } from '../text/compare';
import { isSameValue, POLICY_FIELDS, type PolicyField, type PolicyOverrides } from './policy-overrides';

/** Where a policy can be assigned, from the widest to the narrowest; the narrower decides. */
export const POLICY_LEVELS = ['msp', 'client', 'site', 'tag', 'system', 'job'] as const;
export type PolicyLevel = (typeof POLICY_LEVELS)[number];

/** One policy as it applies at one level. */
export interface PolicyLayer {
  readonly level: PolicyLevel;
  /** The client, site, tag, system or job that it was assigned to; the MSP's own name for its default. */
  readonly targetName: string;
  readonly policyId: string;
  readonly policyName: string;
  readonly policyVersionId: string;
  readonly version: number;
  readonly overrides: PolicyOverrides;
  /** Since when it says this schedule here, or none any more; null: it never set one. */
  readonly scheduleSince: Instant | null;
}

/** Two tags of one system that set a field to different values: the first in the order of the tags decides. */
interface TagConflict {
  readonly field: PolicyField;
  readonly decides: PolicyLayer;
  readonly loses: PolicyLayer;
}

export interface ResolvedPolicy {
  /** Its name is that of the narrowest layer. */
  readonly policy: ProtectionPolicy;
  /** Widest first; those of one level in the order in which they decide, last one first. */
  readonly layers: readonly PolicyLayer[];
  /** Which layer a field's value comes from; null: no layer sets it, it is Holdfast's preset. */
  readonly origins: Readonly<Record<PolicyField, PolicyLayer | null>>;
  readonly conflicts: readonly TagConflict[];
}

/**
 * What holds where these layers meet: each field from the narrowest layer that sets it, else the preset. Layers may come in any order;
 * of several tags the first by name decides, and each disagreement is told.
 */
export function resolvePolicy(layers: readonly PolicyLayer[]): ResolvedPolicy {
  const sorted = layers.toSorted(
    (a, b) => rankOf(a) - rankOf(b) || compare(b.targetName, a.targetName) || compare(b.policyId, a.policyId),
  );
  const origins = Object.fromEntries(
    POLICY_FIELDS.map((field) => [field, sorted.findLast((layer) => sets(layer, field)) ?? null]),
  ) as Record<PolicyField, PolicyLayer | null>;
  const overrides = Object.fromEntries(
    POLICY_FIELDS.map((field) => {
      const layer = origins[field];
      return [field, layer === null ? DEFAULT_POLICY[field] : layer.overrides[field]];
    }),
  );
  const policy = {
    ...DEFAULT_POLICY,
    ...overrides,
    name: sorted.at(-1)?.policyName ?? DEFAULT_POLICY.name,
  };
  return { policy, layers: sorted, origins, conflicts: conflictsOf(sorted, origins) };
}

function sets({ overrides }: PolicyLayer, field: PolicyField): boolean {
  return overrides[field] !== undefined;
}

function conflictsOf(
  sorted: readonly PolicyLayer[],
  origins: Readonly<Record<PolicyField, PolicyLayer | null>>,
): TagConflict[] {
  const tags = sorted.filter((layer) => layer.level === 'tag');
  if (tags.length < 2) return [];
  return POLICY_FIELDS.flatMap((field) => {
    const decides = tags.findLast((layer) => sets(layer, field));
    // A conflict that a narrower layer settles is none.
    if (decides === undefined || origins[field] !== decides) return [];
    return tags
      .filter((layer) => sets(layer, field) && !isSameValue(layer.overrides[field], decides.overrides[field]))
      .map((loses) => ({ field, decides, loses }));
  });
}

function rankOf(layer: PolicyLayer): number {
  return POLICY_LEVELS.indexOf(layer.level);
}
