import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';

const LOOK_MS = 20;

export interface PaceOptions {
  readonly reports: number;
  readonly faults: number;
  readonly msMax: number;
  readonly over: AbortSignal;
}

/** Keeps sending and faults together: each fault strikes in the middle of its share of the reports, on any machine. */
export interface Pace {
  /** Waits until a report of that place among its sender's, from 0 to 1, may go out. */
  maySend(place: number): Promise<void>;
  /** @throws when it took too long */
  demandTime(): void;
  /** A report was acknowledged. */
  wasAcked(): void;
  /** Waits until half the share of that fault, counted from 0, is acknowledged. */
  reachesFault(fault: number): Promise<void>;
  /** That fault has struck: the share of the next may be sent. */
  hasStruck(fault: number): void;
}

/** Whoever still waits after `msMax`, or when it is `over`, is told so. */
export function createPace({ reports, faults, msMax, over }: PaceOptions): Pace {
  const endAt = performance.now() + msMax;
  let acked = 0;
  let allowedShares = 1;
  const shares = faults + 1;
  const demandTime = (): void => {
    if (over.aborted || performance.now() > endAt)
      throw new Error(`only ${acked} of ${reports} reports were acknowledged in time`);
  };
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) {
      demandTime();
      await pause(LOOK_MS);
    }
  };
  return {
    demandTime,
    maySend: (place) => until(() => place * shares < allowedShares),
    wasAcked: () => {
      acked++;
    },
    reachesFault: (fault) => until(() => acked >= (reports * (fault + 0.5)) / shares),
    hasStruck: (fault) => {
      allowedShares = fault + 2;
    },
  };
}
