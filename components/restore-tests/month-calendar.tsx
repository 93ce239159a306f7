import { clsx } from 'clsx';
import type { CalendarDay, CalendarEntry } from '@/domain/restore-test/calendar-month';
import { Shape, type Tone } from '../backup/status-mark';
import { dateText } from '../format/words';
import { buttonClass } from '../ui/button';
import { Link } from '../ui/link';

const KINDS: readonly (readonly [CalendarEntry['kind'], Tone, string])[] = [
  ['passed', 'ok', 'passed'],
  ['partial', 'risk', 'partial'],
  ['failed', 'bad', 'failed'],
  ['error', 'unk', 'error'],
  ['skipped', 'off', 'skipped'],
  ['overdue', 'missed', 'overdue'],
];
const MONTH = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

interface Props {
  month: string;
  weeks: readonly (readonly CalendarDay[])[];
  timeZone: string;
  /** Of the month before, of today's, and of the one after. */
  hrefs: { readonly before: string; readonly today: string; readonly after: string };
}

/** What was tested on each day of a month, and what is due. */
export function MonthCalendar({ month, weeks, timeZone, hrefs }: Props) {
  return (
    <section aria-labelledby="calendar-title" id="calendar" className="mt-6 scroll-mt-16">
      <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
        <h2 id="calendar-title">
          {MONTH.format(new Date(`${month}-01T00:00:00Z`))}{' '}
          <span className="text-ink-3 text-13 font-normal">results, overdue and due; {timeZone} time</span>
        </h2>
        <nav aria-label="Month" className="flex gap-1.5">
          <Link
            href={hrefs.before}
            scroll={false}
            aria-label="Month before"
            className={buttonClass('plain', 'w-8 px-0')}
          >
            ‹
          </Link>
          <Link href={hrefs.today} scroll={false} className={buttonClass()}>
            Today
          </Link>
          <Link
            href={hrefs.after}
            scroll={false}
            aria-label="Month after"
            className={buttonClass('plain', 'w-8 px-0')}
          >
            ›
          </Link>
        </nav>
      </div>
      <table className="border-line w-full table-fixed border-separate border-spacing-0 overflow-hidden rounded-lg border">
        <thead>
          <tr>
            {WEEKDAYS.map((day) => (
              <th
                key={day}
                scope="col"
                className="bg-bg-2 text-ink-3 border-line h-7 border-b px-1.5 text-left text-xs font-medium"
              >
                {day}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks.map((week) => (
            <tr key={week[0]?.date}>
              {week.map((day) => (
                <Day key={day.date} day={day} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Day({ day: { date, isInMonth, isToday, counts } }: { day: CalendarDay }) {
  const { due = 0 } = counts;
  return (
    <td
      aria-current={isToday ? 'date' : undefined}
      className={clsx(
        'h-[58px] border-r border-b px-1.5 py-1 align-top text-xs last:border-r-0',
        isToday ? 'border-accent bg-accent-bg' : 'border-line',
        !isInMonth && 'bg-bg-2',
      )}
    >
      <time
        dateTime={date}
        title={dateText(date)}
        className={isToday ? 'text-accent font-semibold' : 'text-ink-3'}
      >
        {Number(date.slice(8))}
        {isToday && <span className="max-md:sr-only"> today</span>}
      </time>
      {KINDS.map(
        ([kind, tone, word]) =>
          counts[kind] !== undefined && (
            <span key={kind} className="flex items-center gap-1 tabular-nums">
              <Shape tone={tone} size={8} />
              {counts[kind]} <span className="max-md:sr-only">{word}</span>
            </span>
          ),
      )}
      {due > 0 && (
        <span className="text-ink-2 block tabular-nums">
          {due} <span className="max-md:sr-only">due</span>
        </span>
      )}
    </td>
  );
}
