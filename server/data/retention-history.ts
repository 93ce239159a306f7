import { z } from 'zod';
import type { KeptFacts, KeptPoints } from '@/domain/protection/facts';
import { DAY, type Instant } from '@/domain/time/instant';
import type { Tx } from './database';
import { LIVE_FACTS, type FactSources } from './fact-sources';
import { groupBy } from './group-by';
import { policySubject, type EffectivePolicy, type PolicyBook } from './policies';
import { pointRow } from './point-facts';
import type { LoadedFacts } from './protection-facts';
import { promisesSince } from './promises-since';

/** Listed points of one data set, newest first; where there are more, nothing is asked of what lies before them. */
const POINTS_MAX = 5000;
/** Of longer ago one good run a day is enough: no policy asks for more hours than these days have. */
const HOURS_WITHIN = 32 * DAY;
/** One good run a day is kept of so many years: a promise may reach further back than anybody's memory. */
const RUNS_WITHIN = 3660 * DAY;

/** One data set's facts with the policy that they are judged by, and what its promise of retention is held against. */
export interface PromisedFacts extends LoadedFacts {
  readonly policy: EffectivePolicy;
}

/**
 * What was promised of each, with its whole history where that is a retention; of the others nothing more is read. In the same order.
 * `from`: what is known now, or what was at another instant.
 */
export async function withPromises(
  tx: Tx,
  mspId: string,
  loaded: readonly LoadedFacts[],
  policies: PolicyBook,
  now: Date,
  from: FactSources = LIVE_FACTS,
): Promise<PromisedFacts[]> {
  const promised = loaded.map((one): PromisedFacts => ({
    ...one,
    policy: policies.forSystem(policySubject(one.clientId, one.facts)),
  }));
  const asked = promised.filter(({ policy }) => policy.policy.retention !== null);
  if (asked.length === 0) return promised;
  const since = await promisesSince(tx, mspId, asked, now);
  const zones = await zonesOf(tx, mspId, asked);
  const points = groupBy(await keptPoints(tx, mspId, asked, from), (one) => one.dataSetId);
  const jobs = asked.flatMap((one) => listedJobs(one, zones));
  const runs = groupBy(
    await goodRuns(tx, mspId, jobs, { since: Math.min(...since.values()), now }, from),
    (one) => one.jobId,
  );
  return promised.map((one) => {
    const at = since.get(one);
    if (at === undefined) return one;
    const { facts, dataSetIds } = one;
    const good = facts.jobs.flatMap((job) => runs.get(job.id) ?? []);
    const held = dataSetIds.map((id) => points.get(id) ?? []);
    const kept: KeptFacts = {
      since: Math.max(at, ...held.map(knownFrom)),
      timeZone: zoneOf(one, zones),
      succeeded: good.filter((run) => run.status === 'success').flatMap((run) => run.at),
      warned: good.filter((run) => run.status === 'warning').flatMap((run) => run.at),
      points: held.flat().map(({ dataSetId: _id, ...alike }): KeptPoints => alike),
    };
    return { ...one, facts: { ...facts, kept } };
  });
}

function knownFrom(points: readonly { readonly takenAt: readonly Instant[] }[]): Instant {
  const all = points.flatMap((one) => one.takenAt);
  return all.length < POINTS_MAX ? -Infinity : Math.min(...all);
}

type Zones = ReadonlyMap<string, string>;

const zoneRow = z.object({ id: z.string(), timeZone: z.string() });

/** By the ids of the sites and clients. */
async function zonesOf(tx: Tx, mspId: string, asked: readonly LoadedFacts[]): Promise<Zones> {
  const clientIds = [...new Set(asked.map((one) => one.clientId))];
  const siteIds = [...new Set(asked.flatMap((one) => siteOf(one) ?? []))];
  const rows = z.array(zoneRow).parse(
    await tx.$queryRaw`SELECT s.site_id::text AS id, s.time_zone AS "timeZone" FROM app.site s
      WHERE s.msp_id = ${mspId}::uuid AND s.site_id = ANY (${siteIds}::uuid[])
    UNION ALL SELECT c.client_id::text, c.time_zone FROM app.client c
      WHERE c.msp_id = ${mspId}::uuid AND c.client_id = ANY (${clientIds}::uuid[])`,
  );
  return new Map(rows.map((one) => [one.id, one.timeZone]));
}

function siteOf({ facts }: LoadedFacts): string | null {
  return facts.system.site?.value.siteId ?? null;
}

function zoneOf(loaded: LoadedFacts, zones: Zones): string {
  return zones.get(siteOf(loaded) ?? '') ?? zones.get(loaded.clientId) ?? 'UTC';
}

