import { z } from 'zod';
import { keepTerms } from '@/domain/evidence/keep-until';
import type { TestedCopy } from '@/domain/restore-test/tested-copy';
import type { Instant } from '@/domain/time/instant';
import type { TenantScope } from '../tenancy/tenant-scope';
import type { Database, Tx } from './database';
import { instant } from './fact-rows';
import { judgeSeen } from './judge-seen';
import { jsonRows } from './json-rows';
import { clientsHeldAt } from './legal-holds';
import { policiesOf } from './policies';

/** A recovery point and when the test of it ended. */
export interface TestedPoint {
  readonly pointId: string;
  readonly endedAt: Instant;
}

const row = z.object({
  n: z.int(),
  pointId: z.string(),
  point: z.string(),
  takenAt: instant,
  immutableUntil: instant.nullable(),
  clientId: z.string(),
  clientName: z.string(),
  timeZone: z.string(),
  systemId: z.string(),
  systemName: z.string(),
  siteId: z.string().nullable(),
  tags: z.array(z.string()),
  repositoryId: z.string(),
  repository: z.string(),
  location: z.string(),
  product: z.string(),
  job: z.string().nullable(),
  isEncrypted: z.boolean().nullable(),
  previousTestAt: instant.nullable(),
  /** As the verdict of its data set sees the copy. */
  copy: z
    .object({
      media: z.string().nullish(),
      isOffsite: z.boolean().nullish(),
      isEncrypted: z.boolean().nullish(),
    })
    .nullable()
    .catch(null),
});

/**
 * What is known of tested points, in the order in which they are asked for; null: there is no such point, or it is another MSP's. A
 * system that was merged goes by its main name. Policies and legal holds are those of `now`.
 */
export async function readTestedCopies(
  tx: Tx,
  mspId: string,
  tested: readonly TestedPoint[],
  now: Date,
): Promise<(TestedCopy | null)[]> {
  const rows = z.array(row).parse(
    await tx.$queryRaw`
      SELECT g.n, p.point_id::text AS "pointId", p.point_key AS point, p.taken_at AS "takenAt",
        p.immutable_until AS "immutableUntil", c.client_id::text AS "clientId", c.name AS "clientName",
        c.time_zone AS "timeZone", m.system_id::text AS "systemId", m.name AS "systemName", m.site_id::text AS "siteId",
        ARRAY(SELECT t.tag FROM app.system_tag t WHERE t.msp_id = ${mspId}::uuid AND t.system_id = m.system_id
          AND t.removed_at IS NULL ORDER BY t.tag) AS tags,
        o.repository_id::text AS "repositoryId", o.name AS repository, o.location, o.tool AS product, j.name AS job,
        o.is_encrypted AS "isEncrypted",
        (SELECT max(t.ended_at) FROM app.restore_test t
          JOIN app.recovery_point q ON q.msp_id = ${mspId}::uuid AND q.point_id = t.point_id
          WHERE t.msp_id = ${mspId}::uuid AND t.withdrawn_at IS NULL AND q.data_set_id = p.data_set_id
            AND t.level IN ('L4', 'L5') AND t.result IN ('passed', 'failed')
            AND t.ended_at < g."endedAt") AS "previousTestAt",
        (SELECT x FROM app.verdict v CROSS JOIN LATERAL jsonb_array_elements(v.verdict -> 'copies') x
          WHERE v.msp_id = ${mspId}::uuid AND v.data_set_id = p.data_set_id
            AND x ->> 'repositoryId' = p.repository_id::text LIMIT 1) AS copy
      FROM jsonb_to_recordset(${jsonRows(
        tested.map(({ pointId, endedAt }, n) => ({ n, pointId, endedAt: new Date(endedAt) })),
      )}::jsonb) AS g (n int, "pointId" uuid, "endedAt" timestamptz)
      JOIN app.recovery_point p ON p.msp_id = ${mspId}::uuid AND p.point_id = g."pointId"
      JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.system_id = p.system_id
      JOIN app.system m ON m.msp_id = ${mspId}::uuid AND m.system_id = coalesce(y.merged_into_id, y.system_id)
      JOIN app.client c ON c.msp_id = ${mspId}::uuid AND c.client_id = m.client_id
      JOIN app.repository o ON o.msp_id = ${mspId}::uuid AND o.repository_id = p.repository_id
      LEFT JOIN app.job j ON j.msp_id = ${mspId}::uuid AND j.job_id = p.job_id`,
  );
  if (rows.length === 0) return tested.map(() => null);
  const subjects = {
    clientIds: [...new Set(rows.map((one) => one.clientId))],
    systemIds: [...new Set(rows.map((one) => one.systemId))],
  };
  const policies = await policiesOf(tx, mspId, subjects, now);
  const held = await clientsHeldAt(tx, mspId, subjects.clientIds, now);
  const found = new Map(rows.map((one) => [one.n, testedCopy(one, policies, held)]));
  return tested.map((_, n) => found.get(n) ?? null);
}

/** The same of one point that the person sees: what it rests on is the MSP's, which not everybody sees. */
export async function readSeenCopy(
  database: Database,
  scope: TenantScope,
  point: TestedPoint,
  now: Date,
): Promise<TestedCopy | null> {
  const { mspId } = scope;
  const { pointId } = point;
  return judgeSeen(
    database,
    scope,
    (tx) => tx.recoveryPoint.findFirst({ where: { mspId, pointId }, select: { pointId: true } }),
    async (tx) => (await readTestedCopies(tx, mspId, [point], now))[0] ?? null,
  );
}

function testedCopy(
  found: z.output<typeof row>,
  policies: Awaited<ReturnType<typeof policiesOf>>,
  held: ReadonlySet<string>,
): TestedCopy {
  const { clientId, siteId, systemId, copy } = found;
  const { policy, policyVersionId, version } = policies.forSystem({ clientId, siteId, systemId });
  return {
    client: { id: clientId, name: found.clientName, timeZone: found.timeZone },
    policy: { versionId: policyVersionId, name: policy.name, version },
    cadenceSeconds: policy.restoreTestCadenceSeconds,
    rtoSeconds: policy.rtoSeconds,
    rpoSeconds: policy.rpoSeconds,
    systemId,
    systemName: found.systemName,
    tags: found.tags,
    previousTestAt: found.previousTestAt,
    // The client's own terms too: a policy of some of its systems takes nothing away from them.
    keep: keepTerms([policies.forClient(clientId).policy, policy], held.has(clientId)),
    copy: {
      repositoryId: found.repositoryId,
      repository: found.repository,
      location: found.location,
      media: copy?.media ?? null,
      isOffsite: copy?.isOffsite ?? null,
      product: found.product,
      job: found.job,
      pointId: found.pointId,
      point: found.point,
      takenAt: found.takenAt,
      isEncrypted: copy?.isEncrypted ?? found.isEncrypted,
      immutableUntil: found.immutableUntil,
    },
  };
}
