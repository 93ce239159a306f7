import { Prisma } from '@/prisma/generated/prisma/client';

/** Where the rows are read that a verdict rests on: the tables, or what they were at another instant. Each goes behind FROM. */
export interface FactSources {
  readonly systems: Prisma.Sql;
  readonly dataSets: Prisma.Sql;
  readonly merges: Prisma.Sql;
  readonly jobs: Prisma.Sql;
  readonly points: Prisma.Sql;
  readonly tests: Prisma.Sql;
  readonly repositories: Prisma.Sql;
  readonly verifications: Prisma.Sql;
  readonly runs: Prisma.Sql;
  readonly agents: Prisma.Sql;
  readonly streams: Prisma.Sql;
  readonly declarations: Prisma.Sql;
  /** Up to when each agent has told what happened. */
  readonly told: Prisma.Sql;
}

/** What is known now. */
export const LIVE_FACTS: FactSources = {
  systems: Prisma.sql`app.system`,
  dataSets: Prisma.sql`app.data_set`,
  merges: Prisma.sql`app.data_set_merge`,
  jobs: Prisma.sql`app.job`,
  points: Prisma.sql`app.recovery_point`,
  tests: Prisma.sql`app.restore_test`,
  repositories: Prisma.sql`app.repository`,
  verifications: Prisma.sql`app.verification`,
  runs: Prisma.sql`app.run`,
  agents: Prisma.sql`app.agent`,
  streams: Prisma.sql`app.agent_stream`,
  declarations: Prisma.sql`app.declaration`,
  told: Prisma.sql`app.agent_told`,
};

/**
 * What was known at `at`, from what is kept of replaced facts: rows that had come by then, as they were. Columns by which rows are
 * found never change, so they are those of the table itself, for its indexes.
 */
