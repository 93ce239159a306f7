import { z } from 'zod';
import { Prisma } from '@/prisma/generated/prisma/client';
import type { SilenceOfClients } from './agents';
import type { Tx } from './database';
import { jsonRows } from './json-rows';
import { holdingPattern } from './like-pattern';

/** Whether a channel is heard: `silent` past the time that its check says, else past its client's policy. */
export const CHANNEL_STATES = ['silent', 'never-heard', 'reporting', 'closed'] as const;
type ChannelState = (typeof CHANNEL_STATES)[number];

export const CHANNEL_SORTS = ['state', 'name', 'client', 'heard'] as const;

/** Which channels are asked for, and in which order. */
export interface ChannelView {
  /** Part of the name of a channel, its system, product or client; empty: all. */
  readonly search: string;
  /** `aside`: its newest message was put aside. null: all that are not closed. */
  readonly state: ChannelState | 'aside' | null;
  /** null: of every client. */
  readonly clientId: string | null;
  readonly sort: (typeof CHANNEL_SORTS)[number];
  readonly isReversed: boolean;
  /** From 1. */
  readonly page: number;
}

export const CHANNEL_PAGE_SIZE = 100;

const channelRow = z.object({
  channelId: z.string(),
  clientId: z.string(),
  clientName: z.string(),
  timeZone: z.string(),
  kind: z.enum(['ping', 'mail', 'webhook', 'pull']),
  name: z.string(),
  /** The system that it tells of where its message names none. */
  hostname: z.string(),
  product: z.string().nullable(),
  messageCount: z.bigint().transform(Number),
  lastHeardAt: z.date().nullable(),
  /** From when on it is silent if nothing more comes; null: it never was heard. */
  silentAt: z.date().nullable(),
  closedAt: z.date().nullable(),
  /** Of a check whose pings change nothing until somebody resumes it, or a connector that pulls nothing until then. */
  pausedAt: z.date().nullable(),
  /** Pulls that came to nothing, one after the other, where it pulls. */
  pullFailures: z.int(),
  state: z.enum(CHANNEL_STATES),
  /** Its newest message and what became of it; null: none came. */
  newest: z
    .object({
      rawReportId: z.string(),
      state: z.enum(['pending', 'processed', 'quarantined']),
      reason: z.string().nullable(),
    })
    .nullable(),
});
/** A channel as a row of a list. */
export type ListedChannel = z.output<typeof channelRow>;

/** A page of the channels in view, with how many there are in all. */
export async function listChannels(
  tx: Tx,
  mspId: string,
  view: ChannelView,
  silence: SilenceOfClients,
  now: Date,
): Promise<{ channels: ListedChannel[]; total: number }> {
  const pattern = holdingPattern(view.search);
  const rows = z.array(channelRow.extend({ total: z.int() })).parse(
    await tx.$queryRaw`
      WITH ${knownChannels(mspId, silence, now)}
      SELECT k.*, (count(*) OVER ())::int AS total FROM known k
      WHERE (k.name ILIKE ${pattern} OR k.hostname ILIKE ${pattern} OR k.product ILIKE ${pattern} OR k."clientName" ILIKE ${pattern})
        AND (${view.clientId}::uuid IS NULL OR k."clientId" = ${view.clientId}::text) AND ${isInState(view.state)}
      ORDER BY ${orderOf(view)}, lower(k.name), k."channelId"
      LIMIT ${CHANNEL_PAGE_SIZE} OFFSET ${(view.page - 1) * CHANNEL_PAGE_SIZE}`,
  );
  return { channels: rows, total: rows[0]?.total ?? 0 };
}

/** The channels of a client (null: of every one) by id, closed ones among them: those after `after`, at most `limit`. */
export async function listChannelsById(
  tx: Tx,
  mspId: string,
  { clientId, after, limit }: { clientId: string | null; after: string | null; limit: number },
  silence: SilenceOfClients,
  now: Date,
): Promise<ListedChannel[]> {
  const rows = await tx.$queryRaw`
    WITH ${knownChannels(mspId, silence, now)} SELECT k.* FROM known k
    WHERE (${clientId}::uuid IS NULL OR k."clientId" = ${clientId}::text) AND (${after}::uuid IS NULL OR k."channelId" > ${after}::text)
    ORDER BY k."channelId" LIMIT ${limit}`;
  return z.array(channelRow).parse(rows);
}

const countsRow = z.object({
  silent: z.int(),
  'never-heard': z.int(),
  reporting: z.int(),
  closed: z.int(),
  aside: z.int(),
});
/** How many channels are in each state. */
export type ChannelCounts = z.output<typeof countsRow>;

