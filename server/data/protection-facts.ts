import { z } from 'zod';
import type {
  Attribute,
  ChannelFacts,
  JobFacts,
  OtherName,
  Place,
  ProtectionFacts,
  RunFacts,
  SystemFacts,
  VerificationFacts,
} from '@/domain/protection/facts';
import { verificationDepth } from '@/domain/protection/policy-schema';
import { mergeOutages, type Outage } from '@/domain/schedule/deadline';
import { DAY, type Instant } from '@/domain/time/instant';
import type { Tx } from './database';
import { declarationsOf, type Declared } from './declared-attributes';
import { capture, instant, origin, reportOrigin } from './fact-rows';
import { LIVE_FACTS, type FactSources } from './fact-sources';
import { loadFindingFacts, NOTHING_TOLD, type FindingFacts } from './finding-facts';
import { groupBy } from './group-by';
import { listOwnOutages } from './own-outages';
import { pointFacts, pointRow, testColumns, testRow } from './point-facts';
import {
  hostDomain,
  repositoryColumns,
  repositoryFacts,
  repositoryJoins,
  repositoryRow,
  type RepositoryRow,
} from './repository-facts';
import { listRunningWaivers, type RunningWaiver } from './waivers';

/** Points of one repository and data set that a verdict looks at, newest first. */
const POINTS_MAX = 60;
/** Newest restore tests of one repository and data set, whose points count as long as the tests do, pruned or not. */
const TESTS_MAX = 10;
/** Three that ended and some that did not. */
const RUNS_MAX = 5;
const VERIFICATIONS_MAX = 30;
/** A run of longer ago decides nothing any more. */
const RUN_AGE_MAX = 62 * DAY;

/** One data set's facts, with whom they belong to. */
export interface LoadedFacts {
  readonly clientId: string;
  /** The data sets taken together: one, those of systems merged into its own that hold the same sources, and those that are said to be the same data. */
  readonly dataSetIds: readonly string[];
  readonly facts: ProtectionFacts;
}

/**
 * Everything known about the data sets of these systems and of those merged into them, in a handful of statements. Systems without
 * any give none, and a merged one gives none of its own. `from`: what is known now, or what was at another instant.
 */
