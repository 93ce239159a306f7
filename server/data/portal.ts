import { z } from 'zod';
import { monthChanges, type MonthChange } from '@/domain/portal/month-changes';
import { complianceDays, type ComplianceDay } from '@/domain/protection/compliance-trend';
import { recoveryTime, type RecoveryTime } from '@/domain/protection/recovery-time';
import { countStatuses, type StatusCounts } from '@/domain/protection/system-status';
import type { Instant } from '@/domain/time/instant';
import { daysOfLastMonths, type ZonedDay } from '@/domain/time/zoned-day';
import type { TenantScope } from '../tenancy/tenant-scope';
import { listRestoreTests, type ListedRestoreTest } from './checks';
import { listClientSystems, type ListedSystem } from './client-systems';
import { type Client, findClient } from './clients';
import type { Database, Tx } from './database';
import { causeColumns, causeJoins, type QueuedCause, selectedCause } from './finding-queue';
import { withVerdicts, type SystemRow } from './fleet';
import { judgeSeen } from './judge-seen';
import { policiesOf } from './policies';
import { loadProtectionFacts } from './protection-facts';
import { withPromises } from './retention-history';
import { listRisks, type AcceptedRisk } from './risk-decisions';
import { statusHistories, type SystemHistory } from './status-history';

const SYSTEMS_MAX = 100_000;
/** Systems that are not protected as agreed, told one by one. */
const TROUBLED_SHOWN = 8;
/** Systems whose time to recover is worked out: the worst first. */
const RECOVERY_SYSTEMS_MAX = 60;
const RESTORE_TESTS_READ = 200;
const OPEN_POINTS_SHOWN = 12;
const MONTHS = 6;

/** What an answer to 'are we protected' rests on. */
interface PortalGround {
  readonly systemCount: number;
  /** When the newest report of the client arrived; null: none did. */
  readonly newestReportAt: Date | null;
  /** Systems whose stored status is too old to be relied on, shown as unknown. */
  readonly laggingCount: number;
}

interface PortalRecovery extends RecoveryTime {
  readonly systemName: string;
  readonly dataSetName: string;
}

/** Everything that a client's leader sees. */
export interface Portal {
  readonly client: Client;
  readonly counts: StatusCounts;
  readonly ground: PortalGround;
  /** Those that are not compliant, worst first, at most 8. */
  readonly troubled: readonly SystemRow[];
  readonly changes: readonly MonthChange[];
  /** The last day of each of six months, oldest first; of this month today. */
  readonly trend: readonly ComplianceDay[];
  /** Newest first. */
  readonly restoreTests: readonly ListedRestoreTest[];
  readonly recovery: readonly PortalRecovery[];
  readonly openPoints: readonly QueuedCause[];
  readonly risks: readonly AcceptedRisk[];
}

/**
 * What the leader of a client sees, as of `now`: by the same lists, statuses and rules as the MSP's own screens. Changes are told since
 * `changesFrom`; null: since this month began.
 * @returns null: not there, or not of the scope
 */
export async function readPortal(
  database: Database,
  scope: TenantScope,
  clientId: string,
  now: Date,
  changesFrom: Instant | null = null,
): Promise<Portal | null> {
  const { mspId } = scope;
  const find = (tx: Tx) => findClient(tx, mspId, clientId);
  return judgeSeen(database, scope, find, async (tx) => {
    const client = await find(tx);
    if (!client) return null;
    const systems = await listClientSystems(tx, mspId, [clientId], '', now, SYSTEMS_MAX);
    const months = monthEnds(client, now);
    const histories = await statusHistories(tx, mspId, [clientId], new Date(months.from));
    const troubled = systems.filter(({ status }) => status !== 'compliant').slice(0, TROUBLED_SHOWN);
    return {
      client,
      counts: countStatuses(systems.map(({ status }) => status)),
      ground: await groundOf(tx, mspId, clientId, systems),
      troubled: await withVerdicts(tx, mspId, troubled, { clients: [client], histories, now }),
      changes: monthChanges(withChanges(systems, histories), changesFrom ?? months.thisMonth),
      trend: complianceDays(shownHistories(systems, histories), months.days, now.getTime()),
      restoreTests: await listRestoreTests(
        tx,
        mspId,
        systems.map(({ systemId }) => systemId),
        RESTORE_TESTS_READ,
      ),
      recovery: await recoveryOf(tx, mspId, clientId, systems.slice(0, RECOVERY_SYSTEMS_MAX), now),
      openPoints: await listOpenPoints(tx, mspId, clientId),
      risks: await listRisks(tx, mspId, clientId, now),
    };
  });
}

