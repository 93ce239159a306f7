import { SECOND, type Instant } from '../time/instant';

/** A time in which a system is off by somebody's word: [from, until). */
export interface Absence {
  readonly from: Instant;
  readonly until: Instant;
  readonly reason: string;
}

/**
 * The first absence, in the order given, that excuses what was due at an instant; null: none does. Where the policy says how long the
 * system may be away, an absence excuses nothing after that: who is away longer is not protected, whatever was declared.
 */
export function absenceAt(
  at: Instant,
  absences: readonly Absence[],
  offlineToleranceSeconds: number | null,
): Absence | null {
  return (
    absences.find(
      ({ from, until }) =>
        at >= from &&
        at < until &&
        (offlineToleranceSeconds === null || at < from + offlineToleranceSeconds * SECOND),
    ) ?? null
  );
}
