import type { DeliveryProblem } from '@/domain/notify/delivery';
import { Mark } from '../backup/status-mark';
import { PROBLEM_WORDS } from './notification-words';

/** What became of a notification. */
export interface Outcome {
  readonly state: 'waiting' | 'sent' | 'given-up';
  readonly attempts: number;
  readonly problem: DeliveryProblem | null;
  readonly httpStatus: number | null;
  readonly serverAnswer: string | null;
  readonly tookMs: number | null;
}

export function OutcomeMark({ outcome: { state, attempts } }: { outcome: Outcome }) {
  switch (state) {
    case 'sent':
      return <Mark tone="ok">Sent</Mark>;
    case 'given-up':
      return <Mark tone="bad">Given up</Mark>;
    case 'waiting':
      return attempts === 0 ? <Mark tone="off">Goes out now</Mark> : <Mark tone="risk">Tried again</Mark>;
  }
}

/** Status, time and words of the last attempt, where there was one. */
export function OutcomeText({ outcome }: { outcome: Outcome }) {
  const { problem, httpStatus, serverAnswer, tookMs, attempts } = outcome;
  const facts = [
    httpStatus !== null && `HTTP ${httpStatus}`,
    tookMs !== null && `${tookMs} ms`,
    attempts > 1 && `${attempts} attempts`,
  ].filter((one) => one !== false);
  return (
    <span className="text-ink-3 block text-xs [overflow-wrap:anywhere] whitespace-normal">
      {problem !== null && `${PROBLEM_WORDS[problem]} `}
      {facts.join(', ')}
      {serverAnswer !== null && <span className="block">It says: {serverAnswer.slice(0, 200)}</span>}
    </span>
  );
}
