import type { TicketProblem } from '@/domain/tickets/ticket-problem';
import { type Failure, failureOf, shownAnswer } from '../answer';
import { requestSafely, type SafeRequest } from '../post-safely';
import type { TicketConnection } from './adapter';

const TIMEOUT_MS = 10_000;

/** An answer that came, whatever it says; or why none did. */
export type Called = CalledBack | { readonly isAnswered: false; readonly failure: Failure };
export interface CalledBack {
  readonly isAnswered: true;
  readonly status: number;
  readonly body: string;
}

/** Asks a ticket system once. Never throws. */
export async function call(
  address: string,
  request: SafeRequest,
  { allowsLoopback }: TicketConnection,
): Promise<Called> {
  try {
    const { status, body } = await requestSafely(address, request, { allowsLoopback, timeoutMs: TIMEOUT_MS });
    return { isAnswered: true, status, body };
  } catch (error) {
    return { isAnswered: false, failure: failureOf(error) };
  }
}

/** What came, with what it means. */
export function answered<Problem extends TicketProblem>(
  { status, body }: CalledBack,
  problem: Problem | null,
) {
  return { problem, httpStatus: status, serverAnswer: shownAnswer(body) };
}

/** Null where it is no JSON. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
