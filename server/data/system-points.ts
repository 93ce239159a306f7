import { z } from 'zod';
import type { PointFacts } from '@/domain/protection/facts';
import type { Tx } from './database';
import { instant } from './fact-rows';
import { groupBy } from './group-by';
import { pointFacts, pointRow, testColumns, testRow } from './point-facts';
import type { Cursor } from './system-runs';

/** A recovery point as a row of a list. */
export interface ListedPoint {
  readonly point: PointFacts;
  readonly dataSetId: string;
  readonly repositoryId: string;
  readonly repositoryName: string;
  readonly filesTotal: number | null;
  readonly storedBytes: number | null;
  /** When it was first told of. */
  readonly firstSeenAt: number;
  readonly vanishedAt: number | null;
  readonly isBackdated: boolean;
}

const row = pointRow.extend({
  repositoryName: z.string(),
  filesTotal: z.bigint().nullable(),
  storedBytes: z.bigint().nullable(),
  firstSeenAt: instant,
  vanishedAt: instant.nullable(),
  isBackdated: z.boolean(),
});

export interface PointsView {
  /** Taken together as one. */
  readonly dataSetIds: readonly string[];
  readonly repositoryId: string | null;
  readonly before: Cursor | null;
  readonly limit: number;
}

/** Recovery points of a data set, newest first, those that are gone among them. */
export async function listPoints(tx: Tx, mspId: string, view: PointsView): Promise<ListedPoint[]> {
  const { dataSetIds, repositoryId, before } = view;
  const rows = z.array(row).parse(
    await tx.$queryRaw`
      SELECT p.point_id::text AS id, p.point_key AS key, p.data_set_id::text AS "dataSetId",
        p.repository_id::text AS "repositoryId", o.name AS "repositoryName", p.taken_at AS "takenAt", p.sources, p.state,
        p.capture, p.outcome, p.vanished_at AS "goneAt", p.immutable_until AS "immutableUntil",
        p.logical_bytes AS "sizeBytes", p.stored_bytes AS "storedBytes", p.files_total AS "filesTotal",
        p.first_seen_at AS "firstSeenAt", p.vanished_at AS "vanishedAt", p.is_backdated AS "isBackdated",
        p.raw_report_id::text AS "reportId", r.received_at AS "receivedAt"
      FROM app.recovery_point p
      JOIN app.repository o ON o.msp_id = ${mspId}::uuid AND o.repository_id = p.repository_id
      JOIN app.raw_report r ON r.msp_id = ${mspId}::uuid AND r.raw_report_id = p.raw_report_id
      WHERE p.msp_id = ${mspId}::uuid AND p.data_set_id = ANY (${[...dataSetIds]}::uuid[])
        AND (${repositoryId}::uuid IS NULL OR p.repository_id = ${repositoryId}::uuid)
        AND (${before === null} OR (p.taken_at, p.point_id) < (${before?.at ?? null}::timestamptz, ${before?.id ?? null}::uuid))
      ORDER BY p.taken_at DESC, p.point_id DESC LIMIT ${view.limit}`,
  );
  const tests = groupBy(
    await listTests(
      tx,
      mspId,
      rows.map((one) => one.id),
    ),
    (one) => one.pointId,
  );
  return rows.map((one) => ({
    point: pointFacts(one, tests.get(one.id) ?? []),
    dataSetId: one.dataSetId,
    repositoryId: one.repositoryId,
    repositoryName: one.repositoryName,
    filesTotal: one.filesTotal === null ? null : Number(one.filesTotal),
    storedBytes: one.storedBytes === null ? null : Number(one.storedBytes),
    firstSeenAt: one.firstSeenAt,
    vanishedAt: one.vanishedAt,
    isBackdated: one.isBackdated,
  }));
}

async function listTests(
  tx: Tx,
  mspId: string,
  pointIds: readonly string[],
): Promise<z.output<typeof testRow>[]> {
  return z.array(testRow).parse(
    await tx.$queryRaw`
      SELECT ${testColumns}
      FROM app.restore_test t LEFT JOIN app.raw_report r ON r.msp_id = ${mspId}::uuid AND r.raw_report_id = t.raw_report_id
      WHERE t.msp_id = ${mspId}::uuid AND t.withdrawn_at IS NULL AND t.point_id = ANY (${[...pointIds]}::uuid[])`,
  );
}

/** How many points of a data set there are, up to 10,000; those that are gone are not counted. */
export async function countPoints(
  tx: Tx,
  mspId: string,
  dataSetIds: readonly string[],
  repositoryId: string | null,
): Promise<number> {
  const rows = await tx.$queryRaw`
    SELECT count(*)::int AS count FROM (SELECT FROM app.recovery_point p
      WHERE p.msp_id = ${mspId}::uuid AND p.data_set_id = ANY (${[...dataSetIds]}::uuid[]) AND p.vanished_at IS NULL
        AND (${repositoryId}::uuid IS NULL OR p.repository_id = ${repositoryId}::uuid) LIMIT 10000) counted`;
  return z.tuple([z.object({ count: z.int() })]).parse(rows)[0].count;
}
