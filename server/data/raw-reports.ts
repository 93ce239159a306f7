import { z } from 'zod';
import { messageEnvelope } from '../inbound/envelope';
import type { Tx } from './database';

const row = z.object({
  rawReportId: z.string(),
  clientId: z.string().nullable(),
  clientName: z.string().nullable(),
  timeZone: z.string().nullable(),
  agentId: z.string(),
  agentName: z.string(),
  hostname: z.string(),
  epoch: z.string(),
  sequence: z.bigint().transform(Number),
  receivedAt: z.date(),
  sentAt: z.date(),
  contentEncoding: z.enum(['identity', 'gzip']),
  sizeBytes: z.int(),
  sha256: z.instanceof(Uint8Array).transform((bytes) => Buffer.from(bytes).toString('hex')),
  signature: z.instanceof(Uint8Array).transform((bytes) => Buffer.from(bytes).toString('base64')),
  state: z.enum(['pending', 'processed', 'quarantined']),
  reason: z.string().nullable(),
  finishedAt: z.date().nullable(),
  attempts: z.int(),
  /** By which way it came; `agent`: signed by the program itself. */
  channel: z.enum(['agent', 'ping', 'mail', 'webhook', 'pull', 'import']),
  /** What was known of a channel's message when it came. */
  envelope: messageEnvelope.nullable(),
  /** When its bytes were deleted, and by a term of how many months; null: they are kept. What else is here stays. */
  deleted: z.object({ at: z.coerce.date(), keptMonths: z.int() }).nullable(),
});
/** A report as received: from whom, when, and what became of it. Without its bytes. */
export type RawReport = z.output<typeof row>;

/** null: not there, or another MSP's. */
export async function findRawReport(tx: Tx, mspId: string, rawReportId: string): Promise<RawReport | null> {
  const rows = await tx.$queryRaw`
    SELECT r.raw_report_id::text AS "rawReportId", r.client_id::text AS "clientId", c.name AS "clientName",
      c.time_zone AS "timeZone", r.agent_id::text AS "agentId", a.name AS "agentName", a.hostname, r.epoch::text,
      r.sequence, r.received_at AS "receivedAt", r.sent_at AS "sentAt", r.content_encoding AS "contentEncoding",
      coalesce(r.body_bytes, octet_length(r.body)) AS "sizeBytes", r.body_sha256 AS sha256, r.signature, i.state, i.reason,
      i.finished_at AS "finishedAt", i.attempts, a.channel, r.envelope,
      CASE WHEN r.body_deleted_at IS NOT NULL
        THEN jsonb_build_object('at', r.body_deleted_at, 'keptMonths', r.body_kept_months) END AS deleted
    FROM app.raw_report r
    JOIN app.inbox i ON i.msp_id = r.msp_id AND i.raw_report_id = r.raw_report_id
    JOIN app.agent a ON a.msp_id = r.msp_id AND a.agent_id = r.agent_id
    LEFT JOIN app.client c ON c.msp_id = r.msp_id AND c.client_id = r.client_id
    WHERE r.msp_id = ${mspId}::uuid AND r.raw_report_id = ${rawReportId}::uuid`;
  return z.array(row).parse(rows)[0] ?? null;
}

const keyRow = z.object({
  publicKey: z.instanceof(Uint8Array).transform((bytes) => Buffer.from(bytes).toString('base64')),
  usedFrom: z.date(),
});
/** A key of an agent, SubjectPublicKeyInfo as base64, and from when on it signed with it. */
export type AgentPublicKey = z.output<typeof keyRow>;

/** Every key that an agent ever had. */
export async function listAgentPublicKeys(tx: Tx, mspId: string, agentId: string): Promise<AgentPublicKey[]> {
  const rows = await tx.agentPublicKey.findMany({
    where: { mspId, agentId },
    select: { publicKey: true, usedFrom: true },
  });
  return z.array(keyRow).parse(rows);
}

/** The exact bytes as received, none once they were deleted; null: not there, or another MSP's. */
export async function readRawReportBody(
  tx: Tx,
  mspId: string,
  rawReportId: string,
): Promise<{
  body: Uint8Array<ArrayBuffer>;
  contentEncoding: 'identity' | 'gzip';
  isMessage: boolean;
  /** null: they are kept. */
  deletedAt: Date | null;
} | null> {
  const report = await tx.rawReport.findUnique({
    where: { mspId_rawReportId: { mspId, rawReportId } },
    select: { body: true, contentEncoding: true, envelope: true, bodyDeletedAt: true },
  });
  if (!report) return null;
  return {
    body: report.body,
    contentEncoding: row.shape.contentEncoding.parse(report.contentEncoding),
    isMessage: report.envelope !== null,
    deletedAt: report.bodyDeletedAt,
  };
}

