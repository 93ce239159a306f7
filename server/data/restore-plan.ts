import { z } from 'zod';
import type { KnownTest, TestableSet } from '@/domain/restore-test/plan';
import { proofLevel } from '@/domain/restore-test/record-schema';
import { judgingScope } from '../auth/system-scope';
import type { TenantScope } from '../tenancy/tenant-scope';
import type { Database, Tx } from './database';
import { instant } from './fact-rows';
import { groupBy } from './group-by';
import { PolicyBook, readPolicyFacts } from './policies';

/** A data set of which restore tests are due, with its names. */
export interface PlannedSet extends TestableSet {
  readonly clientName: string;
  readonly timeZone: string;
  readonly systemName: string;
  readonly dataSetName: string;
  /** Whether its system has others. */
  readonly isOneOfSeveral: boolean;
  /** Who makes the next test; null: nobody was asked. */
  readonly assignee: { readonly personId: string; readonly name: string } | null;
}

const setRow = z.object({
  dataSetId: z.string(),
  dataSetName: z.string(),
  systemId: z.string(),
  systemName: z.string(),
  siteId: z.string().nullable(),
  clientId: z.string(),
  clientName: z.string(),
  timeZone: z.string(),
  tags: z.array(z.string()),
  knownSince: instant,
  copies: z.array(
    z.object({
      repositoryId: z.string(),
      repositoryName: z.string(),
      pointId: z.string().nullable(),
    }),
  ),
  assigneeId: z.string().nullable(),
  assigneeName: z.string().nullable(),
  assignedAt: instant.nullable(),
});
const testRow = z.object({
  dataSetId: z.string(),
  repositoryId: z.string(),
  level: proofLevel,
  result: z.enum(['passed', 'failed']),
  endedAt: instant,
});

/** Older tests are not looked at: the longest cadence is a year, and twice as much tells how long ago it was. */
const TESTS_DAYS = 800;

/** What was promised to the systems that a person sees. It rests on policies of the whole MSP, which not everybody sees. */
export async function policiesForPlan(
  database: Database,
  scope: TenantScope,
  now: Date,
): Promise<PolicyBook> {
  const reading = scope.clientIds === '*' ? scope : judgingScope(scope);
  return database.inScope(
    reading,
    async (tx) => new PolicyBook(await readPolicyFacts(tx, scope.mspId, '*', now)),
  );
}

/** Everything that a restore test can be due of: data sets of systems with at least one copy, of one client or all (null). */
export async function readPlannedSets(
  tx: Tx,
  mspId: string,
  clientId: string | null,
  policies: PolicyBook,
  now: Date,
): Promise<PlannedSet[]> {
  const sets = z.array(setRow).parse(
    await tx.$queryRaw`
      SELECT v.data_set_id::text AS "dataSetId", d.name AS "dataSetName", y.system_id::text AS "systemId",
        y.name AS "systemName", y.site_id::text AS "siteId", c.client_id::text AS "clientId", c.name AS "clientName",
        c.time_zone AS "timeZone", d.created_at AS "knownSince",
        ARRAY(SELECT t.tag FROM app.system_tag t WHERE t.msp_id = ${mspId}::uuid AND t.system_id = y.system_id
          AND t.removed_at IS NULL) AS tags,
        coalesce((SELECT jsonb_agg(jsonb_build_object('repositoryId', x ->> 'repositoryId', 'repositoryName',
            x ->> 'repositoryName', 'pointId', x #>> '{point,id}')) FROM jsonb_array_elements(v.verdict -> 'copies') x),
          '[]'::jsonb) AS copies,
        a.person_id::text AS "assigneeId", a.person_name AS "assigneeName", a.assigned_at AS "assignedAt"
      FROM app.verdict v
      JOIN app.data_set d ON d.msp_id = ${mspId}::uuid AND d.data_set_id = v.data_set_id AND d.archived_at IS NULL
      JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.system_id = v.system_id
        AND y.archived_at IS NULL AND y.merged_into_id IS NULL
      JOIN app.client c ON c.msp_id = ${mspId}::uuid AND c.client_id = y.client_id
      LEFT JOIN app.restore_test_assignment a
        ON a.msp_id = ${mspId}::uuid AND a.system_id = y.system_id AND a.ended_at IS NULL
      WHERE v.msp_id = ${mspId}::uuid AND v.counted_in_id IS NULL
        AND (${clientId}::uuid IS NULL OR y.client_id = ${clientId}::uuid)
      ORDER BY v.data_set_id`,
  );
  const tests = groupBy(
    z.array(testRow).parse(
      await tx.$queryRaw`
        SELECT coalesce(v.counted_in_id, p.data_set_id)::text AS "dataSetId", t.repository_id::text AS "repositoryId",
          t.level, t.result, max(t.ended_at) AS "endedAt"
        FROM app.restore_test t
        JOIN app.recovery_point p ON p.msp_id = ${mspId}::uuid AND p.point_id = t.point_id
        LEFT JOIN app.verdict v ON v.msp_id = ${mspId}::uuid AND v.data_set_id = p.data_set_id
        WHERE t.msp_id = ${mspId}::uuid AND t.withdrawn_at IS NULL AND t.result IN ('passed', 'failed')
          AND (${clientId}::uuid IS NULL OR t.client_id = ${clientId}::uuid)
          AND t.ended_at > ${now}::timestamptz - make_interval(days => ${TESTS_DAYS}::int)
        GROUP BY 1, 2, 3, 4`,
    ),
    (one) => one.dataSetId,
  );
  const ofSystem = groupBy(sets, (one) => one.systemId);
  return sets.flatMap((one) => {
    const copies = one.copies.flatMap(({ repositoryId, repositoryName: repository, pointId }) =>
      pointId === null ? [] : [{ repositoryId, repository, pointId }],
    );
    if (copies.length === 0) return [];
    const own = tests.get(one.dataSetId) ?? [];
    return [
      {
        ...one,
        copies,
        tests: own,
        cadenceSeconds: policies.forSystem(one).policy.restoreTestCadenceSeconds,
        isOneOfSeveral: (ofSystem.get(one.systemId)?.length ?? 0) > 1,
        assignee: assigneeOf(one, own),
      },
    ];
  });
}

/** Whoever was asked is done once a test ended after that. */
function assigneeOf(
  { assigneeId, assigneeName, assignedAt }: z.output<typeof setRow>,
  tests: readonly KnownTest[],
): PlannedSet['assignee'] {
  if (assigneeId === null || assigneeName === null || assignedAt === null) return null;
  return tests.some((test) => test.endedAt > assignedAt)
    ? null
    : { personId: assigneeId, name: assigneeName };
}
