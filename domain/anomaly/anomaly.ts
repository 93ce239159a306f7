/** Fewer earlier values than this say nothing about what is usual. */
export const ANOMALY_HISTORY_MIN = 10;

/** Beyond this modified z-score a value is an outlier (Iglewicz and Hoaglin, 'How to Detect and Handle Outliers', 1993). */
const SCORE_MAX = 3.5;
/** Makes the median absolute deviation of a normal distribution comparable to its standard deviation. */
const NORMAL_CONSISTENCY = 0.6745;
/** A history that hardly varies is taken to vary by 5 %, so that a constant one does not make a byte more an outlier. */
const SPREAD_MIN = Math.log(1.05);

/** How far from the median a value is too little to matter: up from `shareMin` of it and down from `factorMax` times as much. */
export interface Harmless {
  /** At most 1. */
  shareMin: number;
  /** At least 1. */
  factorMax: number;
}

/** How the newest value stands against the earlier ones: the numbers are shown with it. */
export type AnomalyVerdict =
  | { kind: 'too-little-history'; count: number; countMin: number }
  | {
      kind: 'usual' | 'unusually-large' | 'unusually-small';
      value: number;
      /** Of the earlier values, in their own unit. */
      median: number;
      /** Median absolute deviation from that median, in their own unit. 0: most of them are alike. */
      mad: number;
      /** Modified z-score on a logarithmic scale; its sign is the direction. */
      score: number;
      /** How many earlier values. */
      count: number;
    };

/**
 * Whether a value lies far outside a job's own history, by the median absolute deviation. Amounts of data grow and shrink by
 * factors, so they are compared on a logarithmic scale, log(1 + x): half and double are equally far. A value within the range of
 * what was seen before is usual, whatever its score: a weekly full backup among daily increments is no surprise.
 * @param earlier in any order, not negative
 * @param value not negative
 */
export function judgeAgainstHistory(
  earlier: readonly number[],
  value: number,
  harmless: Harmless,
): AnomalyVerdict {
  const count = earlier.length;
  if (count < ANOMALY_HISTORY_MIN)
    return { kind: 'too-little-history', count, countMin: ANOMALY_HISTORY_MIN };
  const median = medianOf(earlier);
  const mad = medianOf(earlier.map((one) => Math.abs(one - median)));
  const logs = earlier.map(Math.log1p);
  const logMedian = medianOf(logs);
  const spread = Math.max(medianOf(logs.map((one) => Math.abs(one - logMedian))), SPREAD_MIN);
  const score = (NORMAL_CONSISTENCY * (Math.log1p(value) - logMedian)) / spread;
  const isSeen = value >= Math.min(...earlier) && value <= Math.max(...earlier);
  const isLittle = value >= median * harmless.shareMin && value <= median * harmless.factorMax;
  const shown = { value, median, mad, score, count };
  if (isSeen || isLittle || Math.abs(score) <= SCORE_MAX) return { kind: 'usual', ...shown };
  return { kind: score > 0 ? 'unusually-large' : 'unusually-small', ...shown };
}

/** NaN for none. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
