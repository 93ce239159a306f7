import { worstOfDays, type StatusDay, type StatusChange } from '@/domain/protection/status-days';
import type { Verdict } from '@/domain/protection/verdict';
import { DAY } from '@/domain/time/instant';
import { lastDays, type ZonedDay } from '@/domain/time/zoned-day';
import type { TenantScope } from '../tenancy/tenant-scope';
import { listClientSystems, type ListedSystem } from './client-systems';
import type { Database, Tx } from './database';
import { leadingCauses, leadingVerdicts, type SystemsCause } from './fleet-causes';
import {
  readFleetClients,
  type ClientChange,
  type FleetClient,
  type FleetTotals,
  type FleetView,
} from './fleet-clients';
import { groupBy } from './group-by';
import { clientHistories, statusHistories, type SystemHistory } from './status-history';
import { storedVerdicts } from './stored-verdicts';

/** Days of a bar, and one more for zones west of ours. */
const HISTORY_MS = 32 * DAY;
const DAYS_SHOWN = 30;
/** More than any MSP has. */
const CLIENTS_MAX = 100_000;

/** Why a client has its status: the cause that explains most, and a verdict that shows it. */
interface LeadingReason {
  /** null: nothing is wrong but time, or nothing was heard. */
  readonly cause: SystemsCause | null;
  readonly verdict: Verdict;
  readonly systemName: string;
}

export interface ReasonedClient extends FleetClient {
  /** null: all is well, or none of its systems was ever evaluated. */
  readonly reason: LeadingReason | null;
}

interface FleetRow extends ReasonedClient {
  readonly days: readonly StatusDay[];
  /** Shown below the client's row when it is open or the search found them. */
  readonly systems: readonly SystemRow[] | null;
}

export interface SystemRow extends ListedSystem {
  /** Of its worst data set; null: none was ever evaluated. */
  readonly verdict: Verdict | null;
  readonly days: readonly StatusDay[];
}

export interface Fleet {
  readonly rows: readonly FleetRow[];
  /** Clients in the view, on all its pages. */
  readonly total: number;
  readonly totals: FleetTotals;
  /** The greatest cause of each client that fails or is at risk, of those on other pages where it concerns several systems. */
  readonly causes: readonly SystemsCause[];
  readonly changes: readonly ClientChange[];
}

/** Everything the fleet's screen shows, as of `now`; the clients of `openClientIds` with their systems. */
export async function readFleet(
  database: Database,
  scope: TenantScope,
  view: FleetView,
  openClientIds: readonly string[],
  now: Date,
): Promise<Fleet> {
  const { mspId } = scope;
  return database.inScope(scope, async (tx) => {
    const { clients, ...all } = await clientsWithReasons(tx, mspId, view, now);
    const from = new Date(now.getTime() - HISTORY_MS);
    const histories = await clientHistories(tx, mspId, idsOf(clients), from);
    const daysOf = statusDaysAt(now);
    const systems = await openSystems(tx, mspId, clients, { view, openClientIds, now });
    return {
      ...all,
      rows: clients.map((client) => ({
        ...client,
        days: daysOf(
          client,
          (histories.get(client.clientId) ?? []).map(({ changes }) => changes),
        ),
        systems: systems.get(client.clientId) ?? null,
      })),
    };
  });
}

/** The clients of the view on all its pages, as of `now`: what an export says of each. */
export async function readFleetList(
  database: Database,
  scope: TenantScope,
  view: FleetView,
  now: Date,
): Promise<readonly ReasonedClient[]> {
  return database.inScope(
    scope,
    async (tx) => (await clientsWithReasons(tx, scope.mspId, { ...view, page: 1 }, now, CLIENTS_MAX)).clients,
  );
}

/** The clients of the view with the reasons for their status, and what is said of the whole fleet; changes are those of the last 24 hours. */
export async function clientsWithReasons(
  tx: Tx,
  mspId: string,
  view: FleetView,
  now: Date,
  pageSize?: number,
) {
  const then = new Date(now.getTime() - DAY);
  const { clients, failing, ...all } = await readFleetClients(tx, mspId, view, then, now, pageSize);
  const causes = await leadingCauses(tx, mspId, failing, idsOf(clients));
  const reasons = await reasonsOf(tx, mspId, clients, causes);
  return {
    ...all,
    causes,
    clients: clients.map((client) => ({ ...client, reason: reasons.get(client.clientId) ?? null })),
  };
}