const keptRow = pointRow
  .pick({ dataSetId: true, repositoryId: true, state: true, outcome: true, capture: true, sources: true })
  .extend({ isTestFailed: z.boolean(), takenAt: z.array(z.number()) });

/** Points that are alike come as one row. */
async function keptPoints(
  tx: Tx,
  mspId: string,
  asked: readonly LoadedFacts[],
  { points, tests }: FactSources,
) {
  const dataSetIds = [...new Set(asked.flatMap((one) => one.dataSetIds))];
  return z.array(keptRow).parse(
    await tx.$queryRaw`
    SELECT g.id::text AS "dataSetId", p.repository_id::text AS "repositoryId", p.state, p.outcome, p.capture, p.sources,
      p.is_test_failed AS "isTestFailed", jsonb_agg((extract(epoch FROM p.taken_at) * 1000)::bigint) AS "takenAt"
    FROM unnest(${dataSetIds}::uuid[]) AS g (id)
    JOIN LATERAL (SELECT q.repository_id, q.state, q.outcome, q.capture, q.sources, q.taken_at,
        EXISTS (SELECT FROM ${tests} t
          WHERE t.msp_id = ${mspId}::uuid AND t.point_id = q.point_id AND t.result = 'failed') AS is_test_failed
      FROM ${points} q
      WHERE q.msp_id = ${mspId}::uuid AND q.data_set_id = g.id AND q.vanished_at IS NULL
      ORDER BY q.taken_at DESC, q.point_id LIMIT ${POINTS_MAX}) p ON true
    GROUP BY g.id, p.repository_id, p.state, p.outcome, p.capture, p.sources, p.is_test_failed`,
  );
}

interface ListedJob {
  readonly jobId: string;
  readonly timeZone: string;
  /** When what its runs left was last listed whole. */
  readonly listedAt: string;
}

/** A run asks for its point once a listing could show it; jobs whose repository nobody listed ask for none. */
function listedJobs(loaded: LoadedFacts, zones: Zones): ListedJob[] {
  const { jobs, repositories } = loaded.facts;
  return jobs.flatMap((job) => {
    const own =
      job.repositoryId === null ? repositories : repositories.filter(({ id }) => id === job.repositoryId);
    const listings = own.flatMap((one) => one.lastListingAt ?? []);
    if (listings.length === 0) return [];
    const listedAt = new Date(Math.min(...listings)).toISOString();
    return [{ jobId: job.id, timeZone: zoneOf(loaded, zones), listedAt }];
  });
}

const runsRow = z.object({
  jobId: z.string(),
  status: z.enum(['success', 'warning']),
  at: z.array(z.number()),
});
type GoodRuns = z.output<typeof runsRow>;

/** The first good run since then of each hour lately and of each day before, by the clock of the site. */
async function goodRuns(
  tx: Tx,
  mspId: string,
  jobs: readonly ListedJob[],
  { since, now }: { readonly since: Instant; readonly now: Date },
  { runs }: FactSources,
): Promise<GoodRuns[]> {
  // A bound that leaves most partitions of runs unread.
  const from = new Date(Math.max(since, now.getTime() - RUNS_WITHIN));
  const hoursFrom = new Date(now.getTime() - HOURS_WITHIN);
  return z.array(runsRow).parse(
    await tx.$queryRaw`
    SELECT g.id::text AS "jobId", u.status, jsonb_agg((extract(epoch FROM u.at) * 1000)::bigint) AS at
    FROM unnest(${jobs.map((one) => one.jobId)}::uuid[], ${jobs.map((one) => one.timeZone)}::text[],
      ${jobs.map((one) => one.listedAt)}::timestamptz[]) AS g (id, zone, listed_at)
    JOIN LATERAL (SELECT q.status, min(q.occurred_at) AS at FROM ${runs} q
      WHERE q.msp_id = ${mspId}::uuid AND q.job_id = g.id AND q.occurred_at BETWEEN ${from}::timestamptz AND ${now}::timestamptz
        AND q.kind IN ('backup', 'copy', 'replication', 'config_backup') AND q.status IN ('success', 'warning')
        AND NOT q.is_partial AND coalesce(q.ended_at, q.occurred_at) <= g.listed_at
      GROUP BY q.status, date_trunc(CASE WHEN q.occurred_at > ${hoursFrom}::timestamptz THEN 'hour' ELSE 'day' END,
        q.occurred_at AT TIME ZONE g.zone)) u ON true
    GROUP BY g.id, u.status`,
  );
}