export async function loadProtectionFacts(
  tx: Tx,
  mspId: string,
  systemIds: readonly string[],
  now: Date,
  from: FactSources = LIVE_FACTS,
): Promise<LoadedFacts[]> {
  // Bounds that leave most partitions of runs unread.
  const runsFrom = new Date(now.getTime() - RUN_AGE_MAX);
  const runsTo = new Date(now.getTime() + 2 * DAY);
  const systems = z.array(systemRow).parse(
    await tx.$queryRaw`SELECT y.system_id::text AS id, y.client_id::text AS "clientId", y.name, y.host_key AS "hostKey",
      y.kind, y.last_seen_at AS "lastSeenAt", y.merged_into_id::text AS "mergedIntoId", s.site_id::text AS "siteId", s.name AS "siteName", s.latitude, s.longitude,
      y.created_at AS "createdAt"
    FROM ${from.systems} y LEFT JOIN app.site s ON s.msp_id = y.msp_id AND s.site_id = y.site_id
    WHERE y.msp_id = ${mspId}::uuid AND (y.merged_into_id = ANY (${[...systemIds]}::uuid[])
      OR (y.system_id = ANY (${[...systemIds]}::uuid[]) AND y.merged_into_id IS NULL))`,
  );
  const ids = systems.map((one) => one.id);
  const dataSets = z.array(dataSetRow).parse(
    await tx.$queryRaw`SELECT data_set_id::text AS id, system_id::text AS "systemId", name, capture, sources
    FROM ${from.dataSets} WHERE msp_id = ${mspId}::uuid AND system_id = ANY (${ids}::uuid[]) AND archived_at IS NULL
    ORDER BY data_set_id`,
  );
  const merges = z.array(mergeRow).parse(
    await tx.$queryRaw`SELECT m.data_set_id::text AS "dataSetId", m.into_data_set_id::text AS "intoDataSetId", m.sources,
      m.into_sources AS "intoSources", m.decided_by_name AS "by", m.decided_at AS since
    FROM ${from.merges} m WHERE m.msp_id = ${mspId}::uuid AND m.undone_at IS NULL
      AND m.data_set_id = ANY (${dataSets.map((one) => one.id)}::uuid[])
    ORDER BY m.decided_at, m.merge_id`,
  );
  const jobs = z.array(jobRow).parse(
    await tx.$queryRaw`SELECT j.job_id::text AS id, j.system_id::text AS "systemId", j.data_set_id::text AS "dataSetId",
      j.repository_id::text AS "repositoryId", j.agent_id::text AS "agentId", j.name, j.kind
    FROM ${from.jobs} j WHERE j.msp_id = ${mspId}::uuid AND j.system_id = ANY (${ids}::uuid[]) ORDER BY j.job_id`,
  );
  const points = z.array(pointRow).parse(
    await tx.$queryRaw`SELECT p.point_id::text AS id, p.point_key AS key, p.data_set_id::text AS "dataSetId",
      p.repository_id::text AS "repositoryId", p.taken_at AS "takenAt", p.sources, p.state, p.capture, p.outcome,
      p.vanished_at AS "goneAt", p.immutable_until AS "immutableUntil", p.logical_bytes AS "sizeBytes",
      p.raw_report_id::text AS "reportId", r.received_at AS "receivedAt"
    FROM (SELECT d.data_set_id, o.repository_id FROM ${from.dataSets} d
        JOIN LATERAL (SELECT DISTINCT repository_id FROM ${from.points} q
          WHERE q.msp_id = ${mspId}::uuid AND q.data_set_id = d.data_set_id) o ON true
        WHERE d.msp_id = ${mspId}::uuid AND d.system_id = ANY (${ids}::uuid[]) AND d.archived_at IS NULL) pair
    JOIN LATERAL (
      (SELECT * FROM ${from.points} q
        WHERE q.msp_id = ${mspId}::uuid AND q.data_set_id = pair.data_set_id AND q.repository_id = pair.repository_id
          AND (q.vanished_at IS NULL OR q.taken_at > ${now}::timestamptz - interval '14 days'
            OR q.vanished_at > ${now}::timestamptz - interval '14 days')
        ORDER BY q.taken_at DESC, q.point_id LIMIT ${POINTS_MAX})
      UNION
      (SELECT q.* FROM ${from.tests} t
        JOIN ${from.points} q ON q.msp_id = ${mspId}::uuid AND q.point_id = t.point_id
        WHERE t.msp_id = ${mspId}::uuid AND t.repository_id = pair.repository_id
          AND q.data_set_id = pair.data_set_id AND t.withdrawn_at IS NULL
        ORDER BY t.ended_at DESC, t.restore_test_id LIMIT ${TESTS_MAX})) p ON true
    JOIN app.raw_report r ON r.msp_id = ${mspId}::uuid AND r.raw_report_id = p.raw_report_id`,
  );
  const repositoryIds = [
    ...new Set([...points.map((one) => one.repositoryId), ...jobs.flatMap((one) => one.repositoryId ?? [])]),
  ];
  const clientIds = [...new Set(systems.map((one) => one.clientId))];
  // Here and of the channels: bounded by clients first, for an index; the rest of the condition has none.
  const repositories = z.array(repositoryRow).parse(
    await tx.$queryRaw`SELECT ${repositoryColumns},
      CASE WHEN o.repository_id <> ALL (${repositoryIds}::uuid[]) THEN b.host_key END AS "reporterHostKey"
    ${repositoryJoins(from)}
    WHERE o.msp_id = ${mspId}::uuid
      AND (o.repository_id = ANY (${repositoryIds}::uuid[]) OR o.client_id = ANY (${clientIds}::uuid[]))
      AND (o.repository_id = ANY (${repositoryIds}::uuid[])
      OR (o.client_id = ANY (${clientIds}::uuid[])
        AND b.host_key = ANY (${systems.map((one) => one.hostKey)})
        AND NOT EXISTS (SELECT FROM ${from.points} q WHERE q.msp_id = o.msp_id AND q.repository_id = o.repository_id)
        AND NOT EXISTS (SELECT FROM ${from.jobs} q WHERE q.msp_id = o.msp_id AND q.repository_id = o.repository_id)))`,
  );
  const allRepositoryIds = repositories.map((one) => one.id);
  const tests = z.array(testRow).parse(
    await tx.$queryRaw`SELECT ${testColumns}
    FROM ${from.tests} t
    LEFT JOIN app.raw_report r ON r.msp_id = ${mspId}::uuid AND r.raw_report_id = t.raw_report_id
    WHERE t.msp_id = ${mspId}::uuid AND t.withdrawn_at IS NULL AND t.point_id = ANY (${points.map((one) => one.id)}::uuid[])`,
  );
  const verifications = z.array(verificationRow).parse(
    await tx.$queryRaw`SELECT g.id::text AS "repositoryId", v.ended_at AS "endedAt", v.depth, v.result,
      v.raw_report_id::text AS "reportId", r.received_at AS "receivedAt"
    FROM unnest(${allRepositoryIds}::uuid[]) AS g (id)
    JOIN LATERAL (SELECT * FROM ${from.verifications} q WHERE q.msp_id = ${mspId}::uuid AND q.repository_id = g.id
      ORDER BY q.ended_at DESC LIMIT ${VERIFICATIONS_MAX}) v ON true
    JOIN app.raw_report r ON r.msp_id = ${mspId}::uuid AND r.raw_report_id = v.raw_report_id`,
  );
  const runs = z.array(runRow).parse(
    await tx.$queryRaw`SELECT g.id::text AS "jobId", u.run_id::text AS id, u.status, u.is_partial AS "isPartial",
      u.occurred_at AS at, u.message, u.missing_sources AS "missingSources",
      coalesce(u.is_repository_unread, false) AS "isRepositoryUnread", u.raw_report_id::text AS "reportId",
      r.received_at AS "receivedAt"
    FROM unnest(${jobs.map((one) => one.id)}::uuid[]) AS g (id)
    JOIN LATERAL (SELECT * FROM ${from.runs} q WHERE q.msp_id = ${mspId}::uuid AND q.job_id = g.id
      AND q.occurred_at BETWEEN ${runsFrom}::timestamptz AND ${runsTo}::timestamptz
      AND q.kind IN ('backup', 'copy', 'replication', 'config_backup')
      ORDER BY q.occurred_at DESC LIMIT ${RUNS_MAX}) u ON true
    JOIN app.raw_report r ON r.msp_id = ${mspId}::uuid AND r.raw_report_id = u.raw_report_id`,
  );
  const agentIds = [...new Set(jobs.flatMap((one) => one.agentId ?? []))];
  const channels = z.array(channelRow).parse(
    await tx.$queryRaw`SELECT a.agent_id::text AS id, a.name, lower(a.hostname) AS "hostKey",
      a.client_id::text AS "clientId", max(s.last_received_at) AS "lastHeardAt", a.clock_skew_ms AS "clockSkewMs",
      a.revoked_at IS NOT NULL AS "isRevoked", a.channel, a.silent_at AS "silentAt"
    FROM ${from.agents} a
    LEFT JOIN ${from.streams} s ON s.msp_id = a.msp_id AND s.agent_id = a.agent_id
    WHERE a.msp_id = ${mspId}::uuid
      AND (a.agent_id = ANY (${agentIds}::uuid[]) OR a.client_id = ANY (${clientIds}::uuid[]))
      AND (a.agent_id = ANY (${agentIds}::uuid[])
        OR (lower(a.hostname) = ANY (${systems.map((one) => one.hostKey)}) AND a.client_id = ANY (${clientIds}::uuid[])))
    GROUP BY a.agent_id, a.name, a.hostname, a.client_id, a.clock_skew_ms, a.revoked_at, a.channel, a.silent_at`,
  );
  // What they rest on is kept of now only.
  const told =
    from === LIVE_FACTS
      ? await loadFindingFacts(
          tx,
          mspId,
          {
            repositoryIds: allRepositoryIds,
            jobIds: jobs.map((one) => one.id),
            agentIds: channels.map((one) => one.id),
            runsFrom,
            runsTo,
          },
          now,
        )
      : NOTHING_TOLD;
  const outages = await outagesSince(tx, channels, now);
  const declared = await declarationsOf(tx, mspId, ids, allRepositoryIds, from.declarations);
  const aliases = z.array(aliasRow).parse(
    await tx.$queryRaw`SELECT m.client_id::text AS "clientId", m.host_key AS "hostKey", t.host_key AS "mainHostKey"
    FROM ${from.systems} m JOIN ${from.systems} t ON t.msp_id = ${mspId}::uuid AND t.system_id = m.merged_into_id
    WHERE m.msp_id = ${mspId}::uuid AND m.client_id = ANY (${clientIds}::uuid[])`,
  );
  const waivers = await listRunningWaivers(tx, mspId, clientIds, now);
  return assemble({
    systems,
    dataSets,
    merges,
    jobs,
    points,
    repositories,
    tests,
    verifications,
    runs,
    channels,
    outages,
    declared,
    aliases,
    waivers,
    told,
  });
}

