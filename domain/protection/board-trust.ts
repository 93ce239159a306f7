import { MINUTE, type Instant } from '../time/instant';

/** Without an answer for longer than this, a board that renews itself shows the past. */
export const BOARD_AGE_MAX = MINUTE;

/** Why the newest question was not answered; `refused`: by somebody who may not ask any more. */
export type BoardFailure = 'no-answer' | 'signed-out' | 'refused';

/** Whether what a board shows may be believed; `since` is the last instant at which it could be. */
export type BoardTrust =
  | { kind: 'current' }
  | { kind: 'starting' }
  | { kind: 'behind'; since: Instant; waitingReports: number }
  | { kind: BoardFailure; since: Instant | null };

/** What a board knows of its own age. */
export interface BoardAge {
  /** Of the newest question; null: it was answered, or none was asked yet. */
  failure: BoardFailure | null;
  /** When the newest answer was made; null: none came yet. */
  answeredAt: Instant | null;
  /** How far the server said that it is behind; null: it is not. */
  lag: { since: Instant; waitingReports: number } | null;
}

/**
 * A wrong green on a wall is the worst there is: one question without an answer is enough to doubt all of it, and so is an answer
 * older than a minute where nobody noticed a failure (a screen that slept). An answer without a fault makes it current again.
 */
export function boardTrust({ failure, answeredAt, lag }: BoardAge, now: Instant): BoardTrust {
  if (failure !== null) return { kind: failure, since: answeredAt };
  if (answeredAt === null) return { kind: 'starting' };
  if (now - answeredAt > BOARD_AGE_MAX) return { kind: 'no-answer', since: answeredAt };
  return lag === null ? { kind: 'current' } : { kind: 'behind', ...lag };
}
