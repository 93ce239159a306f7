import { Link } from '../ui/link';
import type { Status } from '@/domain/protection/verdict';
import type { Instant } from '@/domain/time/instant';
import { Moment } from '../ui/moment';
import { STATUS_WORD, StatusShape } from './status-mark';

export interface ChangeRow {
  systemId: string;
  systemName: string;
  at: Date;
  from: Status | null;
  to: Status;
}

/** How systems changed, newest first. */
export function ChangeList({
  changes,
  timeZone,
  now,
}: {
  changes: readonly ChangeRow[];
  timeZone: string;
  now: Instant;
}) {
  return (
    <ul className="border-line-2 text-13 border-t">
      {changes.map((change) => (
        <li
          key={`${change.systemId} ${change.at.toISOString()}`}
          className="border-line flex min-h-8 items-center gap-2 border-b py-1"
        >
          <Moment
            at={change.at.getTime()}
            timeZone={timeZone}
            now={now}
            className="text-ink-3 w-[118px] flex-none tabular-nums"
          />
          {change.from === null ? (
            <span className="text-ink-3">first seen</span>
          ) : (
            <StatusShape status={change.from} />
          )}
          <span className="text-ink-3" aria-label="became">
            →
          </span>
          <StatusShape status={change.to} />
          <Link href={`/systems/${change.systemId}`} className="font-medium hover:underline">
            {change.systemName}
          </Link>
          <span className="text-ink-3">{STATUS_WORD[change.to].toLowerCase()}</span>
        </li>
      ))}
    </ul>
  );
}
