import { medianOf } from '../anomaly/anomaly';
import { DAY, type Instant } from '../time/instant';

/** How full a repository was at an instant; bytes. */
export interface CapacityReading {
  at: Instant;
  usedBytes: number;
  totalBytes: number;
}

/** Fewer days than this say nothing about a trend. */
const FORECAST_READINGS_MIN = 7;
/** Newest readings that are looked at. */
const READINGS_MAX = 90;
/** A medium that is this much larger or smaller than before was changed: what was before says nothing about it. */
const RESIZED_SHARE = 0.01;

export type CapacityForecast =
  | {
      kind: 'too-few-readings';
      /** Since the medium last changed its size. */
      count: number;
      countMin: number;
    }
  /** It stays as full as it is, or gets emptier. */
  | { kind: 'never-full'; bytesPerDay: number; count: number }
  | {
      kind: 'full';
      /** By the median slope; in the past: it is full already. */
      fullAt: Instant;
      /** By the steepest and the flattest slopes among the middle 80 %; `latestAt` null: those end flat or falling. */
      earliestAt: Instant;
      latestAt: Instant | null;
      bytesPerDay: number;
      count: number;
    };

/**
 * When a repository will be full if it fills as it did: robust regression after Theil and Sen, the median of the slopes between all
 * pairs of readings, which a prune or a copied archive does not move. The uncertainty is that of the slopes themselves: their
 * tenth and ninetieth percentile. Readings from before the medium changed its size count for nothing.
 * @param readings in any order
 */
export function forecastFull(readings: readonly CapacityReading[]): CapacityForecast {
  const recent = sinceResized(readings.toSorted((a, b) => a.at - b.at).slice(-READINGS_MAX));
  const last = recent.at(-1);
  if (last === undefined || recent.length < FORECAST_READINGS_MIN)
    return { kind: 'too-few-readings', count: recent.length, countMin: FORECAST_READINGS_MIN };
  const slopes = slopesOf(recent);
  const slope = quantile(slopes, 0.5);
  const count = recent.length;
  if (!(slope > 0)) return { kind: 'never-full', bytesPerDay: slope * DAY || 0, count };
  // The line itself, not the last reading, which may be the one that is out of line.
  const intercept = medianOf(recent.map(({ at, usedBytes }) => usedBytes - slope * (at - last.at)));
  const fullAt = (by: number) => Math.round(last.at + (last.totalBytes - intercept) / by);
  const [flat, steep] = [quantile(slopes, 0.1), quantile(slopes, 0.9)];
  const [one, other] = [fullAt(steep), flat > 0 ? fullAt(flat) : null];
  const middle = fullAt(slope);
  return {
    kind: 'full',
    fullAt: middle,
    earliestAt: Math.min(one, middle),
    latestAt: other === null ? null : Math.max(other, middle),
    bytesPerDay: slope * DAY,
    count,
  };
}

/** Oldest first; only what was measured since the total last changed. */
function sinceResized(sorted: readonly CapacityReading[]): readonly CapacityReading[] {
  const total = sorted.at(-1)?.totalBytes ?? 0;
  const isOther = (reading: CapacityReading) => Math.abs(reading.totalBytes - total) > total * RESIZED_SHARE;
  return sorted.slice(sorted.findLastIndex(isOther) + 1);
}

/** Bytes per millisecond between all pairs of different instants, ascending. */
function slopesOf(sorted: readonly CapacityReading[]): Float64Array {
  const slopes: number[] = [];
  for (const [index, later] of sorted.entries()) {
    for (let before = 0; before < index; before++) {
      const earlier = sorted[before];
      if (earlier === undefined || earlier.at === later.at) continue;
      slopes.push((later.usedBytes - earlier.usedBytes) / (later.at - earlier.at));
    }
  }
  return Float64Array.from(slopes).toSorted();
}

/** Linear between the neighbours; NaN for none. */
function quantile(sorted: Float64Array, share: number): number {
  const place = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(place)] ?? Number.NaN, sorted[Math.ceil(place)] ?? Number.NaN];
  return low + (high - low) * (place - Math.floor(place));
}