interface MonthEnds {
  /** The last day of each month, of this month today. */
  readonly days: readonly ZonedDay[];
  /** When the first of these days begins. */
  readonly from: Instant;
  /** When this month began for the client. */
  readonly thisMonth: Instant;
}

function monthEnds({ timeZone, dayStartHour }: Client, now: Date): MonthEnds {
  const days = daysOfLastMonths(MONTHS, timeZone, dayStartHour, now.getTime());
  const ends = days.filter((day, index) => monthOf(day) !== monthOf(days[index + 1]));
  const first = days.find((day) => monthOf(day) === monthOf(days.at(-1)));
  return {
    days: ends,
    from: ends[0]?.startsAt ?? now.getTime(),
    thisMonth: first?.startsAt ?? now.getTime(),
  };
}

/** YYYY-MM. */
function monthOf(day: ZonedDay | undefined): string | undefined {
  return day?.date.slice(0, 7);
}

function withChanges(systems: readonly ListedSystem[], histories: readonly SystemHistory[]) {
  const changes = new Map(histories.map((history) => [history.systemId, history.changes]));
  return systems.map(({ systemId, name, status, since, laggingSince }) => ({
    systemId,
    name,
    status,
    since: (laggingSince ?? since).getTime(),
    changes: changes.get(systemId) ?? [],
  }));
}

/** What lags is unknown since then, whatever was stored. */
function shownHistories(systems: readonly ListedSystem[], histories: readonly SystemHistory[]) {
  const lagging = new Map(systems.map((system) => [system.systemId, system.laggingSince]));
  return histories.map(({ systemId, changes }) => {
    const since = lagging.get(systemId);
    return since ? [...changes, { at: since.getTime(), status: 'unknown' as const }] : changes;
  });
}

async function groundOf(
  tx: Tx,
  mspId: string,
  clientId: string,
  systems: readonly ListedSystem[],
): Promise<PortalGround> {
  const rows = await tx.$queryRaw`SELECT max(s.last_received_at) AS at FROM app.agent_stream s
    WHERE s.msp_id = ${mspId}::uuid AND s.client_id = ${clientId}::uuid`;
  return {
    systemCount: systems.length,
    newestReportAt: z.tuple([z.object({ at: z.date().nullable() })]).parse(rows)[0].at,
    laggingCount: systems.filter(({ laggingSince }) => laggingSince !== null).length,
  };
}

/** What was promised or was ever timed, by system. */
async function recoveryOf(
  tx: Tx,
  mspId: string,
  clientId: string,
  systems: readonly ListedSystem[],
  now: Date,
): Promise<PortalRecovery[]> {
  const systemIds = systems.map(({ systemId }) => systemId);
  const policies = await policiesOf(tx, mspId, { clientIds: [clientId], systemIds }, now);
  const loaded = await loadProtectionFacts(tx, mspId, systemIds, now);
  return (await withPromises(tx, mspId, loaded, policies, now))
    .map(({ facts, policy }) => ({
      ...recoveryTime(facts, policy.policy, now.getTime()),
      systemName: facts.system.name,
      dataSetName: facts.dataSet.name,
    }))
    .filter(({ forecast, rtoSeconds }) => rtoSeconds !== null || forecast?.kind === 'timed')
    .toSorted(
      (a, b) => a.systemName.localeCompare(b.systemName) || a.dataSetName.localeCompare(b.dataSetName),
    );
}

/** What is open and nobody has accepted, the gravest first; not the alarms of drills. */
async function listOpenPoints(tx: Tx, mspId: string, clientId: string): Promise<QueuedCause[]> {
  const rows = await tx.$queryRaw`
    SELECT ${selectedCause} FROM app.finding_cause c ${causeJoins(mspId)}
    WHERE c.msp_id = ${mspId}::uuid AND c.client_id = ${clientId}::uuid AND c.closed_at IS NULL AND c.severity <> 'note'
      AND c.waived_count < c.finding_count AND NOT c.rules && ARRAY['drill']
    ORDER BY c.severity_rank, c.since, c.cause_id LIMIT ${OPEN_POINTS_SHOWN}`;
  return z.array(causeColumns).parse(rows);
}