async function reasonsOf(
  tx: Tx,
  mspId: string,
  clients: readonly FleetClient[],
  causes: readonly SystemsCause[],
): Promise<Map<string, LeadingReason>> {
  const causeOf = new Map(causes.map((cause) => [cause.clientId, cause]));
  const verdicts = await leadingVerdicts(
    tx,
    mspId,
    clients
      .filter((client) => client.status !== 'compliant')
      .map(({ clientId, status }) => ({
        clientId,
        status,
        preferredDataSetId: causeOf.get(clientId)?.dataSetId ?? null,
      })),
  );
  return new Map(
    verdicts.map(({ clientId, verdict, systemName }) => [
      clientId,
      { verdict, systemName, cause: causeOf.get(clientId) ?? null },
    ]),
  );
}

type Zoned = Pick<FleetClient, 'timeZone' | 'dayStartHour' | 'laggingSince'>;

/** Makes the days of clients and systems. What lags is unknown since then, whatever was stored. */
function statusDaysAt(
  now: Date,
): (of: Zoned, histories: readonly (readonly StatusChange[])[]) => StatusDay[] {
  const zones = new Map<string, ZonedDay[]>();
  return ({ timeZone, dayStartHour, laggingSince }, histories) => {
    const key = `${timeZone} ${dayStartHour}`;
    const days = zones.get(key) ?? lastDays(DAYS_SHOWN, timeZone, dayStartHour, now.getTime());
    zones.set(key, days);
    const lag: StatusChange[][] = laggingSince ? [[{ at: laggingSince.getTime(), status: 'unknown' }]] : [];
    return worstOfDays([...histories, ...lag], days, now.getTime());
  };
}

interface Opening {
  readonly view: FleetView;
  readonly openClientIds: readonly string[];
  readonly now: Date;
}

/** Systems of clients that were opened, and those that a search found by a system's name. */
async function openSystems(
  tx: Tx,
  mspId: string,
  clients: readonly FleetClient[],
  { view, openClientIds, now }: Opening,
): Promise<Map<string, SystemRow[]>> {
  const opened = clients.filter((client) => openClientIds.includes(client.clientId));
  const found = view.search === '' ? [] : clients.filter((client) => !client.isFoundByName);
  const searched = found.filter((client) => !opened.includes(client));
  const all = [
    ...(await listClientSystems(tx, mspId, idsOf(opened), '', now)),
    ...(await listClientSystems(tx, mspId, idsOf(searched), view.search, now)),
  ];
  const from = new Date(now.getTime() - HISTORY_MS);
  const shown = [...new Set(all.map((system) => system.clientId))];
  const histories = all.length > 0 ? await statusHistories(tx, mspId, shown, from) : [];
  const rows = await withVerdicts(tx, mspId, all, { clients, histories, now });
  const byClient = groupBy(rows, (row) => row.clientId);
  return new Map([...opened, ...searched].map(({ clientId }) => [clientId, byClient.get(clientId) ?? []]));
}

const idsOf = (clients: readonly FleetClient[]): string[] => clients.map((client) => client.clientId);

/** Completes systems with their worst verdict and their days. */
export async function withVerdicts(
  tx: Tx,
  mspId: string,
  systems: readonly ListedSystem[],
  given: {
    readonly clients: readonly (Omit<Zoned, 'laggingSince'> & { clientId: string })[];
    readonly histories: readonly SystemHistory[];
    readonly now: Date;
  },
): Promise<SystemRow[]> {
  const verdicts = await storedVerdicts(
    tx,
    mspId,
    systems.map((system) => system.systemId),
  );
  const worst = groupBy(verdicts, (one) => one.systemId);
  const zones = new Map(given.clients.map((client) => [client.clientId, client]));
  const histories = new Map(given.histories.map((history) => [history.systemId, history.changes]));
  const daysOf = statusDaysAt(given.now);
  return systems.map((system) => {
    const { timeZone, dayStartHour } = zones.get(system.clientId) ?? { timeZone: 'UTC', dayStartHour: 0 };
    const own = histories.get(system.systemId);
    return {
      ...system,
      verdict: worst.get(system.systemId)?.[0]?.verdict ?? null,
      days: daysOf({ timeZone, dayStartHour, laggingSince: system.laggingSince }, own ? [own] : []),
    };
  });
}
