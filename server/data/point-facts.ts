import { z } from 'zod';
import type { PointFacts } from '@/domain/protection/facts';
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
  ...origin,
  pointId: z.string(),
  endedAt: instant,
  level: z.enum(['L1', 'L2', 'L3', 'L4', 'L5']),
  result: z.enum(['passed', 'failed', 'error', 'skipped']),
  /** Of the test's own words; null: it does not say. */
  restoredBytes: z.number().nullable(),
  restoreSeconds: z.number().nullable(),
});

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
      origin: reportOrigin(from),
    })),
    sizeBytes: row.sizeBytes === null ? null : Number(row.sizeBytes),
    origin: reportOrigin(row),
  };
}
