import { SECOND, type Instant } from '@/domain/time/instant';
import type { StatusCounts } from '@/domain/protection/system-status';
import { durationText } from '@/domain/protection/sentence';
import { StatusShape } from '../backup/status-mark';
import { shortInstantText } from '../format/words';
import type { BoardAnswer, BoardRow } from './board-answer';
import { useRowsThatFit } from './use-rows-that-fit';

const PAGE_MS = 12 * SECOND;

interface Props {
  answer: BoardAnswer;
  isCurrent: boolean;
  now: Instant;
}

/** The clients that need somebody. More than fit are shown page by page, turned by the clock. */
export function BoardRows({ answer: { rows, needsMe, clients }, isCurrent, now }: Props) {
  const { ref, fitting } = useRowsThatFit();
  const pages = Math.max(1, Math.ceil(rows.length / fitting));
  const page = Math.floor(now / PAGE_MS) % pages;
  const shown = rows.slice(page * fitting, (page + 1) * fitting);
  return (
    <section aria-labelledby="board-needs" className="flex min-h-0 min-w-0 flex-col">
      <div className="border-line-2 flex items-baseline justify-between gap-[1em] border-b-2 pb-[0.2em]">
        <h2 id="board-needs" className="board-heading">
          {isCurrent ? 'Needs somebody' : 'Needed somebody when last known'}
        </h2>
        <span className="text-ink-3 text-[0.85em] tabular-nums">
          {needsMe > shown.length && `${page * fitting + 1}–${page * fitting + shown.length} of ${needsMe}`}
          {pages > 1 && `, page ${page + 1} of ${pages}`}
        </span>
      </div>
      <ul ref={ref} className="min-h-0 flex-1 overflow-hidden max-md:min-h-[18.6em]">
        {shown.map((row) => (
          <Row key={row.clientId} row={row} isCurrent={isCurrent} now={now} />
        ))}
        {rows.length === 0 && <li className="py-[0.6em] text-[1.3em]">{nobodyText(isCurrent, clients)}</li>}
      </ul>
    </section>
  );
}

function nobodyText(isCurrent: boolean, clients: StatusCounts): string {
  if (!isCurrent) return 'Nobody did.';
  return clients.compliant > 0
    ? 'Nobody: every client with a system is protected.'
    : 'Nobody yet: no client has a system.';
}

function Row({ row, isCurrent, now }: { row: BoardRow; isCurrent: boolean; now: Instant }) {
  return (
    <li className="border-line grid h-[3.7em] grid-cols-[1.4em_minmax(0,1fr)_auto] content-center items-center gap-x-[0.4em] border-b">
      <StatusShape status={isCurrent ? row.status : 'unknown'} size="0.95em" />
      <span className="truncate text-[1.1em]/[1.3] font-semibold">{row.name}</span>
      {row.since !== null && (
        <span className="text-[0.85em] whitespace-nowrap tabular-nums">
          {durationText(now - row.since)}
          <span className="text-ink-3"> since {shortInstantText(row.since, row.timeZone, now)}</span>
        </span>
      )}
      <span className="text-ink-2 col-span-2 col-start-2 line-clamp-2 text-[0.85em]/[1.25]">{row.why}</span>
    </li>
  );
}
