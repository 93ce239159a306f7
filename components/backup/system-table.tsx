import Link from 'next/link';
import type { Instant } from '@/domain/time/instant';
import { dateText } from '../format/words';
import { Duration } from '../ui/duration';
import { Table, Td, Th } from '../ui/table';
import { DayBar } from './day-bar';
import { DigitPairs } from './digits';
import { type FleetSystemRow, systemWhy } from './fleet-table';
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
  return (
    <Table className="max-md:block">
      <thead className="max-md:hidden">
        <tr>
          <Th>Status</Th>
          <Th>System</Th>
          <Th>Why</Th>
          <Th>Since</Th>
          <Th>Have / need</Th>
          <Th className="w-[329px] max-xl:w-[180px]">
            <span className="flex justify-between">
              <span>{firstDay && dateText(firstDay.date).slice(4)}</span>
              <span>today</span>
            </span>
          </Th>
        </tr>
      </thead>
      <tbody className="max-md:block">
        {systems.map((system) => (
          <tr
            key={system.systemId}
            data-row=""
            className="hover:bg-bg-2 max-md:border-line max-md:grid max-md:grid-cols-[auto_1fr_auto] max-md:gap-x-2 max-md:gap-y-0.5 max-md:border-b max-md:py-2.5 max-md:[&>td]:h-auto max-md:[&>td]:border-0 max-md:[&>td]:p-0"
          >
            <Td>
              <StatusMark status={system.status} />
            </Td>
            <Td className="max-md:col-span-3 max-md:row-start-2">
              <Link
                href={`/systems/${system.systemId}`}
                data-row-link=""
                className="font-medium hover:underline"
              >
                {system.name}
              </Link>{' '}
              <span className="text-ink-3">{system.kind}</span>
            </Td>
            <Td className="w-full max-w-0 truncate max-md:col-span-3 max-md:row-start-3 max-md:max-w-none max-md:whitespace-normal">
              <span title={systemWhy(system, timeZone, now)}>{systemWhy(system, timeZone, now)}</span>
            </Td>
            <Td className="text-ink-3 max-md:col-start-3 max-md:row-start-1">
              <Duration since={system.since.getTime()} now={now} timeZone={timeZone} />
            </Td>
            <Td className="max-md:col-start-2 max-md:row-start-1">
              {system.verdict ? <DigitPairs digits={system.verdict.digits} /> : '–'}
            </Td>
            <Td className="max-md:col-span-3 max-md:row-start-4 max-md:pt-1">
              <DayBar
                name={system.name}
                days={system.days.map(({ date, status }) => ({
                  date,
                  state: status,
                  href: `/systems/${system.systemId}/runs?day=${date}`,
                }))}
              />
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
