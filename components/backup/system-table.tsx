import { Link } from '../ui/link';
import type { Instant } from '@/domain/time/instant';
import { dateText } from '../format/words';
import { Duration } from '../ui/duration';
import { Table, Td, Th, Tr } from '../ui/table';
import { DayBar } from './day-bar';
import { DigitPairs } from './digits';
import type { FleetSystemRow } from './fleet-table';
import { systemWhy } from './fleet-words';
import { StatusMark } from './status-mark';

/** A client's systems with their digits: the 3-2-1 matrix. */
export function SystemTable({
  systems,
  timeZone,
  now,
}: {
  systems: readonly FleetSystemRow[];
  timeZone: string;
  now: Instant;
}) {
  const firstDay = systems[0]?.days[0];
  const head = (
    <>
      <Th>Status</Th>
      <Th>System</Th>
      <Th>Why</Th>
      <Th>Since</Th>
      <Th>Have / need</Th>
      <Th>
        <span className="flex justify-between">
          <span>{firstDay && dateText(firstDay.date).slice(4)}</span>
          <span>today</span>
        </span>
      </Th>
    </>
  );
  return (
    <Table head={head}>
      {systems.map((system) => (
        <Tr
          key={system.systemId}
          data-row=""
          className="hover:bg-bg-2 @max-2xl:!grid-cols-[auto_minmax(0,1fr)_auto]"
        >
          <Td at="first">
            <StatusMark status={system.status} />
          </Td>
          <Td at="second" className="@max-2xl:col-span-3">
            <Link
              href={`/systems/${system.systemId}`}
              data-row-link=""
              title={system.name}
              className="inline-block max-w-[34ch] truncate align-bottom font-medium hover:underline"
            >
              {system.name}
            </Link>{' '}
            <span className="text-ink-3">{system.kind}</span>
          </Td>
          <Td at="third" className="w-full @max-2xl:col-span-3 @2xl:max-w-0 @2xl:truncate">
            <span title={systemWhy(system, timeZone, now)}>{systemWhy(system, timeZone, now)}</span>
          </Td>
          <Td at="first-right" className="text-ink-3 @max-2xl:!col-start-3">
            <Duration since={system.since.getTime()} now={now} timeZone={timeZone} />
          </Td>
          <Td at="first-right" className="@max-2xl:!text-left">
            {system.verdict ? <DigitPairs digits={system.verdict.digits} /> : '–'}
          </Td>
          <Td at="third" className="@max-2xl:col-span-3 @max-2xl:!row-start-4 @max-2xl:pt-1">
            <div className="w-[329px] @max-5xl:w-[180px] @max-2xl:w-auto">
              <DayBar
                name={system.name}
                days={system.days.map(({ date, status }) => ({
                  date,
                  state: status,
                  href: `/systems/${system.systemId}/runs?day=${date}`,
                }))}
              />
            </div>
          </Td>
        </Tr>
      ))}
    </Table>
  );
}
