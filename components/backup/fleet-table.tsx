import { clsx } from 'clsx';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { Link } from '../ui/link';
import type { ReactNode } from 'react';
import type { StatusDay } from '@/domain/protection/status-days';
import type { StatusCounts } from '@/domain/protection/system-status';
import { STATUSES, type OpenFinding, type Status, type Verdict } from '@/domain/protection/verdict';
import type { Instant } from '@/domain/time/instant';
import { counted } from '../format/amounts';
import { dateText } from '../format/words';
import { Duration } from '../ui/duration';
import { ariaSort, type Sorting, SortLink } from '../ui/sort-th';
import { SampleTag } from '../first-hour/sample-tag';
import { DayBar } from './day-bar';
import { FLEET_COLUMNS, type FleetColumn } from './fleet-columns';
import { DigitPairs } from './digits';
import { Mark, StatusMark, StatusShape } from './status-mark';
import { clientWhy, systemWhy } from './fleet-words';

export interface FleetClientRow {
  clientId: string;
  name: string;
  timeZone: string;
  counts: StatusCounts;
  status: Status | null;
  since: Date | null;
  laggingSince: Date | null;
  reason: {
    cause: { systemCount: number; finding: Pick<OpenFinding, 'rule' | 'subject' | 'detail'> } | null;
    verdict: Verdict;
    systemName: string;
  } | null;
  days: readonly StatusDay[];
  systems: readonly FleetSystemRow[] | null;
}

export interface FleetSystemRow {
  systemId: string;
  name: string;
  kind: string;
  status: Status;
  since: Date;
  laggingSince: Date | null;
  verdict: Verdict | null;
  days: readonly StatusDay[];
}

type HasColumn = (column: FleetColumn) => boolean;
type FleetSort = 'status' | 'client' | 'since' | 'systems';

interface Props {
  rows: readonly FleetClientRow[];
  now: Instant;
  sorting: Sorting<FleetSort>;
  /** Where a click on a row's arrow leads: the same view with it open, or closed. */
  toggleHref: (clientId: string) => string;
  /** Clients that are marked as invented. */
  samples: ReadonlySet<string>;
  without: readonly FleetColumn[];
}

const CELL = 'border-line border-b pr-2';

/** Clients by worst status; a row opens to its systems. Narrow screens stack each row. */
export function FleetTable({ rows, now, sorting, toggleHref, samples, without }: Props) {
  const days = rows[0]?.days ?? [];
  const has = (column: FleetColumn): boolean => !without.includes(column);
  return (
    <table className="text-13 w-full table-fixed border-collapse max-md:block">
      <thead className="max-md:hidden">
        <tr>
          <th scope="col" className="border-line-2 w-[26px] border-b">
            <span className="sr-only">Open</span>
          </th>
          <SortHead name="Status" by="status" sorting={sorting} className="w-[136px]" />
          <SortHead name="Client" by="client" sorting={sorting} className={has('why') ? 'w-[196px]' : ''} />
          {has('why') && (
            <th scope="col" className={HEAD}>
              Why
            </th>
          )}
          {has('since') && <SortHead name="Since" by="since" sorting={sorting} className="w-[92px]" />}
          {has('systems') && <SortHead name="Systems" by="systems" sorting={sorting} className="w-[112px]" />}
          {has('days') && (
            <th scope="col" className={clsx(HEAD, 'w-[329px] max-xl:w-[180px]')}>
              <span className="flex max-w-[329px] justify-between">
                <span>{days[0] && dateText(days[0].date).slice(4)}</span>
                <span className="max-xl:hidden">worst state of each day</span>
                <span>today</span>
              </span>
            </th>
          )}
        </tr>
      </thead>
      {rows.map((row) => (
        <ClientRows
          key={row.clientId}
          row={row}
          now={now}
          toggleHref={toggleHref(row.clientId)}
          isSample={samples.has(row.clientId)}
          has={has}
        />
      ))}
    </table>
  );
}

const HEAD =
  'border-line-2 bg-bg text-ink-3 sticky top-12 z-10 h-8 border-b pr-2 text-left text-xs font-medium whitespace-nowrap';