const systemRow = z.object({
  id: z.string(),
  clientId: z.string(),
  name: z.string(),
  hostKey: z.string(),
  kind: z.enum(['server', 'workstation', 'vm', 'database', 'nas', 'saas']),
  lastSeenAt: instant.nullable(),
  createdAt: instant,
  mergedIntoId: z.string().nullable(),
  siteId: z.string().nullable(),
  siteName: z.string().nullable(),
  latitude: z.number().nullable(),
  longitude: z.number().nullable(),
});
const dataSetRow = z.object({
  id: z.string(),
  systemId: z.string(),
  name: z.string(),
  capture,
  sources: z.array(z.string()),
});
const mergeRow = z.object({
  dataSetId: z.string(),
  intoDataSetId: z.string(),
  sources: z.array(z.string()),
  intoSources: z.array(z.string()),
  by: z.string(),
  since: instant,
});
const jobRow = z.object({
  id: z.string(),
  systemId: z.string(),
  dataSetId: z.string().nullable(),
  repositoryId: z.string().nullable(),
  agentId: z.string().nullable(),
  name: z.string(),
  kind: z.string(),
});
const verificationRow = z.object({
  ...origin,
  repositoryId: z.string(),
  endedAt: instant,
  depth: verificationDepth,
  result: z.enum(['ok', 'problems', 'error']),
});
const runRow = z.object({
  ...origin,
  jobId: z.string(),
  id: z.string(),
  status: z.enum(['success', 'warning', 'failed', 'cancelled', 'running', 'missed', 'unknown']),
  isPartial: z.boolean(),
  at: instant,
  message: z.string().nullable(),
  missingSources: z.array(z.string()),
  isRepositoryUnread: z.boolean(),
});
const channelRow = z.object({
  id: z.string(),
  name: z.string(),
  hostKey: z.string(),
  clientId: z.string().nullable(),
  lastHeardAt: instant.nullable(),
  clockSkewMs: z.bigint().transform(Number).nullable(),
  isRevoked: z.boolean(),
  channel: z.string(),
  silentAt: instant.nullable(),
});

