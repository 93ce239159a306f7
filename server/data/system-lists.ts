import type { Verdict } from '@/domain/protection/verdict';
import type { ZonedDay } from '@/domain/time/zoned-day';
import type { TenantScope } from '../tenancy/tenant-scope';
import { findListedSystem, listClientSystems, type ListedSystem } from './client-systems';
import { findClient, type Client } from './clients';
import type { Database, Tx } from './database';
import { groupBy } from './group-by';
import { hasImportedRuns } from './imported-runs';
import { judgeSeen } from './judge-seen';
import { storedVerdicts } from './stored-verdicts';
import { listSystemNames } from './system-names';
import { isOneOf, judgedPoints, judgeDataSets, type JudgedDataSet, type JudgedPoint } from './system-detail';
import { countPoints } from './system-points';
import {
  countSystemRuns,
  listSystemJobs,
  listSystemRuns,
  type Cursor,
  type ListedJob,
  type ListedRun,
  type RunsView,
} from './system-runs';

const PAGE_SIZE = 100;
/** More than any client has. */
const SYSTEMS_MAX = 50_000;

/** Where a page of a list begins, and how long it may be (preset 100). */
interface AskedPage {
  readonly before: Cursor | null;
  readonly pageSize?: number;
}

/** A client's systems, each with the verdict of its worst data set. */
export interface ClientSystems {
  readonly client: Client;
  readonly systems: readonly (ListedSystem & { readonly verdict: Verdict | null })[];
}

/**
 * All systems of a client, worst first, as an export says them; `search`: part of the name, empty: all.
 * @returns null: not there, or another MSP's
 */
export async function readSystemList(
  database: Database,
  scope: TenantScope,
  clientId: string,
  search: string,
  now: Date,
): Promise<ClientSystems | null> {
  const { mspId } = scope;
  return database.inScope(scope, async (tx) => {
    const client = await findClient(tx, mspId, clientId);
    if (!client) return null;
    const systems = await listClientSystems(tx, mspId, [clientId], search, now, SYSTEMS_MAX);
    const ids = systems.map((system) => system.systemId);
    const verdicts = groupBy(await storedVerdicts(tx, mspId, ids), (one) => one.systemId);
    return {
      client,
      systems: systems.map((system) => ({
        ...system,
        verdict: verdicts.get(system.systemId)?.[0]?.verdict ?? null,
      })),
    };
  });
}

interface OfSystem {
  readonly system: ListedSystem;
  readonly client: Client;
}

export interface SystemRuns extends OfSystem {
  readonly jobs: readonly ListedJob[];
  readonly day: ZonedDay | null;
  /** Whether files told of runs of it, which hold. */
  readonly hasImported: boolean;
  readonly runs: readonly ListedRun[];
  readonly count: number;
  readonly hasMore: boolean;
}

/**
 * A page of a system's runs, newest first; `dayIn` names the day in the client's zone that is asked for.
 * @returns null: not there, or another MSP's
 */
export async function readSystemRuns(
  database: Database,
  scope: TenantScope,
  systemId: string,
  asked: AskedPage & {
    jobId: string | null;
    told?: RunsView['told'];
    dayIn: (zone: Client) => ZonedDay | null;
  },
  now: Date,
): Promise<SystemRuns | null> {
  const { mspId } = scope;
  return database.inScope(scope, async (tx) => {
    const system = await findListedSystem(tx, mspId, systemId, now);
    const client = system && (await findClient(tx, mspId, system.clientId));
    if (!system || !client) return null;
    const day = asked.dayIn(client);
    const { pageSize = PAGE_SIZE } = asked;
    const names = await listSystemNames(tx, mspId, systemId);
    const systemIds = [systemId, ...names.map((one) => one.systemId)];
    const view = {
      systemIds,
      jobId: asked.jobId,
      told: asked.told ?? ('all' as const),
      from: day && new Date(day.startsAt),
      to: day && new Date(day.endsAt),
    };
    const runs = await listSystemRuns(tx, mspId, { ...view, before: asked.before, limit: pageSize + 1 }, now);
    return {
      system,
      client,
      jobs: await listSystemJobs(tx, mspId, systemIds),
      day,
      hasImported: await hasImportedRuns(tx, mspId, systemIds),
      runs: runs.slice(0, pageSize),
      count: await countSystemRuns(tx, mspId, view, now),
      hasMore: runs.length > pageSize,
    };
  });
}

export interface SystemPoints extends OfSystem {
  readonly dataSets: readonly JudgedDataSet[];
  readonly chosen: JudgedDataSet | null;
  readonly points: readonly JudgedPoint[];
  /** Those that are there now. */
  readonly count: number;
  readonly hasMore: boolean;
}

/**
 * A page of the recovery points of one of a system's data sets (null or unknown: the worst), newest first.
 * @returns null: not there, or another MSP's
 */
export async function readSystemPoints(
  database: Database,
  scope: TenantScope,
  systemId: string,
  asked: AskedPage & { dataSetId: string | null; repositoryId: string | null },
  now: Date,
): Promise<SystemPoints | null> {
  const { mspId } = scope;
  const { dataSetId, repositoryId, before, pageSize = PAGE_SIZE } = asked;
  const find = (tx: Tx) => findListedSystem(tx, mspId, systemId, now);
  return judgeSeen(database, scope, find, async (tx) => {
    const system = await find(tx);
    const client = system && (await findClient(tx, mspId, system.clientId));
    if (!system || !client) return null;
    const dataSets = await judgeDataSets(tx, mspId, system, now);
    const chosen = dataSets.find((one) => isOneOf(one, dataSetId)) ?? dataSets[0] ?? null;
    const page = { repositoryId, before, limit: pageSize + 1 };
    const points = chosen ? await judgedPoints(tx, mspId, chosen, page, now) : [];
    return {
      system,
      client,
      dataSets,
      chosen,
      points: points.slice(0, pageSize),
      count: chosen ? await countPoints(tx, mspId, chosen.dataSetIds, repositoryId) : 0,
      hasMore: points.length > pageSize,
    };
  });
}