const derivedRow = z.object({
  kind: z.enum(['run', 'recovery-point', 'verification', 'restore-test', 'repository', 'finding']),
  label: z.string(),
  systemId: z.string().nullable(),
  systemName: z.string().nullable(),
  at: z.date(),
});
/** Something that rests on a report. */
export type DerivedFact = z.output<typeof derivedRow>;

/** Runs and points come to us at most this long after they were, and a listing tells of older points too. */
const RUN_LATENESS_DAYS = 40;

/**
 * What rests on a report now, newest first, at most 200; a later report that says more takes a fact over. Looked for among the
 * jobs of its agent, or those that its channel is joined to, and the repositories of its client, which are indexed.
 */
export async function listDerivedFacts(
  tx: Tx,
  mspId: string,
  report: Pick<RawReport, 'rawReportId' | 'agentId' | 'clientId' | 'receivedAt'>,
): Promise<DerivedFact[]> {
  const { rawReportId, agentId, clientId, receivedAt } = report;
  const from = new Date(receivedAt.getTime() - RUN_LATENESS_DAYS * 86_400_000);
  const to = new Date(receivedAt.getTime() + 2 * 86_400_000);
  const rows = await tx.$queryRaw`
    WITH repositories AS MATERIALIZED (
      SELECT * FROM app.repository o
      WHERE o.msp_id = ${mspId}::uuid AND o.client_id IS NOT DISTINCT FROM ${clientId}::uuid
    ),
    derived AS (
      SELECT 'run' AS kind, j.name || ': ' || u.status AS label, u.system_id, u.occurred_at AS at
      FROM app.job j JOIN app.run u ON u.msp_id = ${mspId}::uuid AND u.job_id = j.job_id
      WHERE j.msp_id = ${mspId}::uuid AND u.raw_report_id = ${rawReportId}::uuid
        AND (j.agent_id = ${agentId}::uuid OR j.job_id = (SELECT n.job_id FROM app.inbound_channel n
          WHERE n.msp_id = ${mspId}::uuid AND n.channel_id = ${agentId}::uuid))
        AND u.occurred_at >= ${from}::timestamptz AND u.occurred_at < ${to}::timestamptz
      UNION ALL
      SELECT 'recovery-point', o.name || ' ' || left(p.point_key, 8), p.system_id, p.taken_at
      FROM repositories o JOIN app.recovery_point p ON p.msp_id = ${mspId}::uuid AND p.repository_id = o.repository_id
      WHERE p.raw_report_id = ${rawReportId}::uuid
      UNION ALL
      SELECT 'verification', o.name || ': ' || v.depth || ' check, ' || v.result, NULL, v.ended_at
      FROM repositories o JOIN app.verification v ON v.msp_id = ${mspId}::uuid AND v.repository_id = o.repository_id
      WHERE v.raw_report_id = ${rawReportId}::uuid
      UNION ALL
      SELECT 'restore-test', t.level || ' from ' || o.name || ': ' || t.result, p.system_id, t.ended_at
      FROM repositories o
      JOIN app.restore_test t ON t.msp_id = ${mspId}::uuid AND t.repository_id = o.repository_id
      JOIN app.recovery_point p ON p.msp_id = ${mspId}::uuid AND p.point_id = t.point_id
      WHERE t.raw_report_id = ${rawReportId}::uuid
      UNION ALL
      SELECT 'repository', o.name || coalesce(': ' || o.last_problem_code, ''), NULL, o.last_attempt_at
      FROM repositories o
      WHERE o.last_attempt_at IS NOT NULL
        AND ${rawReportId}::uuid IN (o.last_attempt_report_id, o.last_listing_report_id, o.attributes_report_id)
      UNION ALL
      SELECT 'finding', f.rule || ' (' || f.subject_name || ')', f.system_id, f.since
      FROM app.finding f
      WHERE f.msp_id = ${mspId}::uuid AND f.client_id = ${clientId}::uuid AND f.closed_at IS NULL
        AND f.raw_report_id = ${rawReportId}::uuid
    )
    SELECT d.kind, d.label, d.system_id::text AS "systemId", y.name AS "systemName", d.at
    FROM derived d LEFT JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.system_id = d.system_id
    ORDER BY d.at DESC, d.kind, d.label LIMIT 200`;
  return z.array(derivedRow).parse(rows);
}
