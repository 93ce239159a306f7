import type { CoverageCounts } from '@/domain/coverage/coverage';
import { complianceDays, type ComplianceDay } from '@/domain/protection/compliance-trend';
import { statusDays, type StatusChange, type StatusDay } from '@/domain/protection/status-days';
import { clientStatus, countStatuses, type StatusCounts } from '@/domain/protection/system-status';
import type { Status } from '@/domain/protection/verdict';
import { daysOfLastMonths, lastDays } from '@/domain/time/zoned-day';
import type { TenantScope } from '../tenancy/tenant-scope';
import { listRestoreTests, type ListedRestoreTest } from './checks';
import { listAgents, type ListedAgent } from './agents';
import { listClientRepositories, type ListedRepository } from './repositories';
import { listClientSystems, type ListedSystem } from './client-systems';
import { findClient, type Client } from './clients';
import { clientCoverage } from './coverage-screen';
import type { Database, Tx } from './database';
import { listDeclarations, type ListedDeclaration } from './declarations';
import { withVerdicts, type SystemRow } from './fleet';
import { judgeSeen } from './judge-seen';
import { policiesOf, type EffectivePolicy } from './policies';
import { listSites, type Site } from './sites';
import {
  listStatusChanges,
  statusHistories,
  type ListedStatusChange,
  type SystemHistory,
} from './status-history';

/** Rows of systems on the page; counted are all. */
const SYSTEMS_SHOWN = 1000;
const SYSTEMS_MAX = 100_000;
const RESTORE_TESTS_SHOWN = 10;
const CHANGES_SHOWN = 8;

export interface ClientDetail {
  readonly client: Client;
  readonly status: Status | null;
  readonly counts: StatusCounts;
  /** Those that the search found, worst first, at most 1,000. */
  readonly systems: readonly SystemRow[];
  readonly foundCount: number;
  readonly days: readonly StatusDay[];
  /** Oldest first, of the time that was asked for. */
  readonly trend: readonly ComplianceDay[];
  readonly repositories: readonly ListedRepository[];
  readonly agents: readonly ListedAgent[];
  /** What it was promised as a client; some of its systems may have more of their own. */
  readonly policy: EffectivePolicy;
  readonly restoreTests: readonly ListedRestoreTest[];
  readonly declarations: readonly ListedDeclaration[];
  readonly sites: readonly Site[];
  /** Of its inventory; null: it has none. */
  readonly coverage: CoverageCounts | null;
  /** Of the day that was asked for, else the newest. */
  readonly changes: readonly ListedStatusChange[];
}

/**
 * Everything a client's screen shows, as of `now`. `day`: the one whose changes are asked for; null: the newest.
 * `trend`: of the last 90 days, or of 13 calendar months.
 * @returns null: not there, or another MSP's
 */
export async function readClient(
  database: Database,
  scope: TenantScope,
  clientId: string,
  asked: {
    search: string;
    day: { startsAt: number; endsAt: number } | null;
    trend: 'quarter' | 'year';
  },
  now: Date,
): Promise<ClientDetail | null> {
  const { mspId } = scope;
  const find = (tx: Tx) => findClient(tx, mspId, clientId);
  return judgeSeen(database, scope, find, async (tx) => {
    const client = await find(tx);
    if (!client) return null;
    const systemsHolding = (search: string) =>
      listClientSystems(tx, mspId, [clientId], search, now, SYSTEMS_MAX);
    const all = await systemsHolding('');
    const found = asked.search === '' ? all : await systemsHolding(asked.search);
    const { timeZone, dayStartHour } = client;
    const trendDays =
      asked.trend === 'year'
        ? daysOfLastMonths(13, timeZone, dayStartHour, now.getTime())
        : lastDays(90, timeZone, dayStartHour, now.getTime());
    const from = new Date(trendDays[0]?.startsAt ?? now);
    const histories = await statusHistories(tx, mspId, [clientId], from);
    const counts = countStatuses(all.map((system) => system.status));
    const repositories = await listClientRepositories(tx, mspId, clientId);
    const promised = (await policiesOf(tx, mspId, { clientIds: [clientId], systemIds: [] }, now)).forClient(
      clientId,
    );
    const systemIds = all.map((system) => system.systemId);
    return {
      client,
      status: clientStatus(counts),
      counts,
      systems: await withVerdicts(tx, mspId, found.slice(0, SYSTEMS_SHOWN), {
        clients: [client],
        histories,
        now,
      }),
      foundCount: found.length,
      days: statusDays(
        histories.map((history) => history.changes),
        timeZone,
        dayStartHour,
        now.getTime(),
      ),
      trend: complianceDays(withLag(histories, all), trendDays, now.getTime()),
      repositories,
      agents: await agentsOf(tx, mspId, clientId, promised.policy.silenceSeconds, now),
      policy: promised,
      restoreTests: await listRestoreTests(tx, mspId, systemIds, RESTORE_TESTS_SHOWN),
      declarations: await listDeclarations(
        tx,
        mspId,
        systemIds,
        repositories.map((one) => one.repositoryId),
      ),
      sites: await listSites(tx, mspId, clientId),
      coverage: await clientCoverage(tx, mspId, client, now),
      changes: await listStatusChanges(tx, mspId, clientId, asked.day, CHANGES_SHOWN),
    };
  });
}

/** What lags is unknown since then, whatever was stored. */
function withLag(
  histories: readonly SystemHistory[],
  systems: readonly ListedSystem[],
): (readonly StatusChange[])[] {
  const lagging = new Map(systems.map((system) => [system.systemId, system.laggingSince]));
  return histories.map(({ systemId, changes }) => {
    const since = lagging.get(systemId);
    return since ? [...changes, { at: since.getTime(), status: 'unknown' }] : changes;
  });
}

/** Its agents, silent ones first, revoked ones left out. */
async function agentsOf(
  tx: Tx,
  mspId: string,
  clientId: string,
  silenceSeconds: number,
  now: Date,
): Promise<readonly ListedAgent[]> {
  const view = { search: '', state: null, clientId, sort: 'state', isReversed: false, page: 1 } as const;
  return (await listAgents(tx, mspId, view, new Map([[clientId, silenceSeconds]]), now)).agents;
}
