import type { Instant } from '@/domain/time/instant';
import { StatusShape } from '../backup/status-mark';
import { shortInstantText } from '../format/words';
import type { BoardAnswer, BoardChange } from './board-answer';
import { useRowsThatFit } from './use-rows-that-fit';

interface Props {
  answer: BoardAnswer;
  isCurrent: boolean;
  now: Instant;
}

/** What became worse or better in the last 24 hours, worst first. */
export function BoardChanges({ answer, isCurrent, now }: Props) {
  const { ref, fitting } = useRowsThatFit();
  // What a client was is no better known than what it became.
  const changes = isCurrent ? answer.changes : [];
  const shown = changes.slice(0, fitting);
  const more = changes.length - shown.length;
  return (
    <section aria-labelledby="board-changes" className="flex min-h-0 min-w-0 flex-col">
      <div className="border-line-2 flex items-baseline justify-between gap-[1em] border-b-2 pb-[0.2em]">
        <h2 id="board-changes" className="board-heading">
          Changed in 24 h
        </h2>
        {more > 0 && <span className="text-ink-3 text-[0.85em]">and {more} more</span>}
      </div>
      <ul ref={ref} className="min-h-0 flex-1 overflow-hidden max-md:min-h-[10em]">
        {shown.map((change) => (
          <Change key={change.clientId} change={change} now={now} />
        ))}
        {changes.length === 0 && (
          <li className="text-ink-3 py-[0.6em]">
            {isCurrent ? 'Nothing: every client is as it was.' : 'Not known.'}
          </li>
        )}
      </ul>
    </section>
  );
}

function Change({ change, now }: { change: BoardChange; now: Instant }) {
  const { from, to, name, at, timeZone } = change;
  return (
    <li className="border-line flex h-[2em] items-center gap-[0.4em] border-b text-[0.95em] whitespace-nowrap">
      {from === null ? <span className="text-ink-3">new</span> : <StatusShape status={from} size="0.8em" />}
      <span className="text-ink-3" aria-hidden="true">
        →
      </span>
      <span className="sr-only">became</span>
      <StatusShape status={to} size="0.8em" />
      <span className="min-w-0 flex-1 truncate font-medium">{name}</span>
      <span className="text-ink-3 tabular-nums">{shortInstantText(at, timeZone, now)}</span>
    </li>
  );
}
