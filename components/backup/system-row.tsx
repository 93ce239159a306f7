import { clsx } from 'clsx';
import { type Status, STATUSES, type Verdict } from '@/domain/protection/verdict';
import { Link } from '../ui/link';
import { Td, Tr } from '../ui/table';
import { DayBar, type DayState } from './day-bar';
import { DigitPairs } from './digits';
import { StatusMark } from './status-mark';

/** What a row of a system shows, in few words: a client may have a thousand. */
export interface SystemRowProps {
  systemId: string;
  name: string;
  kind: string;
  status: Status;
  why: string;
  /** How long it has been so: as a machine, a person and a close reader take it. */
  since: { instant: string; text: string; exact: string };
  digits: Verdict['digits'] | null;
  /** Dates of the bar, the same for every row. */
  dates: readonly string[];
  /** One letter a date, as `dayLetters` has them. */
  days: string;
  /** Most rows are out of sight: those that come are not to make the column wider. */
  isOfMany?: boolean;
}

const DAY_STATES: readonly DayState[] = [...STATUSES, 'no-data'];

/** The states of days as one letter each. */
export function dayLetters(days: readonly { status: Status | 'no-data' }[]): string {
  return days.map(({ status }) => DAY_STATES.indexOf(status)).join('');
}

/** A system of a client with its digits and days. */
export function SystemRow({
  systemId,
  name,
  kind,
  status,
  why,
  since,
  digits,
  dates,
  days,
  isOfMany = false,
}: SystemRowProps) {
  return (
    <Tr data-row="" className="hover:bg-bg-2 @max-2xl:!grid-cols-[auto_minmax(0,1fr)_auto]">
      <Td at="first">
        <StatusMark status={status} />
      </Td>
      <Td at="second" className={clsx('@max-2xl:col-span-3', isOfMany && '@2xl:min-w-[40ch]')}>
        <Link
          href={`/systems/${systemId}`}
          data-row-link=""
          title={name}
          className="inline-block max-w-[34ch] truncate align-bottom font-medium hover:underline"
        >
          {name}
        </Link>{' '}
        <span className="text-ink-3">{kind}</span>
      </Td>
      <Td at="third" className="w-full @max-2xl:col-span-3 @2xl:max-w-0 @2xl:truncate">
        <span title={why}>{why}</span>
      </Td>
      <Td at="first-right" className="text-ink-3 @max-2xl:!col-start-3">
        <time dateTime={since.instant} title={since.exact}>
          {since.text}
        </time>
      </Td>
      <Td at="first-right" className="@max-2xl:!text-left">
        {digits ? <DigitPairs digits={digits} /> : '–'}
      </Td>
      <Td at="third" className="@max-2xl:col-span-3 @max-2xl:!row-start-4 @max-2xl:pt-1">
        <div className="w-[329px] @max-5xl:w-[180px] @max-2xl:w-auto">
          <DayBar
            name={name}
            days={dates.map((date, index) => ({
              date,
              state: DAY_STATES[Number(days[index])] ?? 'no-data',
              href: `/systems/${systemId}/runs?day=${date}`,
            }))}
          />
        </div>
      </Td>
    </Tr>
  );
}
