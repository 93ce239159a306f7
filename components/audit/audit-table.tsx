import type { ReactNode } from 'react';
import { countText } from '../format/amounts';
import { exactText } from '../format/words';
import { Moment } from '../ui/moment';
import { Table, Td, Th, Tr } from '../ui/table';
import { TextLink } from '../ui/text-link';
import { actionText, detailText, programText } from './audit-words';

/** An event of the log. `body`: the exact text that `hash` (SHA-256, hex) is over; `private`: values beside it. */
interface AuditEntry {
  seq: number;
  at: Date;
  action: string;
  clientId: string | null;
  actor: { id: string | null; role: string | null };
  target: Readonly<Record<string, unknown>>;
  details: Readonly<Record<string, unknown>>;
  body: string;
  hash: string;
  private: Readonly<Record<string, string>>;
}

/** Events, and who and what their ids are. */
interface AuditEntries {
  events: readonly AuditEntry[];
  names: ReadonlyMap<
    string,
    { kind: 'system' | 'agent' | 'repository' | 'history-import' | 'person'; name: string }
  >;
  clients: readonly { clientId: string; name: string }[];
}

interface Props {
  screen: AuditEntries;
  timeZone: string;
  now: number;
  /** The same list, of one actor alone. */
  hrefOfActor: (actorId: string) => string;
}

const HEAD = (
  <>
    <Th>When</Th>
    <Th>Who</Th>
    <Th>What</Th>
    <Th>On</Th>
    <Th className="text-right">Number</Th>
  </>
);

/** Events of the log, each with its exact text. */
export function AuditTable({ screen, timeZone, now, hrefOfActor }: Props) {
  return (
    <Table head={HEAD}>
      {screen.events.map((event) => {
        const notes = detailText({ ...event.details, ...event.private }, (at) => exactText(at, timeZone));
        return (
          <Tr key={event.seq} className="align-top">
            <Td at="first-right">
              <Moment at={event.at.getTime()} timeZone={timeZone} now={now} />
            </Td>
            <Td at="second">
              <Actor event={event} screen={screen} hrefOf={hrefOfActor} />
            </Td>
            <Td at="first" className="!whitespace-normal">
              <span className="font-medium">{actionText(event.action)}</span>
              {notes !== '' && <span className="text-ink-3"> {notes}</span>}
              <Whole event={event} />
            </Td>
            <Td at="third" className="!whitespace-normal">
              <Targets event={event} screen={screen} />
            </Td>
            <Td at="second-right" className="text-ink-3 text-right tabular-nums">
              {countText(event.seq)}
            </Td>
          </Tr>
        );
      })}
    </Table>
  );
}

function Actor({
  event,
  screen,
  hrefOf,
}: {
  event: AuditEntry;
  screen: AuditEntries;
  hrefOf: (actorId: string) => string;
}) {
  const { id, role } = event.actor;
  if (id === null) return <span className="text-ink-3">{programText(event)}</span>;
  const name = screen.names.get(id)?.name ?? 'somebody who is gone';
  return (
    <TextLink href={hrefOf(id)} title={`Only what ${name} did`} className="text-ink">
      {name}
      {role === 'agent' && <span className="text-ink-3"> (agent)</span>}
      {typeof event.details['personalKeyId'] === 'string' && (
        <span className="text-ink-3"> (by an API key)</span>
      )}
    </TextLink>
  );
}

function Targets({ event, screen: { names, clients } }: { event: AuditEntry; screen: AuditEntries }) {
  const client = clients.find(({ clientId }) => clientId === event.clientId);
  const things = Object.values(event.target).flatMap((id): ReactNode[] => {
    const found = typeof id === 'string' ? names.get(id) : undefined;
    if (!found || typeof id !== 'string') return [];
    if (found.kind === 'person') return [found.name];
    const base = {
      system: '/systems',
      agent: '/agents',
      repository: '/repositories',
      'history-import': '/agents/imports',
    }[found.kind];
    return [
      <TextLink key={id} href={`${base}/${id}`}>
        {found.name}
      </TextLink>,
    ];
  });
  return (
    <>
      {things.map((thing, index) => (
        <span key={index} className="block">
          {thing}
        </span>
      ))}
      {client && (
        <TextLink href={`/clients/${client.clientId}`} className="text-ink-3 block text-xs">
          {client.name}
        </TextLink>
      )}
    </>
  );
}

function Whole({ event: { body, hash, private: values } }: { event: AuditEntry }) {
  return (
    <details className="mt-0.5 text-xs">
      <summary className="text-ink-3 hover:text-ink w-fit cursor-pointer">Exact text</summary>
      <pre
        tabIndex={0}
        aria-label="Exact text of the event"
        className="border-line bg-bg-2 mt-1 max-w-[80ch] rounded-md border p-2 font-mono break-all whitespace-pre-wrap"
      >
        {body}
      </pre>
      <p className="text-ink-3 mt-1 break-all">SHA-256 {hash}</p>
      {Object.entries(values).map(([field, value]) => (
        <p key={field} className="text-ink-3 mt-0.5">
          Beside it, erasable: {field} “{value}”
        </p>
      ))}
    </details>
  );
}