const aliasRow = z.object({ clientId: z.string(), hostKey: z.string(), mainHostKey: z.string() });

/** Outages of our own that may have kept agents from being heard. */
async function outagesSince(
  tx: Tx,
  channels: readonly z.output<typeof channelRow>[],
  now: Date,
): Promise<Outage[]> {
  const heard = channels.flatMap(({ lastHeardAt }) => lastHeardAt ?? []);
  if (heard.length === 0) return [];
  return mergeOutages(await listOwnOutages(tx, new Date(Math.min(...heard)), now));
}

interface Rows {
  systems: z.output<typeof systemRow>[];
  dataSets: z.output<typeof dataSetRow>[];
  merges: z.output<typeof mergeRow>[];
  jobs: z.output<typeof jobRow>[];
  points: z.output<typeof pointRow>[];
  repositories: RepositoryRow[];
  tests: z.output<typeof testRow>[];
  verifications: z.output<typeof verificationRow>[];
  runs: z.output<typeof runRow>[];
  channels: z.output<typeof channelRow>[];
  /** Ours, merged, since the channels were heard. */
  outages: readonly Outage[];
  declared: Declared;
  /** Further names of machines. */
  aliases: z.output<typeof aliasRow>[];
  waivers: readonly RunningWaiver[];
  told: FindingFacts;
}

