import { durationText } from '@/domain/protection/sentence';
import type { Instant } from '@/domain/time/instant';
import { dateText, exactText } from '../format/words';
import { isLong } from '../ui/rows';
import { Table, Th } from '../ui/table';
import type { FleetSystemRow } from './fleet-table';
import { systemWhy } from './fleet-words';
import { LongSystemRow } from './long-system-row';
import { dayLetters, SystemRow, type SystemRowProps } from './system-row';

interface Props {
  systems: readonly FleetSystemRow[];
  timeZone: string;
  now: Instant;
}

/** A client's systems with their digits: the 3-2-1 matrix. */
export function SystemTable({ systems, timeZone, now }: Props) {
  // Of one client, so that every bar has the same days.
  const dates = systems[0]?.days.map(({ date }) => date) ?? [];
  const Row = isLong(systems.map(({ systemId }) => systemId)) ? LongSystemRow : SystemRow;
  const head = (
    <>
      <Th>Status</Th>
      <Th>System</Th>
      <Th>Why</Th>
      <Th>Since</Th>
      <Th>Have / need</Th>
      <Th>
        <span className="flex justify-between">
          <span>{dates[0] && dateText(dates[0]).slice(4)}</span>
          <span>today</span>
        </span>
      </Th>
    </>
  );
  return (
    <Table head={head}>
      {systems.map((system) => (
        <Row key={system.systemId} {...rowOf(system, timeZone, now)} dates={dates} />
      ))}
    </Table>
  );
}

function rowOf(system: FleetSystemRow, timeZone: string, now: Instant): Omit<SystemRowProps, 'dates'> {
  const { systemId, name, kind, status } = system;
  const since = system.since.getTime();
  return {
    systemId,
    name,
    kind,
    status,
    why: systemWhy(system, timeZone, now),
    since: {
      instant: system.since.toISOString(),
      text: durationText(now - since),
      exact: `since ${exactText(since, timeZone)}`,
    },
    digits: system.verdict?.digits ?? null,
    days: dayLetters(system.days),
  };
}
