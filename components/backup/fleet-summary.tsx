import { Link } from '../ui/link';
import { causesSentence, fleetSentence, type SharedCause } from '@/domain/protection/fleet-sentence';
import type { StatusCounts } from '@/domain/protection/system-status';
import { STATUSES, type Status } from '@/domain/protection/verdict';
import type { Instant } from '@/domain/time/instant';
import { counted } from '../format/amounts';
import { Moment } from '../ui/moment';
import { StatusMark, StatusShape } from './status-mark';

interface Props {
  clients: StatusCounts;
  systems: StatusCounts;
  causes: readonly SharedCause[];
  hrefOf: (status: Status) => string;
}

/** The fleet in one sentence, what its failures have in common, and four counts that filter. */
export function FleetSummary({ clients, systems, causes, hrefOf }: Props) {
  const explained = causesSentence(causes, systems['non-compliant']);
  return (
    <div className="min-w-0">
      <h1>{fleetSentence(clients)}</h1>
      {explained && <p className="text-ink-2 mt-1 max-w-[72ch]">{explained}</p>}
      <ul className="border-line mt-4 grid grid-cols-2 overflow-hidden rounded-lg border md:grid-cols-4">
        {STATUSES.map((status, index) => (
          <li key={status} className={tileEdge(index)}>
            <Link href={hrefOf(status)} scroll={false} className="hover:bg-bg-2 text-13 block px-3.5 py-2.5">
              <StatusMark status={status} />
              <span className="block text-2xl/7 font-semibold tracking-tight tabular-nums">
                {clients[status]}
              </span>
              <span className="text-ink-3">{counted(systems[status], 'system')}</span>
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}

function tileEdge(index: number): string {
  const left = index % 2 === 1 ? 'border-l' : 'md:border-l md:first:border-l-0';
  return `border-line ${left} ${index > 1 ? 'max-md:border-t' : ''}`;
}

export interface ChangedClient {
  clientId: string;
  name: string;
  timeZone: string;
  from: Status | null;
  to: Status;
  systemCount: number;
  at: Date;
}

const CHANGES_SHOWN = 6;

/** What became worse or better since yesterday. */
export function FleetChanges({ changes, now }: { changes: readonly ChangedClient[]; now: Instant }) {
  const worse = changes.filter(
    (change) => change.from !== null && rank(change.to) < rank(change.from),
  ).length;
  const better = changes.filter(
    (change) => change.from !== null && rank(change.to) > rank(change.from),
  ).length;
  return (
    <section aria-labelledby="changes-title" className="border-line min-w-0 xl:border-l xl:pl-6">
      <div className="text-13 mb-1 flex items-baseline justify-between gap-2">
        <h2 id="changes-title" className="text-13">
          Changed since yesterday
        </h2>
        <span className="text-ink-3">
          {worse} worse, {better} better
        </span>
      </div>
      {changes.length === 0 && <p className="text-13 text-ink-3">Nothing: every client is as it was.</p>}
      <ul>
        {changes.slice(0, CHANGES_SHOWN).map((change) => (
          <li key={change.clientId} className="text-13 flex h-[26px] items-center gap-1.5 whitespace-nowrap">
            {change.from === null ? (
              <span className="text-ink-3">new</span>
            ) : (
              <StatusShape status={change.from} />
            )}
            <span className="text-ink-3" aria-label="became">
              →
            </span>
            <StatusShape status={change.to} />
            <Link href={`/clients/${change.clientId}`} className="ml-1 truncate font-medium hover:underline">
              {change.name}
            </Link>
            <span className="text-ink-3 truncate max-sm:hidden">{counted(change.systemCount, 'system')}</span>
            <Moment
              at={change.at.getTime()}
              timeZone={change.timeZone}
              now={now}
              isShort
              className="text-ink-3 ml-auto tabular-nums"
            />
          </li>
        ))}
      </ul>
      {changes.length > CHANGES_SHOWN && (
        <p className="text-13 text-ink-3">and {changes.length - CHANGES_SHOWN} more</p>
      )}
    </section>
  );
}

function rank(status: Status | null): number {
  return status === null ? 0 : STATUSES.indexOf(status);
}