function assemble(rows: Rows): LoadedFacts[] {
  const namesOf = groupBy(rows.systems, (one) => one.mergedIntoId ?? one.id);
  const jobsOfSet = groupBy(rows.jobs, (one) => one.dataSetId);
  const jobsOfSystem = groupBy(rows.jobs, (one) => one.systemId);
  const pointsOf = groupBy(rows.points, (one) => `${one.dataSetId} ${one.repositoryId}`);
  const repositoriesOfSet = groupBy(rows.points, (one) => one.dataSetId);
  const runsOf = groupBy(rows.runs, (one) => one.jobId);
  const testsOf = groupBy(rows.tests, (one) => one.pointId);
  const verificationsOf = groupBy(rows.verifications, (one) => one.repositoryId);
  const waiversOf = groupBy(rows.waivers, (one) => one.clientId);
  const shared = new Map(rows.repositories.map((one) => [one.id, repositoryFacts(one, rows.declared)]));

  return rows.systems.flatMap((system) => {
    if (system.mergedIntoId !== null) return [];
    const names = namesOf.get(system.id) ?? [];
    const facts = systemFacts(system, names, rows.declared);
    const oneName = domainsByOneName(rows, names, facts.failureDomain);
    const groups = alikeDataSets(rows.dataSets, names, system.id);
    return mergedGroups(groups, rows.merges).map(({ dataSets, otherNames }): LoadedFacts => {
      const [{ id, name, capture: kind, sources }] = dataSets;
      const jobs = dataSets.flatMap((one) => jobsOfSet.get(one.id) ?? []);
      const unclaimed = rows.repositories.filter(
        (one) =>
          one.clientId === system.clientId && names.some(({ hostKey }) => hostKey === one.reporterHostKey),
      );
      const repositoryIds = new Set([
        ...dataSets.flatMap((one) =>
          (repositoriesOfSet.get(one.id) ?? []).map((point) => point.repositoryId),
        ),
        ...jobs.flatMap((one) => one.repositoryId ?? []),
        ...unclaimed.map((one) => one.id),
      ]);
      return {
        clientId: system.clientId,
        dataSetIds: dataSets.map((one) => one.id),
        facts: {
          system: facts,
          dataSet: { id, name, capture: kind, sources, otherNames },
          repositories: [...repositoryIds].toSorted().flatMap((repositoryId) => {
            const common = shared.get(repositoryId);
            if (!common) return [];
            const pointsBySet = dataSets.map((one) => pointsOf.get(`${one.id} ${repositoryId}`) ?? []);
            const points = pointsBySet.flat();
            const rules = rows.told.retentionOf(repositoryId);
            const arePointsWhole = pointsBySet.every((one) => one.length < POINTS_MAX);
            return {
              ...common,
              failureDomain: renamed(common.failureDomain, oneName),
              points: points
                .toSorted((a, b) => b.takenAt - a.takenAt)
                .map((one) => pointFacts(one, testsOf.get(one.id) ?? [])),
              verifications: (verificationsOf.get(repositoryId) ?? []).map(verificationFacts),
              capacity: rows.told.capacityOf(repositoryId),
              toolRetention: rules && { ...rules, arePointsWhole },
              retentionRefused: rows.told.refusedOf(repositoryId),
            };
          }),
          jobs: jobs.map((one) => jobFacts(one, runsOf.get(one.id) ?? [], rows.told)),
          channels: channelsOf(
            system,
            names,
            names.flatMap((one) => jobsOfSystem.get(one.id) ?? []),
            rows,
          ),
          waivers: waiversOf.get(system.clientId) ?? [],
          kept: null,
        },
      };
    });
  });
}

type DataSetRow = Rows['dataSets'][number];

/** The data sets of a machine under all its names, those of the same kind and sources together; its own name's first. */
function alikeDataSets(
  dataSets: readonly DataSetRow[],
  names: Rows['systems'],
  systemId: string,
): DataSetGroup[] {
  const ids = new Set(names.map((one) => one.id));
  const alike = new Map<string, DataSetGroup>();
  const own = dataSets.filter((one) => ids.has(one.systemId));
  for (const dataSet of own.toSorted(
    (a, b) => Number(b.systemId === systemId) - Number(a.systemId === systemId),
  )) {
    const key = JSON.stringify([dataSet.capture, dataSet.sources.toSorted()]);
    const others = alike.get(key);
    if (others) others.push(dataSet);
    else alike.set(key, [dataSet]);
  }
  return [...alike.values()].toSorted(([a], [b]) => (a.id < b.id ? -1 : 1));
}

type DataSetGroup = [DataSetRow, ...DataSetRow[]];

/**
 * Groups that are said to be the same data become one. What was said of other sources than both have now says nothing: a copy of what
 * one of them holds since is no copy of the other. Nothing is merged twice in a row, or two could vanish into each other.
 */
function mergedGroups(
  groups: readonly DataSetGroup[],
  merges: Rows['merges'],
): { dataSets: DataSetGroup; otherNames: OtherName[] }[] {
  const groupOf = new Map(groups.flatMap((group) => group.map((one) => [one.id, group] as const)));
  const othersOf = new Map<DataSetGroup, { group: DataSetGroup; otherName: OtherName }[]>();
  const merged = new Set<DataSetGroup>();
  for (const { dataSetId, intoDataSetId, sources, intoSources, by, since } of merges) {
    const [group, into] = [groupOf.get(dataSetId), groupOf.get(intoDataSetId)];
    if (!group || !into || group === into) continue;
    if (!isSameSet(group[0].sources, sources) || !isSameSet(into[0].sources, intoSources)) continue;
    if (merged.has(group) || merged.has(into) || othersOf.has(group)) continue;
    const [{ id, name }] = group;
    const otherName = { dataSetId: id, name, sources: group[0].sources, by, since };
    othersOf.set(into, [...(othersOf.get(into) ?? []), { group, otherName }]);
    merged.add(group);
  }
  return groups
    .filter((group) => !merged.has(group))
    .map((group) => {
      const others = othersOf.get(group) ?? [];
      return {
        dataSets: [...group, ...others.flatMap((one) => one.group)],
        otherNames: others.map((one) => one.otherName),
      };
    });
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  const [some, others] = [new Set(a), new Set(b)];
  return some.size === others.size && a.every((one) => others.has(one));
}

