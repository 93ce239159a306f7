'use client';

import { clsx } from 'clsx';
import { boardTrust } from '@/domain/protection/board-trust';
import { fleetSentence } from '@/domain/protection/fleet-sentence';
import { HOUR, type Instant } from '@/domain/time/instant';
import { clockText, dayText } from '../format/words';
import type { Theme } from '../shell/theme';
import { Link } from '../ui/link';
import type { BoardAnswer } from './board-answer';
import { BoardChanges } from './board-changes';
import { BoardRows } from './board-rows';
import { BoardShout } from './board-shout';
import { BoardTiles } from './board-tiles';
import { useBoard } from './use-board';

interface Props {
  mspName: string;
  /** The MSP's own zone, of the clock. */
  timeZone: string;
  theme: Theme;
}

/**
 * The whole fleet on a wall. Everything is sized by the screen. Before its first answer it shows nothing that could be taken for a
 * state, so that a browser which does not run it shows none either.
 */
export function Wallboard({ mspName, timeZone, theme }: Props) {
  const { answer, failure, now } = useBoard();
  const trust = boardTrust(
    { failure, answeredAt: answer?.at ?? null, lag: answer?.lag ?? null },
    now ?? answer?.at ?? 0,
  );
  const isCurrent = trust.kind === 'current';
  // Whoever is no longer signed in sees no names.
  const seen = trust.kind === 'signed-out' || trust.kind === 'refused' ? null : answer;
  return (
    <div
      className={clsx(
        'board bg-bg text-ink fixed inset-0 flex flex-col overflow-y-auto',
        theme === 'dark' ? 'board-dark' : 'board-light',
      )}
    >
      <BoardShout trust={trust} now={now} timeZone={timeZone} />
      <main className="flex min-h-0 flex-1 flex-col gap-[0.8em] px-[1.2em] pt-[0.8em] pb-[0.6em] max-md:flex-none">
        <header className="flex flex-wrap items-center justify-between gap-x-[1em]">
          <Link href="/" title="Back to the fleet" className="text-ink-3 max-w-[12em] truncate">
            {mspName}
          </Link>
          <h1 className="board-title min-w-0 flex-1">
            {isCurrent && answer
              ? fleetSentence(answer.clients)
              : 'Whether clients are protected is not known.'}
          </h1>
          <Clock now={now} timeZone={timeZone} />
        </header>
        <noscript>
          <p className="bg-bad-g text-bg font-semibold">
            This browser does not run the wallboard: it shows nothing that is true.
          </p>
        </noscript>
        <BoardTiles answer={seen} isCurrent={isCurrent} timeZone={timeZone} />
        {seen && now !== null && (
          <div
            className={clsx(
              'grid min-h-0 flex-1 gap-[1.2em] md:grid-cols-[minmax(0,1.9fr)_minmax(0,1fr)]',
              !isCurrent && 'text-ink-3',
            )}
          >
            <BoardRows answer={seen} isCurrent={isCurrent} now={now} />
            <BoardChanges answer={seen} isCurrent={isCurrent} now={now} />
          </div>
        )}
        {seen && now !== null && <Foot answer={seen} now={now} timeZone={timeZone} />}
      </main>
    </div>
  );
}

function Clock({ now, timeZone }: { now: Instant | null; timeZone: string }) {
  return (
    <p className="text-right whitespace-nowrap tabular-nums">
      <span className="text-[1.9em]/none font-semibold tracking-tight">
        {now === null ? '--:--' : clockText(now, timeZone)}
      </span>
      <span className="text-ink-3 ml-[0.6em] text-[0.8em]">
        {now !== null && dayText(now, timeZone)} {timeZone}
      </span>
    </p>
  );
}

function Foot({ answer, now, timeZone }: { answer: BoardAnswer; now: Instant; timeZone: string }) {
  const endsSoon = answer.signedInUntil - now < HOUR;
  return (
    <footer className="text-ink-3 flex flex-wrap justify-between gap-x-[1em] text-[0.8em] tabular-nums">
      <span>As of {exactClock(answer.at, timeZone)}</span>
      <span className={clsx(endsSoon && 'text-risk font-semibold')}>
        {endsSoon ? 'Sign in again soon: this' : 'This'} sign-in ends{' '}
        {clockText(answer.signedInUntil, timeZone)}
      </span>
    </footer>
  );
}

function exactClock(at: Instant, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium', timeZone }).format(at);
}
