import { setTimeout as pause } from 'node:timers/promises';

const LOOK_MS = 20;

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

/**
 * @param deadline when it aborts, whoever waits hears that it took too long
 */
export function createPace(reports: number, faults: number, deadline: AbortSignal): Pace {
  let acked = 0;
  let allowedShares = 1;
  const shares = faults + 1;
  const demandTime = (): void => {
    if (deadline.aborted) throw new Error(`only ${acked} of ${reports} reports were acknowledged in time`);
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