/** `clientId` null: of every client. */
export async function countChannels(
  tx: Tx,
  mspId: string,
  clientId: string | null,
  silence: SilenceOfClients,
  now: Date,
): Promise<ChannelCounts> {
  const rows = await tx.$queryRaw`
    WITH ${knownChannels(mspId, silence, now)}
    SELECT (count(*) FILTER (WHERE state = 'silent'))::int AS silent,
      (count(*) FILTER (WHERE state = 'never-heard'))::int AS "never-heard",
      (count(*) FILTER (WHERE state = 'reporting'))::int AS reporting,
      (count(*) FILTER (WHERE state = 'closed'))::int AS closed,
      (count(*) FILTER (WHERE ${isInState('aside')}))::int AS aside
    FROM known k WHERE ${clientId}::uuid IS NULL OR k."clientId" = ${clientId}::text`;
  return z.tuple([countsRow]).parse(rows)[0];
}

/** One channel of the list; null: not there, or another MSP's. */
export async function findListedChannel(
  tx: Tx,
  mspId: string,
  channelId: string,
  silence: SilenceOfClients,
  now: Date,
): Promise<ListedChannel | null> {
  const rows = await tx.$queryRaw`
    WITH ${knownChannels(mspId, silence, now)} SELECT k.* FROM known k WHERE k."channelId" = ${channelId}::text`;
  return z.array(channelRow).parse(rows)[0] ?? null;
}

/** The channels of clients that are there, each with its state. A message's number is the channel's count. */
function knownChannels(mspId: string, silence: SilenceOfClients, now: Date): Prisma.Sql {
  const allowed = [...silence].map(([client_id, seconds]) => ({ client_id, seconds }));
  return Prisma.sql`
    allowed AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset(${jsonRows(allowed)}::jsonb) AS w (client_id uuid, seconds int)
    ),
    known AS (
      SELECT n.channel_id::text AS "channelId", n.client_id::text AS "clientId", c.name AS "clientName",
        c.time_zone AS "timeZone", n.kind, a.name, a.hostname, n.product, n.message_count AS "messageCount",
        a.last_seen_at AS "lastHeardAt", s.silent_at AS "silentAt", a.revoked_at AS "closedAt", coalesce(k.paused_at, q.paused_at) AS "pausedAt",
        coalesce(q.failures, 0) AS "pullFailures",
        CASE WHEN i.raw_report_id IS NOT NULL
          THEN jsonb_build_object('rawReportId', i.raw_report_id, 'state', i.state, 'reason', i.reason) END AS newest,
        CASE WHEN a.revoked_at IS NOT NULL THEN 'closed' WHEN a.last_seen_at IS NULL THEN 'never-heard'
          WHEN s.silent_at <= ${now}::timestamptz THEN 'silent' ELSE 'reporting' END AS state
      FROM app.inbound_channel n
      JOIN app.agent a ON a.msp_id = n.msp_id AND a.agent_id = n.channel_id
      JOIN app.client c ON c.msp_id = n.msp_id AND c.client_id = n.client_id
      JOIN allowed w ON w.client_id = n.client_id
      CROSS JOIN LATERAL (SELECT coalesce(a.silent_at, a.last_seen_at + make_interval(secs => w.seconds)) AS silent_at) s
      LEFT JOIN app.ping_check k ON k.msp_id = n.msp_id AND k.channel_id = n.channel_id
      LEFT JOIN app.pull_connector q ON q.msp_id = n.msp_id AND q.channel_id = n.channel_id
      LEFT JOIN app.raw_report r ON r.msp_id = n.msp_id AND r.agent_id = n.channel_id AND r.epoch = n.channel_id
        AND r.sequence = n.message_count
      LEFT JOIN app.inbox i ON i.msp_id = r.msp_id AND i.raw_report_id = r.raw_report_id
      WHERE n.msp_id = ${mspId}::uuid
    )`;
}

function isInState(state: ChannelView['state']): Prisma.Sql {
  if (state === null) return Prisma.sql`k.state <> 'closed'`;
  if (state === 'aside') return Prisma.sql`k.state <> 'closed' AND k.newest ->> 'state' = 'quarantined'`;
  return Prisma.sql`k.state = ${state}`;
}

function orderOf({ sort, isReversed }: ChannelView): Prisma.Sql {
  const direction = isReversed ? Prisma.sql`DESC` : Prisma.sql`ASC`;
  switch (sort) {
    case 'state':
      return Prisma.sql`array_position(${[...CHANNEL_STATES]}::text[], k.state) ${direction},
        k.newest ->> 'state' = 'quarantined' IS NOT TRUE`;
    case 'name':
      return Prisma.sql`lower(k.name) ${direction}`;
    case 'client':
      return Prisma.sql`lower(k."clientName") ${direction}`;
    case 'heard':
      return Prisma.sql`k."lastHeardAt" ${direction} NULLS FIRST`;
  }
}
