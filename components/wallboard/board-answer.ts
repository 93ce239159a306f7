import type { StatusCounts } from '@/domain/protection/system-status';
import type { Status } from '@/domain/protection/verdict';
import type { Instant } from '@/domain/time/instant';

/** Changes with the fields below: a board that was opened before an update has itself made anew. */
export const BOARD_SHAPE = 1;

/** What `/api/v1/wallboard` answers. */
export interface BoardAnswer {
  readonly shape: number;
  /** The server's clock. */
  readonly at: Instant;
  readonly clients: StatusCounts;
  readonly systems: StatusCounts;
  /** The clients that need somebody, worst first. */
  readonly rows: readonly BoardRow[];
  /** How many there are, on other pages of the fleet too. */
  readonly needsMe: number;
  /** Clients that changed in the last 24 hours, worst first. */
  readonly changes: readonly BoardChange[];
  readonly lag: { since: Instant; waitingReports: number } | null;
  /** When the sign-in ends by itself. */
  readonly signedInUntil: Instant;
}

export interface BoardRow {
  readonly clientId: string;
  readonly name: string;
  readonly timeZone: string;
  readonly status: Status;
  readonly why: string;
  readonly since: Instant | null;
}

export interface BoardChange {
  readonly clientId: string;
  readonly name: string;
  readonly timeZone: string;
  /** null: it had no systems. */
  readonly from: Status | null;
  readonly to: Status;
  readonly systemCount: number;
  readonly at: Instant;
}
