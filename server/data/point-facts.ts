import { z } from 'zod';
import { Prisma } from '@/prisma/generated/prisma/client';
import type { FactOrigin, PointFacts } from '@/domain/protection/facts';
import { capture, instant, origin, reportOrigin } from './fact-rows';

/** A recovery point as selected by whoever lists points. */
export const pointRow = z.object({
  ...origin,
  id: z.string(),
  key: z.string(),
  dataSetId: z.string(),
  repositoryId: z.string(),
  takenAt: instant,
  sources: z.array(z.string()),
  state: z.enum(['complete', 'partial', 'incomplete', 'waiting', 'corrupt', 'unknown']),
  capture: capture.nullable(),
  outcome: z.enum(['success', 'warning', 'failed', 'cancelled', 'not-seen', 'claimed']),
  goneAt: instant.nullable(),
  immutableUntil: instant.nullable(),
  sizeBytes: z.bigint().nullable(),
});
/** A restore test of a point. */
export const testRow = z.object({
  reportId: z.string().nullable(),
  receivedAt: instant.nullable(),
  recordId: z.string().nullable(),
  knownAt: instant.nullable(),
  pointId: z.string(),
  endedAt: instant,
  level: z.enum(['L1', 'L2', 'L3', 'L4', 'L5']),
  result: z.enum(['passed', 'failed', 'error', 'skipped']),
  /** Of the test's own words; null: it does not say. */
  restoredBytes: z.number().nullable(),
  restoreSeconds: z.number().nullable(),
});

/** The columns of `testRow`, of a test `t` whose report is `r`. */
export const testColumns = Prisma.sql`t.point_id::text AS "pointId", t.ended_at AS "endedAt", t.level, t.result,
      (t.detail ->> 'bytes_restored')::float8 AS "restoredBytes", (t.detail ->> 'restore_seconds')::float8 AS "restoreSeconds",
      t.raw_report_id::text AS "reportId", r.received_at AS "receivedAt", t.record_id::text AS "recordId",
      t.known_at AS "knownAt"`;

/** A point of the database as the domain judges it. */
export function pointFacts(
  row: z.output<typeof pointRow>,
  tests: readonly z.output<typeof testRow>[],
): PointFacts {
  const { id, key, takenAt, sources, state, capture: kind, outcome, goneAt, immutableUntil } = row;
  return {
    id,
    key,
    takenAt,
    sources,
    state,
    capture: kind,
    outcome,
    isListed: goneAt === null,
    goneAt,
    immutableUntil,
    restoreTests: tests.map(({ endedAt, level, result, restoredBytes: bytes, restoreSeconds, ...from }) => ({
      endedAt,
      level,
      result,
      restored: bytes && restoreSeconds ? { bytes, seconds: restoreSeconds } : null,
      origin: testOrigin(from),
    })),
    sizeBytes: row.sizeBytes === null ? null : Number(row.sizeBytes),
    origin: reportOrigin(row),
  };
}

/** The database holds a test to exactly one of the two. */
function testOrigin({
  reportId,
  receivedAt,
  recordId,
  knownAt,
}: Pick<z.output<typeof testRow>, 'reportId' | 'receivedAt' | 'recordId' | 'knownAt'>): FactOrigin {
  if (reportId !== null && receivedAt !== null) return reportOrigin({ reportId, receivedAt });
  if (recordId !== null && knownAt !== null) return { kind: 'record', recordId, at: knownAt };
  throw new Error('a restore test is neither of a report nor of a record');
}
