import type { DeliveryProblem } from '@/domain/notify/delivery';
import { cutText } from '@/domain/text/cut-text';
import { visibleLines } from '@/domain/text/visible-text';
import { ForbiddenAddress } from './post-safely';

const ANSWER_LENGTH_MAX = 1000;

/** An attempt to which nobody answered. */
export interface Failure {
  readonly problem: DeliveryProblem;
  readonly httpStatus: null;
  readonly serverAnswer: string | null;
}

/** Why `requestSafely` came to nothing. */
export function failureOf(error: unknown): Failure {
  if (error instanceof ForbiddenAddress)
    return { problem: 'forbidden-address', httpStatus: null, serverAnswer: shownAnswer(error.message) };
  if (error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError'))
    return { problem: 'too-slow', httpStatus: null, serverAnswer: null };
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return { problem: 'unreachable', httpStatus: null, serverAnswer: shownAnswer(code) };
}

/** What somebody else's server said, shortened and without anything that hides; null: nothing. */
export function shownAnswer(answer: string): string | null {
  const text = cutText(visibleLines(answer).trim(), ANSWER_LENGTH_MAX);
  return text === '' ? null : text;
}
