import { clsx } from 'clsx';
import type { MonthChange } from '@/domain/portal/month-changes';
import type { ComplianceDay } from '@/domain/protection/compliance-trend';
import { STATUSES } from '@/domain/protection/verdict';
import type { Instant } from '@/domain/time/instant';
import { STATUS_WORD } from '../backup/status-mark';
import { counted } from '../format/amounts';
import { monthText } from '../format/words';
import { Moment } from '../ui/moment';

const ARROW = { better: '↑', worse: '↓', new: '+' } as const;
const WORD = { better: 'Better.', worse: 'Worse.', new: 'New.' } as const;
const CHANGES_SHOWN = 8;

/** What is better or worse than when the month began: arrows and words, since a change is no status. */
export function MonthChanges({
  changes,
  timeZone,
  now,
}: {
  changes: readonly MonthChange[];
  timeZone: string;
  now: Instant;
}) {
  if (changes.length === 0)
    return <p className="text-13 text-ink-2">Nothing: every system is as it was when the month began.</p>;
  return (
    <>
      <ul className="flex flex-col gap-2.5">
        {changes.slice(0, CHANGES_SHOWN).map((change) => (
          <li key={change.systemId} className="text-13 grid grid-cols-[5.5rem_minmax(0,1fr)] gap-x-3">
            <span className="text-ink-3">
              <Moment at={change.at} timeZone={timeZone} now={now} isShort />
            </span>
            <span className="[overflow-wrap:anywhere]">
              <b className="font-semibold">
                <span aria-hidden="true">{ARROW[change.direction]}</span> {WORD[change.direction]}
              </b>{' '}
              {change.name} {textOf(change)}
            </span>
          </li>
        ))}
      </ul>
      {changes.length > CHANGES_SHOWN && (
        <p className="text-13 text-ink-3 mt-2">
          and {counted(changes.length - CHANGES_SHOWN, 'system')} more
        </p>
      )}
    </>
  );
}

function textOf({ before, now }: MonthChange): string {
  const is = STATUS_WORD[now].toLowerCase();
  return before === null
    ? `was added; it is ${is}.`
    : `was ${STATUS_WORD[before].toLowerCase()}, and is ${is} now.`;
}

const BAR = 72;

/** How many systems were protected as agreed at the end of each month, of this month today. */
export function MonthTrend({ days }: { days: readonly ComplianceDay[] }) {
  const known = days.filter(({ share }) => share !== null);
  if (known.length === 0) return <p className="text-13 text-ink-3">No month is known yet.</p>;
  return (
    <figure className="border-line mt-4 border-t pt-4">
      <ul className="flex gap-3">
        {days.map((day) => {
          const total = STATUSES.reduce((sum, status) => sum + day.counts[status], 0);
          const held = day.counts.compliant + day.counts['at-risk'];
          return (
            <li key={day.date} className="min-w-0 flex-1 text-center">
              <div
                aria-hidden="true"
                className="border-line-2 mx-auto flex max-w-12 flex-col justify-end border-b"
                style={{ height: BAR }}
              >
                {total > 0 && (
                  <>
                    <span
                      className="border-edge block border border-b-0 border-dashed"
                      style={{ height: Math.round((BAR * (total - held)) / total) }}
                    />
                    <span
                      className="bg-ink-3 block"
                      style={{ height: BAR - Math.round((BAR * (total - held)) / total) }}
                    />
                  </>
                )}
              </div>
              <p className={clsx('text-13 mt-1 font-medium tabular-nums', total === 0 && 'text-ink-3')}>
                {total === 0 ? <span aria-label="no data">–</span> : `${held}/${total}`}
              </p>
              <p className="text-ink-3 text-xs">{monthText(day.date.slice(0, 7))}</p>
            </li>
          );
        })}
      </ul>
      <figcaption className="text-ink-3 mt-3 text-xs">
        Systems protected as agreed, of all systems, on the last day of each month (this month: today). Each
        counts by the worst that it was on that day.
      </figcaption>
    </figure>
  );
}
