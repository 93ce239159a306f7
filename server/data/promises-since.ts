import { z } from 'zod';
import type { PolicyLevel } from '@/domain/policy/resolve-policy';
import { asksForAllOf, retentionPolicy, type RetentionPolicy } from '@/domain/retention/retention-policy';
import type { Instant } from '@/domain/time/instant';
import type { Tx } from './database';
import { instant } from './fact-rows';
import { groupBy } from './group-by';
import type { EffectivePolicy } from './policies';
import type { LoadedFacts } from './protection-facts';

const versionRow = z.object({
  policyId: z.string(),
  createdAt: instant,
  retention: retentionPolicy.nullish(),
});
const assignmentRow = z.object({
  policyId: z.string(),
  level: z.string(),
  targetId: z.string(),
  since: instant,
});

/**
 * Since when each promise of retention holds: since its policy asks for as much as now, and holds for the system. One that is longer
 * than before, or only tried out, begins now.
 */
export async function promisesSince<T extends LoadedFacts & { readonly policy: EffectivePolicy }>(
  tx: Tx,
  mspId: string,
  asked: readonly T[],
  now: Date,
): Promise<ReadonlyMap<T, Instant>> {
  const policyIds = [...new Set(asked.flatMap(({ policy }) => policy.origins.retention?.policyId ?? []))];
  const versions = z.array(versionRow).parse(
    await tx.$queryRaw`
    SELECT v.policy_id::text AS "policyId", v.created_at AS "createdAt", v.overrides -> 'retention' AS retention
    FROM app.policy_version v
    WHERE v.msp_id = ${mspId}::uuid AND v.policy_id = ANY (${policyIds}::uuid[]) AND v.created_at <= ${now}::timestamptz
    ORDER BY v.version DESC LIMIT 10000`,
  );
  const systemIds = asked.map((one) => one.facts.system.id);
  const assignments = z.array(assignmentRow).parse(
    await tx.$queryRaw`
    SELECT a.policy_id::text AS "policyId", a.level,
      coalesce(t.system_id, a.system_id, a.site_id, a.client_id)::text AS "targetId",
      greatest(a.assigned_at, t.added_at) AS since
    FROM app.policy_assignment a
    LEFT JOIN app.system_tag t ON a.level = 'tag' AND t.msp_id = ${mspId}::uuid AND t.tag = a.tag
      AND t.system_id = ANY (${systemIds}::uuid[]) AND t.added_at <= ${now}::timestamptz
      AND (t.removed_at IS NULL OR t.removed_at > ${now}::timestamptz)
    WHERE a.msp_id = ${mspId}::uuid AND a.policy_id = ANY (${policyIds}::uuid[]) AND a.assigned_at <= ${now}::timestamptz
      AND (a.ended_at IS NULL OR a.ended_at > ${now}::timestamptz) AND (a.level <> 'tag' OR t.system_id IS NOT NULL)`,
  );
  const versionsOf = groupBy(versions, (one) => one.policyId);
  const assignedAt = new Map(
    assignments.map((one) => [`${one.policyId} ${one.level} ${one.targetId}`, one.since]),
  );
  return new Map(
    asked.map((one) => {
      const layer = one.policy.origins.retention;
      const said = saidSince(versionsOf.get(layer?.policyId ?? '') ?? [], one.policy.policy.retention);
      const heldSince =
        layer?.level === 'msp'
          ? -Infinity
          : assignedAt.get(`${layer?.policyId} ${layer?.level} ${targetOf(one, layer?.level)}`);
      return [one, Math.max(heldSince ?? now.getTime(), said ?? now.getTime())];
    }),
  );
}

/** Tags are known by the system that bears them. */
function targetOf({ clientId, facts }: LoadedFacts, level: PolicyLevel | undefined): string | undefined {
  if (level === 'client') return clientId;
  return level === 'site' ? facts.system.site?.value.siteId : facts.system.id;
}

/** When the first of the newest versions was published that all ask for at least this; null: the newest asks for less. */
function saidSince(
  newestFirst: readonly z.output<typeof versionRow>[],
  promise: RetentionPolicy | null,
): Instant | null {
  if (promise === null) return null;
  const other = newestFirst.findIndex(({ retention }) => !retention || !asksForAllOf(retention, promise));
  return newestFirst[(other === -1 ? newestFirst.length : other) - 1]?.createdAt ?? null;
}
