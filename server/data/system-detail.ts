import { evaluateDataSet } from '@/domain/protection/evaluate';
import type { ProtectionFacts } from '@/domain/protection/facts';
import { pointStandings, type PointStanding } from '@/domain/protection/point-standing';
import { shownStatus } from '@/domain/protection/stored-status';
import { worstStatus } from '@/domain/protection/system-status';
import { STATUSES, type Status, type Verdict } from '@/domain/protection/verdict';
import { DAY } from '@/domain/time/instant';
import type { TenantScope } from '../tenancy/tenant-scope';
import {
  listRestoreTests,
  listVerifications,
  type ListedRestoreTest,
  type ListedVerification,
} from './checks';
import { readSystemRules, type SystemRules } from './assignment-rule-screens';
import { findListedSystem, type ListedSystem } from './client-systems';
import { findClient, type Client } from './clients';
import { listDataSetMerges, type DataSetMerge } from './data-set-merges';
import type { Database, Tx } from './database';
import { listDeclarations, type ListedDeclaration } from './declarations';
import { listDrills, type ListedDrill } from './drills';
import { withJobPlans } from './job-plans';
import { readJobSchedules, type JobSchedule } from './job-schedules';
import { judgeSeen } from './judge-seen';
import { openFindingsSince } from './open-findings';
import {
  type EffectivePolicy,
  findOwnAssignment,
  listAssignablePolicies,
  policiesOf,
  policySubject,
} from './policies';
import {
  listNewestRequests,
  listRestoreCopies,
  type ListedRestoreRequest,
  type RestoreCopy,
} from './restore-requests';
import { loadProtectionFacts } from './protection-facts';
import { withPromises } from './retention-history';
import { listSites, type Site } from './sites';
import { listSystemTags } from './system-tags';
import { listSystemNames, type SystemName } from './system-names';
import { countPoints, listPoints, type ListedPoint } from './system-points';
import {
  countSystemRuns,
  listDayRuns,
  listSystemJobs,
  listSystemRuns,
  type DayRun,
  type ListedJob,
  type ListedRun,
} from './system-runs';

const RUNS_SHOWN = 10;
const POINTS_SHOWN = 8;
const CHECKS_SHOWN = 6;
const DRILLS_SHOWN = 3;

/** A data set with its verdict, evaluated as of the moment it is shown, and what it rests on. */
export interface JudgedDataSet {
  readonly dataSetId: string;
  /** With those of merged systems that hold the same. */
  readonly dataSetIds: readonly string[];
  readonly name: string;
  readonly facts: ProtectionFacts;
  readonly policy: EffectivePolicy;
  /** What holds for each of its jobs, by id. */
  readonly jobPolicies: ReadonlyMap<string, EffectivePolicy>;
  readonly verdict: Verdict;
}

/** A point with how it stands. */
export type JudgedPoint = ListedPoint & { readonly standing: PointStanding };

export interface SystemDetail {
  readonly system: ListedSystem;
  readonly client: Client;
  readonly status: Status;
  /** What is merged into it. */
  readonly names: readonly SystemName[];
  /** Which of its data sets are said to be the same data as another. */
  readonly merges: readonly DataSetMerge[];
  /** Worst first; empty: nothing was ever reported of it. */
  readonly dataSets: readonly JudgedDataSet[];
  readonly jobs: readonly ListedJob[];
  readonly dayRuns: readonly DayRun[];
  /** When its jobs are due; none of a job that nothing is known to be protected by. */
  readonly schedules: readonly JobSchedule[];
  readonly runs: readonly ListedRun[];
  readonly runCount: number;
  /** Of the chosen data set. */
  readonly chosen: JudgedDataSet | null;
  readonly points: readonly JudgedPoint[];
  readonly pointCount: number;
  readonly restoreTests: readonly ListedRestoreTest[];
  /** Of the chosen data set: the copies that an agent could test, and the newest test that was asked for. */
  readonly restoreCopies: readonly RestoreCopy[];
  readonly restoreRequest: ListedRestoreRequest | null;
  /** Of the chosen data set, newest first. */
  readonly drills: readonly ListedDrill[];
  readonly verifications: readonly ListedVerification[];
  readonly declarations: readonly ListedDeclaration[];
  readonly sites: readonly Site[];
  readonly tags: readonly string[];
  readonly rules: SystemRules;
  /** Policies that could be assigned to it. */
  readonly policies: readonly { readonly policyId: string; readonly name: string }[];
  /** What is assigned to it alone; null: nothing is. */
  readonly ownAssignment: { readonly assignmentId: string; readonly policyId: string } | null;
}

/**
 * Everything a system's screen shows, as of `now`: its verdicts are evaluated anew by the function that stored them, so that
 * nothing on the screen is older than the facts. `dataSetId` null or unknown: the worst one.
 * @returns null: not there, or another MSP's
 */
