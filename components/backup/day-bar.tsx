import type { JobDayOutcome } from '@/domain/protection/job-days';
import type { Status } from '@/domain/protection/verdict';
import { dateText } from '../format/words';

/** State of a day, on either of the two scales: of a system's status, or of a job's runs. */
export type DayState = Status | JobDayOutcome;

interface BarDay {
  /** YYYY-MM-DD in the zone of the client. */
  date: string;
  state: DayState;
  /** What happened, in words. */
  note?: string;
  href: string;
}

export const DAY_WORDS: Readonly<Record<DayState, string>> = {
  'non-compliant': 'non-compliant',
  unknown: 'unknown',
  'at-risk': 'at risk',
  compliant: 'compliant',
  success: 'success',
  warning: 'warning',
  failed: 'failed',
  missed: 'missed',
  excused: 'excused',
  'no-data': 'no data',
  'not-scheduled': 'nothing due',
  'not-yet-due': 'nothing yet',
};

interface Props {
  /** Whose days they are. */
  name: string;
  days: readonly BarDay[];
}

/**
 * The last days, newest right. One stop of the Tab key; arrows move within it and a day opens with Enter (`DayKeys` brings the
 * arrows and the tooltip, which shows a day's label).
 */
export function DayBar({ name, days }: Props) {
  return (
    <div
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- no element means a group of links
      role="group"
      aria-label={summary(name, days)}
      data-day-bar=""
      className="flex w-full max-w-[329px] min-w-[154px] gap-px"
    >
      {days.map((day, index) => (
        <a
          key={day.date}
          href={day.href}
          tabIndex={index === days.length - 1 ? 0 : -1}
          data-day=""
          aria-label={`${dateText(day.date)}: ${DAY_WORDS[day.state]}${day.note ? `. ${day.note}` : ''}`}
          className={`day day-${day.state}`}
        />
      ))}
    </div>
  );
}

function summary(name: string, days: readonly BarDay[]): string {
  const counts = new Map<string, number>();
  for (const { state } of days) counts.set(DAY_WORDS[state], (counts.get(DAY_WORDS[state]) ?? 0) + 1);
  return `${name}, last ${days.length} days: ${[...counts].map(([word, count]) => `${count} ${word}`).join(', ')}`;
}

/** What the shapes mean. */
export function DayLegend({ states }: { states: readonly DayState[] }) {
  return (
    <ul className="text-ink-3 flex flex-wrap gap-x-4 gap-y-1 text-xs" aria-label="What the days mean">
      {states.map((state) => (
        <li key={state} className="inline-flex items-center gap-1.5">
          <span className={`day day-${state} w-[10px] flex-none`} aria-hidden="true" />
          {DAY_WORDS[state]}
          {state === 'no-data' && ': we were blind'}
        </li>
      ))}
    </ul>
  );
}
