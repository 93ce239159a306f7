import type { ZonedDay } from '@/domain/time/zoned-day';
import type { TenantScope } from '../tenancy/tenant-scope';
import { findListedSystem, type ListedSystem } from './client-systems';
import { findClient, type Client } from './clients';
import type { Database, Tx } from './database';
import { judgeSeen } from './judge-seen';
import { judgedPoints, judgeDataSets, type JudgedDataSet, type JudgedPoint } from './system-detail';
import { countPoints } from './system-points';
import {
  countSystemRuns,
  listSystemJobs,
  listSystemRuns,
  type Cursor,
  type ListedJob,
  type ListedRun,
} from './system-runs';

const PAGE_SIZE = 100;

interface OfSystem {
  readonly system: ListedSystem;
  readonly client: Client;
}

export interface SystemRuns extends OfSystem {
  readonly jobs: readonly ListedJob[];
  readonly day: ZonedDay | null;
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
  asked: { jobId: string | null; dayIn: (zone: Client) => ZonedDay | null; before: Cursor | null },
  now: Date,
): Promise<SystemRuns | null> {
  const { mspId } = scope;
  return database.inScope(scope, async (tx) => {
    const system = await findListedSystem(tx, mspId, systemId, now);
    const client = system && (await findClient(tx, mspId, system.clientId));
    if (!system || !client) return null;
    const day = asked.dayIn(client);
    const view = {
      systemId,
      jobId: asked.jobId,
      from: day && new Date(day.startsAt),
      to: day && new Date(day.endsAt),
    };
    const runs = await listSystemRuns(
      tx,
      mspId,
      { ...view, before: asked.before, limit: PAGE_SIZE + 1 },
      now,
    );
    return {
      system,
      client,
      jobs: await listSystemJobs(tx, mspId, systemId),
      day,
      runs: runs.slice(0, PAGE_SIZE),
      count: await countSystemRuns(tx, mspId, view, now),
      hasMore: runs.length > PAGE_SIZE,
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
  asked: { dataSetId: string | null; repositoryId: string | null; before: Cursor | null },
  now: Date,
): Promise<SystemPoints | null> {
  const { mspId } = scope;
  const { dataSetId, repositoryId, before } = asked;
  const find = (tx: Tx) => findListedSystem(tx, mspId, systemId, now);
  return judgeSeen(database, scope, find, async (tx) => {
    const system = await find(tx);
    const client = system && (await findClient(tx, mspId, system.clientId));
    if (!system || !client) return null;
    const dataSets = await judgeDataSets(tx, mspId, system, now);
    const chosen = dataSets.find((one) => one.dataSetId === dataSetId) ?? dataSets[0] ?? null;
    const page = { repositoryId, before, limit: PAGE_SIZE + 1 };
    const points = chosen ? await judgedPoints(tx, mspId, chosen, page, now) : [];
    return {
      system,
      client,
      dataSets,
      chosen,
      points: points.slice(0, PAGE_SIZE),
      count: chosen ? await countPoints(tx, mspId, chosen.dataSetId, repositoryId) : 0,
      hasMore: points.length > PAGE_SIZE,
    };
  });
}