export async function readSystem(
  database: Database,
  scope: TenantScope,
  systemId: string,
  dataSetId: string | null,
  now: Date,
): Promise<SystemDetail | null> {
  const { mspId } = scope;
  const find = (tx: Tx) => findListedSystem(tx, mspId, systemId, now);
  return judgeSeen(database, scope, find, async (tx) => {
    const system = await find(tx);
    const client = system && (await findClient(tx, mspId, system.clientId));
    if (!system || !client) return null;
    const dataSets = await judgeDataSets(tx, mspId, system, now);
    const chosen = dataSets.find((one) => isOneOf(one, dataSetId)) ?? dataSets[0] ?? null;
    const repositoryIds = [
      ...new Set(dataSets.flatMap((one) => one.facts.repositories.map((repository) => repository.id))),
    ];
    const names = await listSystemNames(tx, mspId, systemId);
    const systemIds = [systemId, ...names.map((one) => one.systemId)];
    const daysFrom = new Date(now.getTime() - 32 * DAY);
    const dayRuns = await listDayRuns(tx, mspId, systemIds, daysFrom, now);
    const sites = await listSites(tx, mspId, client.clientId);
    const shown = { dataSets, dayRuns, sites, timeZone: client.timeZone };
    // What a file told of the past says nothing of how it stands.
    const runsView = { systemIds, jobId: null, told: 'channels', from: null, to: null } as const;
    return {
      system,
      client,
      status: statusOf(system, dataSets, now),
      dataSets,
      names,
      merges: await listDataSetMerges(tx, mspId, systemIds),
      jobs: await listSystemJobs(tx, mspId, systemIds),
      dayRuns,
      schedules: await readJobSchedules(tx, mspId, shown, { from: daysFrom, now }),
      runs: await listSystemRuns(tx, mspId, { ...runsView, before: null, limit: RUNS_SHOWN }, now),
      runCount: await countSystemRuns(tx, mspId, runsView, now),
      chosen,
      points: chosen ? await judgedPoints(tx, mspId, chosen, { limit: POINTS_SHOWN }, now) : [],
      pointCount: chosen ? await countPoints(tx, mspId, chosen.dataSetIds, null) : 0,
      restoreTests: await listRestoreTests(tx, mspId, systemIds, CHECKS_SHOWN),
      restoreCopies: chosen ? await listRestoreCopies(tx, mspId, chosen.dataSetIds) : [],
      restoreRequest: chosen ? newestOf(await listNewestRequests(tx, mspId, chosen.dataSetIds)) : null,
      drills: chosen
        ? await listDrills(tx, mspId, { dataSetIds: chosen.dataSetIds, limit: DRILLS_SHOWN })
        : [],
      verifications: await listVerifications(tx, mspId, repositoryIds, CHECKS_SHOWN),
      declarations: await listDeclarations(tx, mspId, [systemId], repositoryIds),
      sites,
      tags: await listSystemTags(tx, mspId, systemId),
      rules: await readSystemRules(tx, mspId, systemId),
      policies: await listAssignablePolicies(tx, mspId, client.clientId),
      ownAssignment: await findOwnAssignment(tx, mspId, systemId),
    };
  });
}

function newestOf(requests: readonly ListedRestoreRequest[]): ListedRestoreRequest | null {
  return requests.toSorted((a, b) => b.askedAt.getTime() - a.askedAt.getTime())[0] ?? null;
}

/** A system's data sets with their verdicts as of `now`, worst first. */
export async function judgeDataSets(
  tx: Tx,
  mspId: string,
  system: Pick<ListedSystem, 'systemId' | 'clientId'>,
  now: Date,
): Promise<JudgedDataSet[]> {
  const { systemId, clientId } = system;
  const policies = await policiesOf(tx, mspId, { clientIds: [clientId], systemIds: [systemId] }, now);
  const found = await loadProtectionFacts(tx, mspId, [systemId], now);
  const loaded = await withJobPlans(tx, mspId, found, policies, now);
  const withSince = await openFindingsSince(tx, mspId, systemId);
  const promised = await withPromises(tx, mspId, loaded, policies, now);
  return promised
    .map(({ facts, dataSetIds, policy }) => {
      const { id: dataSetId, name } = facts.dataSet;
      const verdict = withSince(dataSetId, evaluateDataSet(facts, policy.policy, now.getTime()));
      const jobPolicies = new Map(
        facts.jobs.map((job) => [job.id, policies.forJob(policySubject(clientId, facts), job.id)]),
      );
      return { dataSetId, dataSetIds, name, facts, policy, jobPolicies, verdict };
    })
    .toSorted((a, b) => rank(a.verdict.status) - rank(b.verdict.status) || a.name.localeCompare(b.name));
}

/** Whether a data set goes by an id, of its own or of one that is counted as one with it. */
export function isOneOf({ dataSetIds }: JudgedDataSet, dataSetId: string | null): boolean {
  return dataSetId !== null && dataSetIds.includes(dataSetId);
}

const rank = (status: Status): number => STATUSES.indexOf(status);

/** The status of what was just judged, unless reports wait that nobody has looked at. */
function statusOf(system: ListedSystem, dataSets: readonly JudgedDataSet[], now: Date): Status {
  const status = worstStatus(dataSets.map((one) => one.verdict.status)) ?? 'unknown';
  const waitingSince = system.laggingSince?.getTime() ?? null;
  return shownStatus({ status, changesAt: null, dirtyAt: null, waitingSince }, now.getTime());
}

/** Points of a data set, newest first, each judged by the rules of its verdict. */
export async function judgedPoints(
  tx: Tx,
  mspId: string,
  { dataSetIds, facts, policy }: JudgedDataSet,
  page: { limit: number; repositoryId?: string | null; before?: { at: Date; id: string } | null },
  now: Date,
): Promise<JudgedPoint[]> {
  const { limit, repositoryId = null, before = null } = page;
  const points = await listPoints(tx, mspId, { dataSetIds, repositoryId, before, limit });
  const standings = pointStandings(facts, policy.policy, points, now.getTime());
  return points.map((point, index) => ({
    ...point,
    standing: standings[index] ?? { kind: 'rejected', reason: { code: 'no-point' } },
  }));
}
