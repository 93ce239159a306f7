import { statusDays, type StatusDay, type StatusChange } from '@/domain/protection/status-days';
import type { Verdict } from '@/domain/protection/verdict';
import { DAY } from '@/domain/time/instant';
import type { TenantScope } from '../tenancy/tenant-scope';
import { listClientSystems, type ListedSystem } from './client-systems';
import type { Database, Tx } from './database';
import { leadingCauses, leadingVerdicts, type SystemsCause } from './fleet-causes';
import { clientChangesSince, type ClientChange } from './fleet-changes';
import {
  fleetTotals,
  listFleetClients,
  type FleetClient,
  type FleetTotals,
  type FleetView,
} from './fleet-clients';
import { groupBy } from './group-by';
import { statusHistories, type SystemHistory } from './status-history';
import { storedVerdicts } from './stored-verdicts';

/** Days of a bar, and one more for zones west of ours. */
const HISTORY_MS = 32 * DAY;

/** Why a client has its status: the cause that explains most, and a verdict that shows it. */
interface LeadingReason {
  /** null: nothing is wrong but time, or nothing was heard. */
  readonly cause: SystemsCause | null;
  readonly verdict: Verdict;
  readonly systemName: string;
}

interface FleetRow extends FleetClient {
  /** null: none of its systems was ever evaluated. */
  readonly reason: LeadingReason | null;
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
  /** The greatest cause of each client that fails or is at risk. */
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
    const { clients, total } = await listFleetClients(tx, mspId, view, now);
    const totals = await fleetTotals(tx, mspId, now);
    const causes = await leadingCauses(tx, mspId, now);
    const changes = await clientChangesSince(tx, mspId, new Date(now.getTime() - DAY), now);
    const reasons = await reasonsOf(tx, mspId, clients, causes, now);
    const histories = await historiesOf(tx, mspId, clients, now);
    const systems = await openSystems(tx, mspId, clients, { view, openClientIds, histories, now });
    return {
      rows: clients.map((client) => ({
        ...client,
        reason: reasons.get(client.clientId) ?? null,
        days: daysOf(client, histories.get(client.clientId) ?? [], now),
        systems: systems.get(client.clientId) ?? null,
      })),
      total,
      totals,
      causes,
      changes,
    };
  });
}

async function reasonsOf(
  tx: Tx,
  mspId: string,
  clients: readonly FleetClient[],
  causes: readonly SystemsCause[],
  now: Date,
): Promise<Map<string, LeadingReason>> {
  const causeOf = new Map(causes.map((cause) => [cause.clientId, cause]));
  const verdicts = await leadingVerdicts(
    tx,
    mspId,
    clients.map((client) => client.clientId),
    causes.map((cause) => cause.dataSetId),
    now,
  );
  return new Map(
    verdicts.map(({ clientId, verdict, systemName }) => [
      clientId,
      { verdict, systemName, cause: causeOf.get(clientId) ?? null },
    ]),
  );
}

type Zoned = Pick<FleetClient, 'timeZone' | 'dayStartHour'>;

async function historiesOf(
  tx: Tx,
  mspId: string,
  clients: readonly FleetClient[],
  now: Date,
): Promise<Map<string, SystemHistory[]>> {
  const ids = clients.map((client) => client.clientId);
  const all = await statusHistories(tx, mspId, ids, new Date(now.getTime() - HISTORY_MS));
  return groupBy(all, (history) => history.clientId);
}

/** What lags is unknown since then, whatever was stored. */
function daysOf(
  client: Zoned & { laggingSince: Date | null },
  histories: readonly SystemHistory[],
  now: Date,
): StatusDay[] {
  const lag: StatusChange[][] = client.laggingSince
    ? [[{ at: client.laggingSince.getTime(), status: 'unknown' }]]
    : [];
  return statusDays(
    [...histories.map((history) => history.changes), ...lag],
    client.timeZone,
    client.dayStartHour,
    now.getTime(),
  );
}

interface Opening {
  readonly view: FleetView;
  readonly openClientIds: readonly string[];
  readonly histories: ReadonlyMap<string, readonly SystemHistory[]>;
  readonly now: Date;
}

/** Systems of clients that were opened, and those that a search found by a system's name. */
async function openSystems(
  tx: Tx,
  mspId: string,
  clients: readonly FleetClient[],
  { view, openClientIds, histories, now }: Opening,
): Promise<Map<string, SystemRow[]>> {
  const opened = clients.filter((client) => openClientIds.includes(client.clientId));
  const found = view.search === '' ? [] : clients.filter((client) => !client.isFoundByName);
  const searched = found.filter((client) => !opened.includes(client));
  const all = [
    ...(await listClientSystems(tx, mspId, idsOf(opened), '', now)),
    ...(await listClientSystems(tx, mspId, idsOf(searched), view.search, now)),
  ];
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
    readonly clients: readonly (Zoned & { clientId: string })[];
    readonly histories: ReadonlyMap<string, readonly SystemHistory[]>;
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
  return systems.map((system) => {
    const zone = zones.get(system.clientId) ?? { timeZone: 'UTC', dayStartHour: 0 };
    const own = (given.histories.get(system.clientId) ?? []).filter(
      (history) => history.systemId === system.systemId,
    );
    return {
      ...system,
      verdict: worst.get(system.systemId)?.[0]?.verdict ?? null,
      days: daysOf({ ...zone, laggingSince: system.laggingSince }, own, given.now),
    };
  });
}
