import { z } from 'zod';
import { captureKind } from '@/contract/report';
import { messageEnvelope, type MessageEnvelope } from '../inbound/envelope';
import { createMailReader } from '../inbound/readable-part';
import type { DescribedChannel } from '../inbound/message-report';
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
  /** Of a mail of more than 2 MiB only what is read: without the content of its files. */
  readonly body: Buffer;
  readonly bodySha256: Buffer;
  /** How often processing it has failed. */
  readonly attempts: number;
  /** The channel whose message it is, with what was known of it when it came; null: it is an agent's report. */
  readonly message: { readonly channel: DescribedChannel; readonly envelope: MessageEnvelope } | null;
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
  body_bytes: z.int(),
  body: z.instanceof(Uint8Array).nullable(),
  body_sha256: z.instanceof(Uint8Array),
  attempts: z.int(),
  channel: z.enum(['agent', 'ping', 'mail', 'webhook', 'pull']),
  hostname: z.string(),
  time_zone: z.string().nullable(),
  envelope: messageEnvelope.nullable(),
  product: z.string().nullable(),
  capture: captureKind.nullable(),
  repository_key: z.string().nullable(),
  job_id: z.string().nullable(),
});

/** A batch ends with the report that fills it: one mail may have 25 MiB, and all of a batch are held at once. */
const BATCH_BYTES_MAX = 8 * 1024 * 1024;
/** What is longer is a mail. */
const SLICE_BYTES = 2 * 1024 * 1024;

/**
 * Takes one MSP's oldest pending reports for this transaction; another worker skips them. One worker at a time works on
 * an MSP, so none: there is nothing to do, or somebody is at it.
 *
 * Each report is looked up by itself (`LATERAL` … `OFFSET 0`): Postgres takes an MSP that its statistics do not know yet for one of few
 * rows, and would read all of the MSP's reports for each that is taken.
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
      SELECT raw_report_id, received_at, attempts FROM app.inbox
      WHERE msp_id = ${mspId}::uuid AND state = 'pending' AND coalesce(next_try_at, '-infinity') <= ${now}
      ORDER BY received_at, raw_report_id LIMIT ${limit} FOR UPDATE SKIP LOCKED
    ), fitting AS MATERIALIZED (
      SELECT s.raw_report_id, s.received_at, s.attempts FROM (
        SELECT m.*, r.size, sum(r.size) OVER (ORDER BY m.received_at, m.raw_report_id) AS bytes
        FROM mine m CROSS JOIN LATERAL (
          SELECT octet_length(r.body) AS size FROM app.raw_report r
          WHERE r.msp_id = ${mspId}::uuid AND r.raw_report_id = m.raw_report_id AND r.received_at = m.received_at OFFSET 0
        ) r
      ) s WHERE s.bytes - s.size < ${BATCH_BYTES_MAX}
    )
    SELECT r.raw_report_id::text, r.agent_id::text, r.client_id::text, a.name AS agent_name, r.epoch::text, r.sequence,
      r.received_at, r.sent_at, r.content_encoding, octet_length(r.body) AS body_bytes,
      CASE WHEN octet_length(r.body) <= ${SLICE_BYTES} THEN r.body END AS body, r.body_sha256, m.attempts, a.channel, a.hostname, c.time_zone,
      r.envelope, n.product, n.capture, n.job_id::text, o.repository_key
    FROM fitting m CROSS JOIN LATERAL (
      SELECT r.* FROM app.raw_report r
      WHERE r.msp_id = ${mspId}::uuid AND r.raw_report_id = m.raw_report_id AND r.received_at = m.received_at OFFSET 0
    ) r
    CROSS JOIN LATERAL (
      SELECT a.name, a.channel, a.hostname FROM app.agent a
      WHERE a.msp_id = ${mspId}::uuid AND a.agent_id = r.agent_id OFFSET 0
    ) a
    LEFT JOIN app.client c ON c.msp_id = r.msp_id AND c.client_id = r.client_id
    LEFT JOIN LATERAL (
      SELECT n.product, n.capture, n.repository_id, n.job_id FROM app.inbound_channel n
      WHERE n.msp_id = ${mspId}::uuid AND n.channel_id = r.agent_id OFFSET 0
    ) n ON true
    LEFT JOIN LATERAL (
      SELECT o.repository_key FROM app.repository o
      WHERE o.msp_id = ${mspId}::uuid AND o.repository_id = n.repository_id OFFSET 0
    ) o ON true
    ORDER BY r.received_at, r.raw_report_id`;
  const pending: PendingReport[] = [];
  const parsed = z.array(pendingRow).parse(rows);
  const jobs = await listJoinedJobs(tx, mspId, parsed);
  for (const row of parsed)
    pending.push({
      rawReportId: row.raw_report_id,
      agentId: row.agent_id,
      clientId: row.client_id,
      agentName: row.agent_name,
      epoch: row.epoch,
      sequence: Number(row.sequence),
      receivedAt: row.received_at,
      sentAt: row.sent_at,
      contentEncoding: row.content_encoding,
      body: row.body ? bufferOf(row.body) : await readLongMail(tx, mspId, row.raw_report_id, row.body_bytes),
      bodySha256: Buffer.from(row.body_sha256),
      attempts: row.attempts,
      message: messageOf(row, jobs.get(row.job_id ?? '') ?? null),
    });
  return pending;
}

/**
 * The readable part of a long mail, in slices: on its way to us each byte is four or more, as text. Nothing where that is longer than
 * anybody writes.
 */
