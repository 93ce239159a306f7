import type { Instant } from '../time/instant';
import { judgeAgainstHistory, medianOf, type AnomalyVerdict, type Harmless } from './anomaly';

/** What one good run of a job read and wrote; null: not said. */
export interface RunSize {
  at: Instant;
  /** What it protects: the size of the sources. */
  sourceBytes: number | null;
  /** What was new or changed: written, or else sent. */
  changedBytes: number | null;
  files: number | null;
}

export type SizeMeasure = 'source-bytes' | 'changed-bytes' | 'files';

/** A measure of a job's newest good run that lies far outside the job's own history. */
export interface SizeAnomaly {
  measure: SizeMeasure;
  at: Instant;
  numbers: Extract<AnomalyVerdict, { value: number }>;
}

/** Older runs say nothing about what is usual now. */
const HISTORY_MAX = 40;
/** A job whose sources fell to less than this share of what is usual lost them. */
const LOST_SHARE = 0.1;

const OF_SIZE: Harmless = { shareMin: 2 / 3, factorMax: 1.5 };
/** Quiet days are common, and busy ones too. */
const OF_CHANGE: Harmless = { shareMin: 0.1, factorMax: 3 };

const MEASURES: readonly (readonly [SizeMeasure, Harmless, (size: RunSize) => number | null])[] = [
  ['source-bytes', OF_SIZE, (size) => size.sourceBytes],
  ['changed-bytes', OF_CHANGE, (size) => size.changedBytes],
  ['files', OF_SIZE, (size) => size.files],
];

/** The measure of the newest run that lies farthest outside the earlier ones; null: none does, or too few are known. */
export function sizeAnomaly(sizes: readonly RunSize[]): SizeAnomaly | null {
  let worst: SizeAnomaly | null = null;
  for (const [measure, harmless, valueOf] of MEASURES) {
    const { newest, earlier } = historyOf(sizes, valueOf);
    if (newest === null) continue;
    const numbers = judgeAgainstHistory(earlier, newest.value, harmless);
    if (numbers.kind !== 'unusually-large' && numbers.kind !== 'unusually-small') continue;
    if (worst === null || Math.abs(numbers.score) > Math.abs(worst.numbers.score))
      worst = { measure, at: newest.at, numbers };
  }
  return worst;
}

/** Sources that are empty, or nearly, though the tool said success. */
export interface SourceLoss {
  measure: Exclude<SizeMeasure, 'changed-bytes'>;
  at: Instant;
  value: number;
  /** Of the earlier runs, of which there is at least one. */
  median: number;
}

/**
 * Whether the newest run found less than a tenth of what the earlier ones did (backup-tools.md §0: rdiff-backup empties its
 * mirror and says success). null: it did not, or nothing is known.
 */
export function sourceLoss(sizes: readonly RunSize[]): SourceLoss | null {
  for (const [measure, , valueOf] of MEASURES) {
    if (measure === 'changed-bytes') continue;
    const { newest, earlier } = historyOf(sizes, valueOf);
    if (newest === null || earlier.length === 0) continue;
    const median = medianOf(earlier);
    if (median > 0 && newest.value < median * LOST_SHARE)
      return { measure, at: newest.at, value: newest.value, median };
  }
  return null;
}

function historyOf(sizes: readonly RunSize[], valueOf: (size: RunSize) => number | null) {
  const newestFirst = sizes.toSorted((a, b) => b.at - a.at).slice(0, HISTORY_MAX + 1);
  const [first, ...rest] = newestFirst;
  const value = first === undefined ? null : valueOf(first);
  return {
    newest: first === undefined || value === null ? null : { at: first.at, value },
    earlier: rest.flatMap((size) => valueOf(size) ?? []),
  };
}
