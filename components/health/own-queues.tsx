import { OWN_QUEUES, type OwnQueue, type QueueFact } from '@/domain/health/own-facts';
import { SUBJECT_NAME } from '@/domain/health/own-health-words';
import type { Instant } from '@/domain/time/instant';
import { countText } from '../format/amounts';
import { Moment } from '../ui/moment';
import { Table, Td, Th, Tr } from '../ui/table';

interface Props {
  queues: Readonly<Record<OwnQueue, QueueFact>>;
  timeZone: string;
  now: Instant;
}

/** What of the MSP's own waits. */
export function OwnQueues({ queues, timeZone, now }: Props) {
  const head = (
    <>
      <Th>What</Th>
      <Th className="text-right">Waiting</Th>
      <Th className="text-right">Tried again</Th>
      <Th>Oldest</Th>
    </>
  );
  return (
    <Table head={head}>
      {OWN_QUEUES.map((name) => {
        const { waiting, failing, oldestAt } = queues[name];
        return (
          <Tr key={name}>
            <Td at="first" className="font-medium">
              {SUBJECT_NAME[name]}
            </Td>
            <Td at="first-right" className="text-right tabular-nums">
              {countText(waiting)}
              <span className="@2xl:hidden"> waiting</span>
            </Td>
            <Td at="second-right" className="text-right tabular-nums">
              {countText(failing)}
              <span className="@2xl:hidden"> tried again</span>
            </Td>
            <Td at="second" className="@2xl:w-full">
              {oldestAt === null ? '–' : <Moment at={oldestAt} timeZone={timeZone} now={now} />}
            </Td>
          </Tr>
        );
      })}
    </Table>
  );
}
