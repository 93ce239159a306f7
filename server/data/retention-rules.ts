import { z } from 'zod';
import type { Keep, KeepSource } from '@/domain/retention/keep';
import { Prisma } from '@/prisma/generated/prisma/client';
import type { Tx } from './database';
import { jsonRows } from './json-rows';

/** What is kept of a repository's points, as a report says. */
export interface RetentionRule {
  readonly repositoryId: string;
  readonly source: KeepSource;
  /** Of which points, as a pattern of the tool's own; empty: of all. */
  readonly archives: string;
  readonly keep: Keep;
}

/** Keeps what a report made at `observedAt` says, each rule named once; an older report changes nothing. */
export async function upsertRetentionRules(
  tx: Tx,
  mspId: string,
  clientId: string,
  rules: readonly RetentionRule[],
  seen: { agentId: string; observedAt: Date; rawReportId: string },
): Promise<void> {
  if (rules.length === 0) return;
  const rows = rules.map(({ keep, ...rule }) => ({ ...rule, ...keep }));
  await tx.$executeRaw`
    INSERT INTO app.retention_rule AS o (msp_id, repository_id, agent_id, source, archives, client_id, keep_last, keep_hourly,
      keep_daily, keep_weekly, keep_monthly, keep_yearly, keep_within_days, observed_at, raw_report_id)
    SELECT ${mspId}::uuid, r."repositoryId", ${seen.agentId}::uuid, r.source, r.archives, ${clientId}::uuid, r.last, r.hourly,
      r.daily, r.weekly, r.monthly, r.yearly, r."withinDays", ${seen.observedAt}, ${seen.rawReportId}::uuid
    FROM jsonb_to_recordset(${jsonRows(rows)}::jsonb) AS r ("repositoryId" uuid, source text, archives text, last int,
      hourly int, daily int, weekly int, monthly int, yearly int, "withinDays" int)
    ON CONFLICT (msp_id, repository_id, agent_id, source, archives) DO UPDATE SET keep_last = excluded.keep_last,
      keep_hourly = excluded.keep_hourly, keep_daily = excluded.keep_daily, keep_weekly = excluded.keep_weekly,
      keep_monthly = excluded.keep_monthly, keep_yearly = excluded.keep_yearly,
      keep_within_days = excluded.keep_within_days, observed_at = excluded.observed_at,
      raw_report_id = excluded.raw_report_id,
      former_keep = CASE WHEN ${isChanged} THEN jsonb_build_object('last', o.keep_last, 'hourly', o.keep_hourly,
        'daily', o.keep_daily, 'weekly', o.keep_weekly, 'monthly', o.keep_monthly, 'yearly', o.keep_yearly,
        'withinDays', o.keep_within_days) ELSE o.former_keep END,
      changed_at = CASE WHEN ${isChanged} THEN excluded.observed_at ELSE o.changed_at END
    WHERE o.observed_at <= excluded.observed_at`;
}

const isChanged = Prisma.sql`(o.keep_last, o.keep_hourly, o.keep_daily, o.keep_weekly, o.keep_monthly, o.keep_yearly, o.keep_within_days)
  IS DISTINCT FROM (excluded.keep_last, excluded.keep_hourly, excluded.keep_daily, excluded.keep_weekly, excluded.keep_monthly,
    excluded.keep_yearly, excluded.keep_within_days)`;

const row = z.object({
  source: z.enum(['tool_config', 'command_line', 'tool_reported', 'observed']),
  archives: z.string(),
  agentName: z.string(),
  last: z.int().nullable(),
  hourly: z.int().nullable(),
  daily: z.int().nullable(),
  weekly: z.int().nullable(),
  monthly: z.int().nullable(),
  yearly: z.int().nullable(),
  withinDays: z.int().nullable(),
  observedAt: z.date(),
  rawReportId: z.string(),
});

/** A rule as last seen, with whose configuration says so. */
export type ListedRetentionRule = Omit<RetentionRule, 'repositoryId'> &
  Pick<z.output<typeof row>, 'agentName' | 'observedAt' | 'rawReportId'>;

/** What machines last said is kept in a repository, at most 50; a rule that a machine's newest word no longer has is left out. */
export async function listRetentionRules(
  tx: Tx,
  mspId: string,
  repositoryId: string,
): Promise<ListedRetentionRule[]> {
  const rows = await tx.$queryRaw`
    SELECT r.source, r.archives, a.name AS "agentName", r.keep_last AS last, r.keep_hourly AS hourly, r.keep_daily AS daily,
      r.keep_weekly AS weekly, r.keep_monthly AS monthly, r.keep_yearly AS yearly, r.keep_within_days AS "withinDays",
      r.observed_at AS "observedAt", r.raw_report_id::text AS "rawReportId"
    FROM (SELECT q.*, max(q.observed_at) OVER (PARTITION BY q.agent_id) AS newest_at FROM app.retention_rule q
      WHERE q.msp_id = ${mspId}::uuid AND q.repository_id = ${repositoryId}::uuid) r
    JOIN app.agent a ON a.msp_id = ${mspId}::uuid AND a.agent_id = r.agent_id
    WHERE r.observed_at = r.newest_at
    ORDER BY lower(a.name), r.archives, r.source LIMIT 50`;
  return z
    .array(row)
    .parse(rows)
    .map(({ source, archives, agentName, observedAt, rawReportId, ...keep }) => ({
      source,
      archives,
      agentName,
      observedAt,
      rawReportId,
      keep,
    }));
}
