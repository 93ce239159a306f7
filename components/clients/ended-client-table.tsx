import type { Instant } from '@/domain/time/instant';
import { dayText } from '../format/words';
import { Moment } from '../ui/moment';
import { Table, Td, Th, Tr } from '../ui/table';
import { TextLink } from '../ui/text-link';
import { endingText, type ToldEnding } from './ending-words';

interface Row extends ToldEnding {
  readonly clientId: string;
  readonly name: string;
  readonly endedAt: Instant;
  readonly endedByName: string;
  readonly reason: string | null;
}

interface Props {
  clients: readonly Row[];
  timeZone: string;
  now: Instant;
}

/** Clients whose service has ended: since when and why, and what becomes of what is kept of them. */
export function EndedClientTable({ clients, timeZone, now }: Props) {
  const head = (
    <>
      <Th>Client</Th>
      <Th>What becomes of it</Th>
      <Th>Ended</Th>
      <Th>Why</Th>
    </>
  );
  return (
    <Table head={head}>
      {clients.map((client) => (
        <Tr key={client.clientId}>
          <Td at="first" className="max-w-[40ch]">
            <TextLink
              href={`/clients/${client.clientId}`}
              className="font-medium [overflow-wrap:anywhere] whitespace-normal"
            >
              {client.name}
            </TextLink>
          </Td>
          <Td at="third">
            <span className="whitespace-normal">
              {endingText(client, (at) => dayText(at, timeZone), now)}
            </span>
          </Td>
          <Td at="first-right">
            <Moment at={client.endedAt} timeZone={timeZone} now={now} isShort />{' '}
            <span className="text-ink-3 block text-xs">{client.endedByName}</span>
          </Td>
          <Td at="second" className="max-w-[50ch]">
            <span className="text-ink-2 [overflow-wrap:anywhere] whitespace-normal">{client.reason}</span>
          </Td>
        </Tr>
      ))}
    </Table>
  );
}
