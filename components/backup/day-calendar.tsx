import { dateText, monthText } from '../format/words';
import { DAY_WORDS, type DayState } from './day-bar';

interface CalendarDay {
  /** YYYY-MM-DD in the zone of the client. */
  date: string;
  state: DayState;
  note?: string;
}

interface Props {
  /** Whose days they are. */
  name: string;
  /** Oldest first. */
  days: readonly CalendarDay[];
  hrefOf: (date: string) => string;
  /** The day that is open. */
  openDate: string | null;
}

/**
 * Months below each other, a cell a day. One stop of the Tab key; arrows move within it, up and down by months, and a day opens
 * with Enter (`DayKeys` brings the arrows and the tooltip).
 */
export function DayCalendar({ name, days, hrefOf, openDate }: Props) {
  const months = monthsOf(days);
  const stop = days.some((day) => day.date === openDate) ? openDate : days.at(-1)?.date;
  return (
    <div
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- no element means a group of links
      role="group"
      aria-label={summary(name, days)}
      data-day-bar=""
      className="grid max-w-[640px] gap-y-1"
    >
      <div
        aria-hidden="true"
        className="text-ink-3 text-11 grid grid-cols-[62px_repeat(31,minmax(0,1fr))] gap-px tabular-nums max-sm:grid-cols-[34px_repeat(31,minmax(0,1fr))]"
      >
        <span />
        {Array.from({ length: 31 }, (_, index) => (
          <span key={index} className="text-center whitespace-nowrap">
            {index % 5 === 4 || index === 0 ? index + 1 : ''}
          </span>
        ))}
      </div>
      {months.map(([month, ofMonth]) => (
        <div
          key={month}
          className="grid grid-cols-[62px_repeat(31,minmax(0,1fr))] items-center gap-px max-sm:grid-cols-[34px_repeat(31,minmax(0,1fr))]"
        >
          <span className="text-ink-3 text-xs whitespace-nowrap" aria-hidden="true">
            {monthText(month)}
            <span className="max-sm:hidden"> {month.slice(0, 4)}</span>
          </span>
          {ofMonth.map((day) => (
            <a
              key={day.date}
              href={hrefOf(day.date)}
              tabIndex={day.date === stop ? 0 : -1}
              data-day={day.date}
              aria-label={`${dateText(day.date)} ${day.date.slice(0, 4)}: ${DAY_WORDS[day.state]}${day.note ? `. ${day.note}` : ''}`}
              aria-current={day.date === openDate ? 'date' : undefined}
              style={{ gridColumnStart: Number(day.date.slice(8)) + 1 }}
              className={`day day-cell day-${day.state}`}
            />
          ))}
        </div>
      ))}
    </div>
  );
}

/** Each month with its days, oldest first. */
function monthsOf(days: readonly CalendarDay[]): [string, CalendarDay[]][] {
  const months = new Map<string, CalendarDay[]>();
  for (const day of days) {
    const month = day.date.slice(0, 7);
    months.set(month, [...(months.get(month) ?? []), day]);
  }
  return [...months];
}

function summary(name: string, days: readonly CalendarDay[]): string {
  const counts = new Map<string, number>();
  for (const { state } of days) counts.set(DAY_WORDS[state], (counts.get(DAY_WORDS[state]) ?? 0) + 1);
  return `${name}, last 13 months: ${[...counts].map(([word, count]) => `${count} ${word}`).join(', ')}`;
}