function SortHead({
  name,
  by,
  sorting,
  className,
}: {
  name: string;
  by: FleetSort;
  sorting: Sorting<FleetSort>;
  className: string;
}) {
  return (
    <th scope="col" aria-sort={ariaSort(sorting, by)} className={clsx(HEAD, className)}>
      <SortLink name={name} by={by} sorting={sorting} />
    </th>
  );
}

function ClientRows({
  row,
  now,
  toggleHref,
  isSample,
  has,
}: {
  row: FleetClientRow;
  now: Instant;
  toggleHref: string;
  isSample: boolean;
  has: HasColumn;
}) {
  const isOpen = row.systems !== null;
  const Chevron = isOpen ? ChevronDown : ChevronRight;
  return (
    <tbody className={clsx('max-md:block', isOpen && 'bg-bg-2')} data-row="">
      <tr className="hover:bg-bg-2 max-md:border-line h-(--row-height) max-md:grid max-md:h-auto max-md:grid-cols-[auto_1fr_auto] max-md:gap-x-2 max-md:gap-y-0.5 max-md:border-b max-md:py-2.5">
        <td className={clsx(CELL, 'pr-0 max-md:hidden', isOpen && 'shadow-[inset_3px_0_0_var(--accent)]')}>
          <Link
            href={toggleHref}
            scroll={false}
            replace
            aria-expanded={isOpen}
            data-toggle=""
            aria-label={`Systems of ${row.name}`}
            className="text-ink-3 hover:bg-bg-3 grid size-6 place-items-center rounded"
          >
            <Chevron size={14} aria-hidden="true" />
          </Link>
        </td>
        <td className={clsx(CELL, 'max-md:row-start-1 max-md:border-0')}>
          {row.status === null ? <Mark tone="off">No systems</Mark> : <StatusMark status={row.status} />}
        </td>
        <td className={clsx(CELL, 'truncate max-md:col-span-3 max-md:row-start-2 max-md:border-0')}>
          <span className={clsx(isSample && 'flex items-center')}>
            <Link
              href={`/clients/${row.clientId}`}
              data-row-link=""
              className={clsx('font-medium hover:underline max-md:text-sm', isSample && 'truncate')}
            >
              {row.name}
            </Link>
            {isSample && <SampleTag />}
          </span>
        </td>
        {has('why') && (
          <td
            className={clsx(
              CELL,
              'truncate max-md:col-span-3 max-md:row-start-3 max-md:border-0 max-md:whitespace-normal',
              row.status === 'compliant' && 'text-ink-3',
            )}
          >
            <ClientWhy row={row} now={now} />
          </td>
        )}
        {has('since') && (
          <td className={clsx(CELL, 'text-ink-3 max-md:col-start-3 max-md:row-start-1 max-md:border-0')}>
            {row.since && row.status !== 'compliant' && (
              <Duration since={row.since.getTime()} now={now} timeZone={row.timeZone} />
            )}
          </td>
        )}
        {has('systems') && (
          <td className={clsx(CELL, 'max-md:col-start-2 max-md:row-start-1 max-md:border-0')}>
            <Counts counts={row.counts} />
          </td>
        )}
        {has('days') && (
          <td className={clsx(CELL, 'pr-0 max-md:col-span-3 max-md:row-start-4 max-md:border-0 max-md:pt-1')}>
            <Days name={row.name} days={row.days} href={`/clients/${row.clientId}`} />
          </td>
        )}
      </tr>
      {row.systems && <SystemRows row={row} systems={row.systems} now={now} has={has} />}
    </tbody>
  );
}

function Days({ name, days, href }: { name: string; days: readonly StatusDay[]; href: string }) {
  return (
    <DayBar
      name={name}
      days={days.map(({ date, status }) => ({ date, state: status, href: `${href}?day=${date}` }))}
    />
  );
}

/** Why a client is not green; it leads to its causes, the gravest first, each with its cure. */
function ClientWhy({ row, now }: { row: FleetClientRow; now: Instant }) {
  const text = clientWhy(row, now);
  const hasCauses = row.reason !== null && row.laggingSince === null && row.status !== 'compliant';
  if (!hasCauses) return <span title={text}>{text}</span>;
  return (
    <Link href={`/findings?client=${row.clientId}`} title={text} className="hover:underline">
      {text}
    </Link>
  );
}