async function readLongMail(tx: Tx, mspId: string, rawReportId: string, bytes: number): Promise<Buffer> {
  const reader = createMailReader();
  for (let from = 0; from < bytes; from += SLICE_BYTES) {
    const rows =
      await tx.$queryRaw`SELECT substring(body FROM ${from + 1}::int FOR ${SLICE_BYTES}::int) AS slice FROM app.raw_report
        WHERE msp_id = ${mspId}::uuid AND raw_report_id = ${rawReportId}::uuid`;
    const [{ slice }] = z.tuple([z.object({ slice: z.instanceof(Uint8Array) })]).parse(rows);
    try {
      reader.add(slice);
    } catch {
      return Buffer.alloc(0);
    }
  }
  return reader.end();
}

/** The same bytes, not copied. */
const bufferOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

const joinedJob = z.object({ hostname: z.string(), jobKey: z.string(), name: z.string() });
type JoinedJob = z.output<typeof joinedJob>;

/** The jobs of agents that channels are joined to, by id. */
async function listJoinedJobs(
  tx: Tx,
  mspId: string,
  rows: readonly z.output<typeof pendingRow>[],
): Promise<Map<string, JoinedJob>> {
  const ids = [...new Set(rows.flatMap(({ job_id }) => job_id ?? []))];
  if (ids.length === 0) return new Map();
  const found = await tx.$queryRaw`
    WITH joined AS MATERIALIZED (
      SELECT job_id, system_id, job_key, name FROM app.job WHERE msp_id = ${mspId}::uuid AND job_id = ANY (${ids}::uuid[])
    )
    SELECT j.job_id::text AS "jobId", y.host_key AS hostname, j.job_key AS "jobKey", j.name
    FROM joined j JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.system_id = j.system_id`;
  return new Map(
    z
      .array(joinedJob.extend({ jobId: z.string() }))
      .parse(found)
      .map(({ jobId, ...job }) => [jobId, job]),
  );
}

function messageOf(row: z.output<typeof pendingRow>, job: JoinedJob | null): PendingReport['message'] {
  const { channel: kind, envelope, capture } = row;
  if (kind === 'agent' || envelope === null) return null;
  const channel = {
    channelId: row.agent_id,
    kind,
    name: row.agent_name,
    hostname: row.hostname,
    product: row.product,
    capture: capture ?? 'files',
    repositoryKey: row.repository_key,
    job,
    timeZone: row.time_zone ?? 'UTC',
  };
  return { channel, envelope };
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
