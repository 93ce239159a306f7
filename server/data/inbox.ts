import { z } from 'zod';
import type { Tx } from './database';

/** A raw report that waits to be processed, with who sent it. */
export interface PendingReport {
  readonly rawReportId: string;
  readonly agentId: string;
  readonly clientId: string | null;
  readonly agentName: string;
  readonly epoch: string;
  readonly sequence: number;
  readonly receivedAt: Date;
  readonly sentAt: Date;
  readonly contentEncoding: 'identity' | 'gzip';
  readonly body: Buffer;
  readonly bodySha256: Buffer;
  /** How often processing it has failed. */
  readonly attempts: number;
}

const pendingRow = z.object({
  raw_report_id: z.string(),
  agent_id: z.string(),
  client_id: z.string().nullable(),
  agent_name: z.string(),
  epoch: z.string(),
  sequence: z.bigint(),
  received_at: z.date(),
  sent_at: z.date(),
  content_encoding: z.enum(['identity', 'gzip']),
  body: z.instanceof(Uint8Array),
  body_sha256: z.instanceof(Uint8Array),
  attempts: z.int(),
});

/**
 * Takes one MSP's oldest pending reports for this transaction; another worker skips them. One worker at a time works on
 * an MSP, so none: there is nothing to do, or somebody is at it.
 */
export async function claimPendingReports(
  tx: Tx,
  mspId: string,
  now: Date,
  limit: number,
): Promise<PendingReport[]> {
  const lock = await tx.$queryRaw`SELECT pg_try_advisory_xact_lock(72, hashtext(${mspId})) AS is_mine`;
  if (!z.tuple([z.object({ is_mine: z.boolean() })]).parse(lock)[0].is_mine) return [];
  const rows = await tx.$queryRaw`
    WITH mine AS MATERIALIZED (
      SELECT raw_report_id, attempts FROM app.inbox
      WHERE msp_id = ${mspId}::uuid AND state = 'pending' AND coalesce(next_try_at, '-infinity') <= ${now}
      ORDER BY received_at, raw_report_id LIMIT ${limit} FOR UPDATE SKIP LOCKED
    )
    SELECT r.raw_report_id::text, r.agent_id::text, r.client_id::text, a.name AS agent_name, r.epoch::text, r.sequence,
      r.received_at, r.sent_at, r.content_encoding, r.body, r.body_sha256, m.attempts
    FROM mine m JOIN app.raw_report r ON r.msp_id = ${mspId}::uuid AND r.raw_report_id = m.raw_report_id
    JOIN app.agent a ON a.msp_id = r.msp_id AND a.agent_id = r.agent_id
    ORDER BY r.received_at, r.raw_report_id`;
  return z
    .array(pendingRow)
    .parse(rows)
    .map((row) => ({
      rawReportId: row.raw_report_id,
      agentId: row.agent_id,
      clientId: row.client_id,
      agentName: row.agent_name,
      epoch: row.epoch,
      sequence: Number(row.sequence),
      receivedAt: row.received_at,
      sentAt: row.sent_at,
      contentEncoding: row.content_encoding,
      body: Buffer.from(row.body),
      bodySha256: Buffer.from(row.body_sha256),
      attempts: row.attempts,
    }));
}

/** Marks a report as done; `reason` says what of it was left out, or why it was put aside, `toldTo` up to when it tells what happened. */
export async function finishReport(
  tx: Tx,
  mspId: string,
  rawReportId: string,
  done: { state: 'processed' | 'quarantined'; reason: string | null; at: Date; toldTo?: Date },
): Promise<void> {
  await tx.$executeRaw`UPDATE app.inbox SET state = ${done.state}, reason = ${done.reason?.slice(0, 2000) ?? null},
      finished_at = ${done.at}, next_try_at = NULL, told_to = ${done.toldTo ?? null}
    WHERE msp_id = ${mspId}::uuid AND raw_report_id = ${rawReportId}::uuid AND state = 'pending'`;
}

/** Counts a failure: another try at `nextTryAt`; null: no more, it is put aside with the reason. */
export async function recordFailure(
  tx: Tx,
  mspId: string,
  rawReportId: string,
  failure: { reason: string; at: Date; nextTryAt: Date | null },
): Promise<void> {
  await tx.$executeRaw`UPDATE app.inbox SET attempts = attempts + 1, reason = ${failure.reason.slice(0, 2000)},
      next_try_at = ${failure.nextTryAt}::timestamptz,
      state = CASE WHEN ${failure.nextTryAt}::timestamptz IS NULL THEN 'quarantined' ELSE state END,
      finished_at = CASE WHEN ${failure.nextTryAt}::timestamptz IS NULL THEN ${failure.at}::timestamptz END
    WHERE msp_id = ${mspId}::uuid AND raw_report_id = ${rawReportId}::uuid AND state = 'pending'`;
}