/**
 * The name that a failure domain goes by for a system: machines of its client go by their main name, and whatever is called like the
 * system itself, under any of its names or declarations, dies with it.
 */
function domainsByOneName(rows: Rows, names: Rows['systems'], ownDomain: string): (domain: string) => string {
  const main = new Map(
    rows.aliases
      .filter((one) => names.some(({ clientId }) => clientId === one.clientId))
      .map((one) => [hostDomain(one.hostKey), hostDomain(one.mainHostKey)]),
  );
  const own = new Set(
    names.flatMap(({ id, hostKey }) => [
      hostDomain(hostKey),
      rows.declared.ofSystem(id).failureDomain(null)?.value ?? hostDomain(hostKey),
    ]),
  );
  return (domain) => (own.has(domain) ? ownDomain : (main.get(domain) ?? domain));
}

function renamed(domain: Attribute<string>, oneName: (domain: string) => string): Attribute<string> {
  const { value, otherwise } = domain;
  return { ...domain, value: oneName(value), otherwise: otherwise && renamed(otherwise, oneName) };
}

function systemFacts(
  system: Rows['systems'][number],
  names: Rows['systems'],
  declared: Declared,
): SystemFacts {
  const said = declared.ofSystem(system.id);
  const preset: Attribute<Place> | null =
    system.siteId && system.siteName
      ? {
          value: {
            siteId: system.siteId,
            siteName: system.siteName,
            latitude: system.latitude,
            longitude: system.longitude,
          },
          source: 'declared',
          origin: { kind: 'preset' },
          until: null,
          otherwise: null,
        }
      : null;
  return {
    id: system.id,
    name: system.name,
    kind: system.kind,
    site: said.site(preset),
    failureDomain: said.failureDomain(null)?.value ?? hostDomain(system.hostKey),
    media: said.media(null),
    lastSeenAt: names.reduce<Instant | null>((newest, one) => later(newest, one.lastSeenAt), null),
  };
}

function later(a: Instant | null, b: Instant | null): Instant | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

function verificationFacts(row: Rows['verifications'][number]): VerificationFacts {
  return { endedAt: row.endedAt, depth: row.depth, result: row.result, origin: reportOrigin(row) };
}

function jobFacts(job: Rows['jobs'][number], runs: Rows['runs'], told: FindingFacts): JobFacts {
  return {
    id: job.id,
    name: job.name,
    repositoryId: job.repositoryId,
    plan: null,
    runs: runs.map((run): RunFacts => ({
      id: run.id,
      status: run.status,
      isPartial: run.isPartial,
      at: run.at,
      message: run.message,
      missingSources: run.missingSources,
      isRepositoryUnread: run.isRepositoryUnread,
      origin: reportOrigin(run),
    })),
    sizes: told.sizesOf(job.id),
  };
}

/** The agents that speak for a system: those of its jobs, and the one that runs on it. */
function channelsOf(
  system: Rows['systems'][number],
  names: Rows['systems'],
  jobs: Rows['jobs'],
  { channels, outages, told }: Rows,
): ChannelFacts[] {
  const agentIds = new Set(jobs.map((one) => one.agentId));
  const own = channels.filter(
    (one) =>
      agentIds.has(one.id) ||
      (one.clientId === system.clientId && names.some(({ hostKey }) => hostKey === one.hostKey)),
  );
  if (own.length > 0)
    return own.map(({ id, name, lastHeardAt, channel, silentAt, clockSkewMs, isRevoked }) =>
      channel === 'agent'
        ? { id, name, lastHeardAt, agent: { isRevoked, clockSkewMs, outages, ...told.toldOf(id) } }
        : { id, name, lastHeardAt, ...(silentAt !== null && { silentAt }) },
    );
  return [{ id: system.id, name: 'reports', lastHeardAt: system.lastSeenAt }];
}
