import { z } from 'zod';
import type { RunSize } from '@/domain/anomaly/job-anomaly';
import { forecastFull } from '@/domain/capacity/forecast';
import type { AgentFacts, RepositoryFacts } from '@/domain/protection/facts';
import type { Keep } from '@/domain/retention/keep';
import type { ToolRetention } from '@/domain/retention/rule-effect';
import { DAY } from '@/domain/time/instant';
import type { Tx } from './database';
import { instant, origin, reportOrigin } from './fact-rows';
import { groupBy } from './group-by';
import { listReportedProblems } from './reported-problems';

/** As many of a job's good runs as its history is drawn from, and the one that is compared with it. */
const SIZES_MAX = 41;
/** Days of a repository from which it is told when it will be full. */
const CAPACITY_DAYS = 90;
/** What was told longer ago, or is missing for longer, opens nothing any more. */
const TOLD_DAYS = 14;
/** A rule that no machine has confirmed for longer may no longer hold. */
const RULE_DAYS = 62;

/** Whose facts are asked for. */
interface Asked {
  readonly repositoryIds: readonly string[];
  readonly jobIds: readonly string[];
  readonly agentIds: readonly string[];
  /** Bounds that leave most partitions of runs unread. */
  readonly runsFrom: Date;
  readonly runsTo: Date;
}

/** What findings beside the rule of copies rest on, by id. */
export interface FindingFacts {
  readonly capacityOf: (repositoryId: string) => RepositoryFacts['capacity'];
  /** Without whether all points are known. */
  readonly retentionOf: (repositoryId: string) => Omit<ToolRetention, 'arePointsWhole'> | null;
  readonly refusedOf: (repositoryId: string) => RepositoryFacts['retentionRefused'];
  readonly sizesOf: (jobId: string) => readonly RunSize[];
  readonly toldOf: (agentId: string) => Pick<AgentFacts, 'missingReports' | 'untrustedTool'>;
}

/** Where they are not known. */
export const NOTHING_TOLD: FindingFacts = {
  capacityOf: () => null,
  retentionOf: () => null,
  refusedOf: () => null,
  sizesOf: () => [],
  toldOf: () => ({ missingReports: [], untrustedTool: null }),
};

/** Reads them in five statements, as known at `now`. */
export async function loadFindingFacts(
  tx: Tx,
  mspId: string,
  asked: Asked,
  now: Date,
): Promise<FindingFacts> {
  const since = (days: number) => new Date(now.getTime() - days * DAY);
  const capacities = await capacitiesOf(tx, mspId, asked.repositoryIds, since(CAPACITY_DAYS));
  const retention = await retentionOf(tx, mspId, asked.repositoryIds, since(RULE_DAYS));
  const sizes = await sizesOf(tx, mspId, asked);
  const missing = await missingOf(tx, mspId, asked.agentIds, since(TOLD_DAYS));
  const problems = await listReportedProblems(tx, mspId, asked, since(TOLD_DAYS));
  const refused = new Map(
    problems
      .toReversed()
      .filter((one) => one.code === 'retention_not_enforced')
      .map((one) => [one.repositoryId, one.told]),
  );
  const untrusted = new Map(
    problems
      .toReversed()
      .filter((one) => one.code === 'borgmatic_hides_damage')
      .map((one) => [one.agentId, one.told]),
  );
  return {
    capacityOf: (id) => capacities.get(id) ?? null,
    retentionOf: (id) => retention.get(id) ?? null,
    refusedOf: (id) => refused.get(id) ?? null,
    sizesOf: (id) => sizes.get(id) ?? [],
    toldOf: (id) => ({
      missingReports: missing.get(id) ?? [],
      untrustedTool: untrusted.get(id) ?? null,
    }),
  };
}

const capacityRow = z.object({
  ...origin,
  repositoryId: z.string(),
  /** Oldest first: when, used, total. */
  readings: z.array(z.tuple([z.number(), z.number(), z.number()])),
});

async function capacitiesOf(tx: Tx, mspId: string, repositoryIds: readonly string[], since: Date) {
  const rows = z.array(capacityRow).parse(
    await tx.$queryRaw`
    SELECT k.*, k."rawReportId"::text AS "reportId", r.received_at AS "receivedAt"
    FROM (SELECT q.repository_id::text AS "repositoryId", (array_agg(q.raw_report_id ORDER BY q.day_starts_at DESC))[1] AS "rawReportId",
        jsonb_agg(jsonb_build_array((extract(epoch FROM q.measured_at) * 1000)::bigint,
          coalesce(q.total_bytes - q.free_bytes, q.used_bytes), q.total_bytes) ORDER BY q.day_starts_at) AS readings
      FROM app.repository_capacity q
      WHERE q.msp_id = ${mspId}::uuid AND q.repository_id = ANY (${[...repositoryIds]}::uuid[])
        AND q.day_starts_at > ${since} AND q.total_bytes > 0 AND coalesce(q.free_bytes, q.used_bytes) IS NOT NULL
      GROUP BY q.repository_id) k
    JOIN app.raw_report r ON r.msp_id = ${mspId}::uuid AND r.raw_report_id = k."rawReportId"`,
  );
  return new Map(
    rows.map(({ repositoryId, readings, ...from }): [string, RepositoryFacts['capacity']] => {
      const all = readings.map(([at, usedBytes, totalBytes]) => ({ at, usedBytes, totalBytes }));
      const newest = all.at(-1);
      if (newest === undefined) return [repositoryId, null];
      const { at, usedBytes, totalBytes } = newest;
      const freeBytes = Math.max(0, totalBytes - usedBytes);
      return [
        repositoryId,
        { at, freeBytes, totalBytes, forecast: forecastFull(all), origin: reportOrigin(from) },
      ];
    }),
  );
}

