import { z } from 'zod';
import type { RuleReach } from '@/domain/message-rules/message-rule';
import { Prisma } from '@/prisma/generated/prisma/client';
import type { Tx } from './database';

const messageRow = z.object({
  rawReportId: z.string(),
  clientId: z.string(),
  clientName: z.string(),
  channelId: z.string(),
  channelName: z.string(),
  channelKind: z.enum(['mail', 'webhook', 'pull']),
  /** What somebody said that the channel tells of. */
  product: z.string().nullable(),
  timeZone: z.string(),
  /** Its place among all of its channel, from 1. */
  number: z.bigint().transform(Number),
  receivedAt: z.date(),
  state: z.enum(['pending', 'processed', 'quarantined']),
  body: z.instanceof(Uint8Array).transform((bytes) => Buffer.from(bytes)),
});
/** A mail, a webhook's message or what a pull was shown, with its bytes. */
export type RuleMessage = z.output<typeof messageRow>;

/** What a rule is tried on while somebody writes it; longer messages are left out there. */
const TRIED_BYTES_MAX = 128 * 1024;
/** A message that somebody makes a rule from; longer ones are shown as bytes alone. */
export const EXAMPLE_BYTES_MAX = 4 * 1024 * 1024;

/** A message that a rule can be made from; null: not there, a ping, or too long to be shown. */
export async function findRuleMessage(
  tx: Tx,
  mspId: string,
  rawReportId: string,
): Promise<RuleMessage | null> {
  const rows = await tx.$queryRaw`${SELECTED(mspId)}
    AND r.raw_report_id = ${rawReportId}::uuid AND octet_length(r.body) <= ${EXAMPLE_BYTES_MAX}`;
  return z.array(messageRow).parse(rows)[0] ?? null;
}

/** The newest messages within a rule's reach that were put aside, or that were read. */
export async function listRuleMessages(
  tx: Tx,
  mspId: string,
  { clientId, channelId }: RuleReach,
  of: { state: 'processed' | 'quarantined'; isJson: boolean; limit: number },
): Promise<RuleMessage[]> {
  const kinds = kindsOf(of.isJson);
  // the newest messages are in the channels that were heard last: each has its newest looked at only
  const rows = await tx.$queryRaw`
    WITH reached AS MATERIALIZED (
      SELECT n.channel_id FROM app.inbound_channel n
      JOIN app.agent a ON a.msp_id = n.msp_id AND a.agent_id = n.channel_id
      WHERE n.msp_id = ${mspId}::uuid AND n.kind = ANY (${kinds}::text[]) AND a.last_seen_at IS NOT NULL
        AND (${clientId}::uuid IS NULL OR n.client_id = ${clientId}::uuid)
        AND (${channelId}::uuid IS NULL OR n.channel_id = ${channelId}::uuid)
      ORDER BY a.last_seen_at DESC LIMIT ${CHANNELS_MAX}
    ), newest AS MATERIALIZED (
      SELECT m.raw_report_id FROM reached h CROSS JOIN LATERAL (
        SELECT r.raw_report_id, r.received_at FROM app.raw_report r
        JOIN app.inbox i ON i.msp_id = r.msp_id AND i.raw_report_id = r.raw_report_id AND i.state = ${of.state}
        WHERE r.msp_id = ${mspId}::uuid AND r.agent_id = h.channel_id AND r.epoch = h.channel_id
        ORDER BY r.sequence DESC LIMIT ${of.limit}
      ) m ORDER BY m.received_at DESC, m.raw_report_id LIMIT ${of.limit}
    )
    ${SELECTED(mspId)} AND r.raw_report_id IN (SELECT raw_report_id FROM newest)
      AND octet_length(r.body) <= ${TRIED_BYTES_MAX}
    ORDER BY r.received_at DESC, r.raw_report_id`;
  return z.array(messageRow).parse(rows);
}

const CHANNELS_MAX = 200;

/** The channels whose messages a rule may read: no mail is a JSON. */
function kindsOf(isJson: boolean): RuleMessage['channelKind'][] {
  return isJson ? ['webhook', 'pull'] : ['mail', 'webhook', 'pull'];
}

const SELECTED = (mspId: string): Prisma.Sql => Prisma.sql`
  SELECT r.raw_report_id::text AS "rawReportId", r.client_id::text AS "clientId", c.name AS "clientName",
    n.channel_id::text AS "channelId", a.name AS "channelName", n.kind AS "channelKind", n.product,
    c.time_zone AS "timeZone", r.sequence AS number, r.received_at AS "receivedAt", i.state, r.body
  FROM app.raw_report r
  JOIN app.inbound_channel n ON n.msp_id = r.msp_id AND n.channel_id = r.agent_id AND n.kind = ANY (${kindsOf(false)}::text[])
  JOIN app.agent a ON a.msp_id = r.msp_id AND a.agent_id = r.agent_id
  JOIN app.client c ON c.msp_id = r.msp_id AND c.client_id = r.client_id
  JOIN app.inbox i ON i.msp_id = r.msp_id AND i.raw_report_id = r.raw_report_id
  WHERE r.msp_id = ${mspId}::uuid AND r.body_deleted_at IS NULL`;

/** Messages that one save has read again at most, the newest. */
const RETRIED_MAX = 5000;

/** Has the newest messages within a rule's reach that were put aside processed again; how many. */
export async function retryAsideWithin(
  tx: Tx,
  mspId: string,
  { clientId, channelId }: RuleReach,
  isJson: boolean,
): Promise<number> {
  const kinds = kindsOf(isJson);
  return tx.$executeRaw`
    UPDATE app.inbox i SET state = 'pending', attempts = 0, finished_at = NULL, reason = NULL
    WHERE i.msp_id = ${mspId}::uuid AND i.state = 'quarantined' AND i.raw_report_id IN (
      SELECT q.raw_report_id FROM app.inbox q
      JOIN app.raw_report r ON r.msp_id = q.msp_id AND r.raw_report_id = q.raw_report_id AND r.body_deleted_at IS NULL
      JOIN app.inbound_channel n ON n.msp_id = r.msp_id AND n.channel_id = r.agent_id AND n.kind = ANY (${kinds}::text[])
      WHERE q.msp_id = ${mspId}::uuid AND q.state = 'quarantined'
        AND (${clientId}::uuid IS NULL OR n.client_id = ${clientId}::uuid)
        AND (${channelId}::uuid IS NULL OR n.channel_id = ${channelId}::uuid)
      ORDER BY q.received_at DESC, q.raw_report_id LIMIT ${RETRIED_MAX}
    )`;
}

/** How many messages of channels within a reach wait to be read. */
export async function countPendingWithin(
  tx: Tx,
  mspId: string,
  { clientId, channelId }: RuleReach,
): Promise<number> {
  const rows = await tx.$queryRaw`
    SELECT count(*)::int AS count FROM app.inbox i
    JOIN app.raw_report r ON r.msp_id = i.msp_id AND r.raw_report_id = i.raw_report_id
    JOIN app.inbound_channel n ON n.msp_id = r.msp_id AND n.channel_id = r.agent_id
    WHERE i.msp_id = ${mspId}::uuid AND i.state = 'pending'
      AND (${clientId}::uuid IS NULL OR n.client_id = ${clientId}::uuid)
      AND (${channelId}::uuid IS NULL OR n.channel_id = ${channelId}::uuid)`;
  return z.tuple([z.object({ count: z.int() })]).parse(rows)[0].count;
}