function Counts({ counts }: { counts: StatusCounts }) {
  return (
    <span className="inline-flex gap-2.5 tabular-nums">
      {STATUSES.filter((status) => counts[status] > 0).map((status) => (
        <span key={status} className="inline-flex items-center gap-1">
          <StatusShape status={status} size={9} />
          {counts[status]}
        </span>
      ))}
    </span>
  );
}

function SystemRows({
  row,
  systems,
  now,
  has,
}: {
  row: FleetClientRow;
  systems: readonly FleetSystemRow[];
  now: Instant;
  has: HasColumn;
}) {
  const columns = FLEET_COLUMNS.filter(has).length;
  const shown = systems.filter((system) => system.status !== 'compliant');
  const passing = systems.filter((system) => system.status === 'compliant');
  return (
    <>
      {shown.map((system) => (
        <SystemRow key={system.systemId} system={system} timeZone={row.timeZone} now={now} has={has} />
      ))}
      {passing.length > 0 && (
        <SubRow>
          <td className={clsx(SUB, 'pl-3.5')}>
            <StatusMark status="compliant" />
          </td>
          <td className={SUB}>{counted(passing.length, 'system')}</td>
          {/* Where no column is left for them, the number has to do. */}
          <td
            className={clsx(SUB, 'text-ink-3 truncate max-md:col-span-3', columns === 0 && 'hidden')}
            colSpan={columns}
          >
            {passing.slice(0, 8).map((system, index) => (
              <span key={system.systemId}>
                {index > 0 && ', '}
                <Link href={`/systems/${system.systemId}`} className="hover:underline">
                  {system.name}
                </Link>
              </span>
            ))}
            {passing.length > 8 && ` and ${passing.length - 8} more`}{' '}
            {passing.length === 1 ? 'passes' : 'pass'}.{' '}
            <Link href={`/clients/${row.clientId}`} className="text-accent hover:underline">
              Show {passing.length === 1 ? 'it' : 'them'}
            </Link>
          </td>
        </SubRow>
      )}
      {systems.length === 0 && (
        <SubRow>
          <td className={clsx(SUB, 'text-ink-3 pl-3.5')} colSpan={2 + columns}>
            No system reports for this client yet. Connect a machine on its page.
          </td>
        </SubRow>
      )}
    </>
  );
}

const SUB = 'border-line border-b pr-2 max-md:border-0';

function SubRow({ children }: { children: ReactNode }) {
  return (
    <tr className="max-md:border-line h-[calc(var(--row-height)-4px)] max-md:grid max-md:h-auto max-md:grid-cols-[auto_1fr_auto] max-md:gap-x-2 max-md:gap-y-0.5 max-md:border-b max-md:py-2 max-md:pl-4">
      <td className={clsx(SUB, 'shadow-[inset_3px_0_0_var(--accent)] max-md:hidden')} />
      {children}
    </tr>
  );
}

function SystemRow({
  system,
  timeZone,
  now,
  has,
}: {
  system: FleetSystemRow;
  timeZone: string;
  now: Instant;
  has: HasColumn;
}) {
  const { verdict } = system;
  return (
    <SubRow>
      <td className={clsx(SUB, 'pl-3.5 max-md:pl-0')}>
        <StatusMark status={system.status} />
      </td>
      <td className={clsx(SUB, 'truncate')}>
        <Link href={`/systems/${system.systemId}`} className="font-medium hover:underline">
          {system.name}
        </Link>{' '}
        <span className="text-ink-3">{system.kind}</span>
      </td>
      {has('why') && (
        <td className={clsx(SUB, 'truncate max-md:col-span-3 max-md:row-start-2 max-md:whitespace-normal')}>
          {systemWhy(system, timeZone, now)}
        </td>
      )}
      {has('since') && (
        <td className={clsx(SUB, 'text-ink-3')}>
          <Duration since={system.since.getTime()} now={now} timeZone={timeZone} />
        </td>
      )}
      {has('systems') && (
        <td className={clsx(SUB, 'max-md:col-span-3')}>
          {verdict && <DigitPairs digits={verdict.digits} />}
        </td>
      )}
      {has('days') && (
        <td className={clsx(SUB, 'pr-0 max-md:hidden')}>
          <Days name={system.name} days={system.days} href={`/systems/${system.systemId}/runs`} />
        </td>
      )}
    </SubRow>
  );
}
