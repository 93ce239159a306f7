import { z } from 'zod';
import type { Tx } from './database';
import { messageEnvelope } from '../inbound/envelope';

const runStatus = z.enum(['success', 'warning', 'failed', 'cancelled', 'running', 'missed', 'unknown']);
const messageRow = z.object({
  rawReportId: z.string(),
  /** Its place among all of its channel, from 1. */
  number: z.bigint().transform(Number),
  receivedAt: z.date(),
  sizeBytes: z.int(),
  state: z.enum(['pending', 'processed', 'quarantined']),
  /** Why it was put aside, or what of it was left out. */
  reason: z.string().nullable(),
  /** What it was as a ping; null: it was none. */
  ping: messageEnvelope.shape.ping.unwrap().pick({ kind: true, exitStatus: true }).nullable(),
  /** The runs that it tells of, as they stand now. */
  runs: z.array(
    z.object({
      runId: z.string(),
      jobId: z.string(),
      jobName: z.string(),
      status: runStatus,
      systemId: z.string(),
      systemName: z.string(),
    }),
  ),
});
/** A message of a channel and what became of it. */
export type ChannelMessage = z.output<typeof messageRow>;

/** A mail tells of a run at most so long after it was. */
const RUN_LATENESS_DAYS = 40;

/**
 * A channel's messages, newest first. A ping's run is found by the name that the ping gave it, so that the start of a run leads to it
 * too; a mail's by the report that it rests on.
 */
export async function listChannelMessages(
  tx: Tx,
  mspId: string,
  channelId: string,
  limit: number,
): Promise<ChannelMessage[]> {
  const rows = await tx.$queryRaw`
    WITH message AS MATERIALIZED (
      SELECT r.raw_report_id, r.sequence, r.received_at, coalesce(r.body_bytes, octet_length(r.body)) AS size_bytes, r.envelope -> 'ping' AS ping,
        i.state, i.reason
      FROM app.raw_report r JOIN app.inbox i ON i.msp_id = r.msp_id AND i.raw_report_id = r.raw_report_id
      WHERE r.msp_id = ${mspId}::uuid AND r.agent_id = ${channelId}::uuid AND r.epoch = ${channelId}::uuid
      ORDER BY r.sequence DESC LIMIT ${limit}
    ),
    told AS MATERIALIZED (
      SELECT j.job_id, j.name FROM app.job j
      WHERE j.msp_id = ${mspId}::uuid AND (j.agent_id = ${channelId}::uuid
        OR j.job_id = (SELECT n.job_id FROM app.inbound_channel n WHERE n.msp_id = ${mspId}::uuid AND n.channel_id = ${channelId}::uuid))
    ),
    named AS (
      SELECT m.raw_report_id, i.run_id, i.occurred_at
      FROM message m CROSS JOIN told t
      JOIN app.run_identity i ON i.msp_id = ${mspId}::uuid AND i.job_id = t.job_id AND i.run_key = m.ping #>> '{run,key}'
      UNION
      SELECT m.raw_report_id, u.run_id, u.occurred_at
      FROM told t JOIN app.run u ON u.msp_id = ${mspId}::uuid AND u.job_id = t.job_id
      JOIN message m ON m.raw_report_id = u.raw_report_id
      WHERE u.occurred_at >= (SELECT min(received_at) FROM message) - make_interval(days => ${RUN_LATENESS_DAYS}::int)
        AND u.occurred_at < (SELECT max(received_at) FROM message) + interval '2 days'
    )
    SELECT m.raw_report_id::text AS "rawReportId", m.sequence AS number, m.received_at AS "receivedAt", m.size_bytes AS "sizeBytes",
      m.state, m.reason, nullif(m.ping, 'null') AS ping, coalesce(d.runs, '[]') AS runs
    FROM message m
    LEFT JOIN LATERAL (
      SELECT jsonb_agg(jsonb_build_object('runId', u.run_id, 'jobId', j.job_id, 'jobName', j.name, 'status', u.status,
        'systemId', y.system_id, 'systemName', y.name) ORDER BY j.name, u.run_id) AS runs
      FROM named g
      JOIN app.run u ON u.msp_id = ${mspId}::uuid AND u.occurred_at = g.occurred_at AND u.run_id = g.run_id
      JOIN app.job j ON j.msp_id = ${mspId}::uuid AND j.job_id = u.job_id
      JOIN app.system named ON named.msp_id = ${mspId}::uuid AND named.system_id = u.system_id
      JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.system_id = coalesce(named.merged_into_id, named.system_id)
      WHERE g.raw_report_id = m.raw_report_id
    ) d ON true
    ORDER BY m.sequence DESC`;
  return z.array(messageRow).parse(rows);
}