export function factsAsOf(mspId: string, at: Date): FactSources {
  const past = (kind: string, id: Prisma.Sql): Prisma.Sql => Prisma.sql`
    LEFT JOIN LATERAL (SELECT f.was FROM app.past_fact f
      WHERE f.msp_id = ${mspId}::uuid AND f.kind = ${kind} AND f.fact_id = ${id} AND f.replaced_at > ${at}::timestamptz
      ORDER BY f.replaced_at LIMIT 1) p ON true
    CROSS JOIN LATERAL jsonb_populate_record(t, coalesce(p.was, '{}')) w
    WHERE t.msp_id = ${mspId}::uuid`;
  const hadCome = (reportId: Prisma.Sql): Prisma.Sql => Prisma.sql`EXISTS (SELECT FROM app.raw_report r
    WHERE r.msp_id = ${mspId}::uuid AND r.raw_report_id = ${reportId} AND r.received_at <= ${at}::timestamptz)`;
  return {
    systems: Prisma.sql`(SELECT t.msp_id, t.system_id, t.client_id, t.host_key, t.created_at, w.name, w.kind,
        w.last_seen_at, w.merged_into_id, w.site_id
      FROM app.system t ${past('system', Prisma.sql`t.system_id`)} AND t.created_at <= ${at}::timestamptz)`,
    dataSets: Prisma.sql`(SELECT t.msp_id, t.data_set_id, t.system_id, t.capture, w.name, w.sources, w.archived_at
      FROM app.data_set t ${past('data-set', Prisma.sql`t.data_set_id`)} AND t.created_at <= ${at}::timestamptz)`,
    merges: Prisma.sql`(SELECT t.msp_id, t.merge_id, t.data_set_id, t.into_data_set_id, t.sources, t.into_sources,
        t.decided_by_name, t.decided_at, NULL::timestamptz AS undone_at
      FROM app.data_set_merge t WHERE t.msp_id = ${mspId}::uuid AND t.decided_at <= ${at}::timestamptz
        AND (t.undone_at IS NULL OR t.undone_at > ${at}::timestamptz))`,
    jobs: Prisma.sql`(SELECT t.msp_id, t.job_id, t.client_id, t.system_id, t.kind, t.created_at, w.data_set_id, w.repository_id, w.agent_id, w.name
      FROM app.job t ${past('job', Prisma.sql`t.job_id`)} AND t.created_at <= ${at}::timestamptz)`,
    points: Prisma.sql`(SELECT t.msp_id, t.point_id, t.point_key, t.data_set_id, t.repository_id, t.taken_at, w.sources,
        w.state, w.capture, w.outcome, w.vanished_at, w.immutable_until, w.logical_bytes, w.raw_report_id
      FROM app.recovery_point t ${past('point', Prisma.sql`t.point_id`)} AND ${hadCome(Prisma.sql`w.raw_report_id`)})`,
    tests: Prisma.sql`(SELECT t.msp_id, t.restore_test_id, t.repository_id, t.point_id, t.level, t.result, t.ended_at, t.detail,
        t.raw_report_id, t.record_id, t.known_at, NULL::timestamptz AS withdrawn_at
      FROM app.restore_test t WHERE t.msp_id = ${mspId}::uuid
        AND (t.withdrawn_at IS NULL OR t.withdrawn_at > ${at}::timestamptz)
        AND (t.known_at <= ${at}::timestamptz OR ${hadCome(Prisma.sql`t.raw_report_id`)}))`,
    repositories: Prisma.sql`(SELECT t.msp_id, t.repository_id, t.client_id, t.created_at, w.name, w.tool, w.location,
        w.location_kind, w.host_system_id, w.media, w.media_source, w.is_encrypted, w.immutability_kind,
        w.immutability_until, w.immutability_source, w.is_deduplicating, w.attributes_report_id, w.last_attempt_at,
        w.last_attempt_report_id, w.last_problem_code, w.last_listing_at
      FROM app.repository t ${past('repository', Prisma.sql`t.repository_id`)}
        AND (w.attributes_report_id IS NULL OR ${hadCome(Prisma.sql`w.attributes_report_id`)}))`,
    verifications: Prisma.sql`(SELECT t.* FROM app.verification t WHERE t.msp_id = ${mspId}::uuid AND ${hadCome(Prisma.sql`t.raw_report_id`)})`,
    runs: Prisma.sql`(SELECT t.msp_id, t.run_id, t.job_id, t.kind, t.occurred_at, w.ended_at, w.status, w.is_partial, w.message,
        w.missing_sources, w.is_repository_unread, w.raw_report_id
      FROM app.run t ${past('run', Prisma.sql`t.run_id`)} AND ${hadCome(Prisma.sql`w.raw_report_id`)})`,
    agents: Prisma.sql`(SELECT t.msp_id, t.agent_id, t.name, t.hostname, t.client_id, NULL::int AS clock_skew_ms, t.channel,
        NULL::timestamptz AS silent_at, CASE WHEN t.revoked_at <= ${at}::timestamptz THEN t.revoked_at END AS revoked_at FROM app.agent t
      WHERE t.msp_id = ${mspId}::uuid AND (t.enrolled_at <= ${at}::timestamptz OR EXISTS (SELECT FROM app.raw_report r
        WHERE r.msp_id = ${mspId}::uuid AND r.agent_id = t.agent_id AND r.received_at <= ${at}::timestamptz)))`,
    streams: Prisma.sql`(SELECT t.msp_id, t.agent_id, (SELECT max(r.received_at) FROM app.raw_report r
        WHERE r.msp_id = ${mspId}::uuid AND r.agent_id = t.agent_id AND r.epoch = t.epoch
          AND r.received_at <= ${at}::timestamptz) AS last_received_at
      FROM app.agent_stream t WHERE t.msp_id = ${mspId}::uuid)`,
    declarations: Prisma.sql`(SELECT t.msp_id, t.declaration_id, t.repository_id, t.system_id, t.attribute, t.value,
        t.declared_by_name, t.declared_at, t.valid_until, t.reason, NULL::timestamptz AS withdrawn_at
      FROM app.declaration t WHERE t.msp_id = ${mspId}::uuid AND t.declared_at <= ${at}::timestamptz
        AND (t.withdrawn_at IS NULL OR t.withdrawn_at > ${at}::timestamptz))`,
    // A report that was processed before it was kept how far it tells is taken to have told of its sending.
    told: Prisma.sql`(SELECT r.msp_id, r.agent_id, max(coalesce(i.told_to, least(r.sent_at, r.received_at))) AS told_to
      FROM app.raw_report r JOIN app.inbox i ON i.msp_id = ${mspId}::uuid AND i.raw_report_id = r.raw_report_id
      WHERE r.msp_id = ${mspId}::uuid AND i.state = 'processed' AND r.received_at <= ${at}::timestamptz
      GROUP BY r.msp_id, r.agent_id)`,
  };
}