const count = z.int().nullable();
const ruleRow = z.object({
  repositoryId: z.string(),
  timeZone: z.string(),
  last: count,
  hourly: count,
  daily: count,
  weekly: count,
  monthly: count,
  yearly: count,
  withinDays: count,
});
const keepRow = ruleRow.omit({ repositoryId: true, timeZone: true });
const changedRuleRow = ruleRow.extend({ former: keepRow.nullable(), changedAt: instant.nullable() });

/** What was only observed is no rule; of a machine's rules those count that its newest word has. */
async function retentionOf(tx: Tx, mspId: string, repositoryIds: readonly string[], since: Date) {
  const rows = z.array(changedRuleRow).parse(
    await tx.$queryRaw`
    SELECT r.repository_id::text AS "repositoryId", c.time_zone AS "timeZone", r.keep_last AS last, r.keep_hourly AS hourly,
      r.keep_daily AS daily, r.keep_weekly AS weekly, r.keep_monthly AS monthly, r.keep_yearly AS yearly,
      r.keep_within_days AS "withinDays", r.former_keep AS former, r.changed_at AS "changedAt"
    FROM (SELECT q.*, max(q.observed_at) OVER (PARTITION BY q.repository_id, q.agent_id) AS newest_at
      FROM app.retention_rule q
      WHERE q.msp_id = ${mspId}::uuid AND q.repository_id = ANY (${[...repositoryIds]}::uuid[])
        AND q.observed_at > ${since}) r
    JOIN app.client c ON c.msp_id = ${mspId}::uuid AND c.client_id = r.client_id
    WHERE r.observed_at = r.newest_at AND r.source <> 'observed'
    ORDER BY r.repository_id, r.agent_id, r.source, r.archives LIMIT 10000`,
  );
  return new Map(
    [...groupBy(rows, (one) => one.repositoryId)].map(
      ([id, rules]): [string, Omit<ToolRetention, 'arePointsWhole'>] => [
        id,
        {
          rules: rules.map((one): Keep => keepRow.parse(one)),
          former: formerOf(rules),
          timeZone: rules[0]?.timeZone ?? 'UTC',
        },
      ],
    ),
  );
}

/** What the rules said together before the last of them changed. */
function formerOf(rules: readonly z.output<typeof changedRuleRow>[]): ToolRetention['former'] {
  const changes = rules.flatMap(({ changedAt }) => changedAt ?? []);
  if (changes.length === 0) return null;
  return { rules: rules.map((one): Keep => one.former ?? keepRow.parse(one)), until: Math.max(...changes) };
}

const amount = z.number().nullable();
const sizesRow = z.object({
  jobId: z.string(),
  /** When, source bytes, changed bytes, files. */
  sizes: z.array(z.tuple([z.number(), amount, amount, amount])),
});

async function sizesOf(tx: Tx, mspId: string, { jobIds, runsFrom, runsTo }: Asked) {
  const rows = z.array(sizesRow).parse(
    await tx.$queryRaw`
    SELECT g.id::text AS "jobId", jsonb_agg(jsonb_build_array((extract(epoch FROM u.occurred_at) * 1000)::bigint,
      u.source_bytes, coalesce(u.stored_bytes, u.transferred_bytes), u.files_total)) AS sizes
    FROM unnest(${[...jobIds]}::uuid[]) AS g (id)
    JOIN LATERAL (SELECT * FROM app.run q WHERE q.msp_id = ${mspId}::uuid AND q.job_id = g.id
      AND q.occurred_at BETWEEN ${runsFrom}::timestamptz AND ${runsTo}::timestamptz
      AND q.kind IN ('backup', 'copy', 'replication', 'config_backup') AND q.status IN ('success', 'warning')
      ORDER BY q.occurred_at DESC LIMIT ${SIZES_MAX}) u ON true
    GROUP BY g.id`,
  );
  return new Map(
    rows.map(({ jobId, sizes }): [string, RunSize[]] => [
      jobId,
      sizes.map(([at, sourceBytes, changedBytes, files]) => ({ at, sourceBytes, changedBytes, files })),
    ]),
  );
}

const missingRow = z.object({
  agentId: z.string(),
  from: z.bigint().transform(Number),
  to: z.bigint().transform(Number),
  noticedAt: instant,
});

/** As `listMissingSequences`, of many agents, as far as the report after each gap came lately. */
async function missingOf(tx: Tx, mspId: string, agentIds: readonly string[], since: Date) {
  const rows = z.array(missingRow).parse(
    await tx.$queryRaw`
    SELECT s.agent_id::text AS "agentId", lower(gap) AS from, upper(gap) - 1 AS to, r.received_at AS "noticedAt"
    FROM app.agent_stream s
    CROSS JOIN unnest(int8multirange(int8range(1, upper(s.seen))) - s.seen) AS gap
    JOIN app.raw_report r ON r.msp_id = s.msp_id AND r.agent_id = s.agent_id AND r.epoch = s.epoch
      AND r.sequence = upper(gap)
    WHERE s.msp_id = ${mspId}::uuid AND s.agent_id = ANY (${[...agentIds]}::uuid[]) AND NOT isempty(s.seen)
      AND s.last_received_at > ${since} AND r.received_at > ${since}
    ORDER BY s.agent_id, s.epoch, lower(gap) LIMIT 1000`,
  );
  return new Map(
    [...groupBy(rows, (one) => one.agentId)].map(([id, gaps]): [string, AgentFacts['missingReports']] => [
      id,
      gaps.map(({ from, to, noticedAt }) => ({ from, to, noticedAt })),
    ]),
  );
}
