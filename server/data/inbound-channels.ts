import { z } from 'zod';
import { captureKind, type CaptureKind } from '@/contract/report';
import type { CheckSettings } from '@/domain/ping/check';
import { Prisma } from '@/prisma/generated/prisma/client';
import { bodyFilters } from '../inbound/body-filters';
import type { Tx } from './database';

export type ChannelKind = 'ping' | 'mail' | 'webhook' | 'pull';

/** A channel to be made, with everything that its rows say. */
export interface NewChannel {
  readonly channelId: string;
  readonly clientId: string;
  readonly kind: ChannelKind;
  readonly name: string;
  /** The name of the system that it tells of. */
  readonly hostname: string;
  readonly address: string;
  readonly product: string | null;
  readonly capture: CaptureKind;
  readonly repositoryId: string | null;
  readonly jobId: string | null;
  readonly createdAt: Date;
  /** null: a ping made it. */
  readonly createdByName: string | null;
  /** null: it is none of pings. */
  readonly check: NewCheck | null;
}

export interface NewCheck extends CheckSettings {
  readonly slug: string;
  readonly tags: string;
  readonly description: string;
}

/** Makes a channel in the running transaction; false: somebody has its address. */
export async function insertChannel(tx: Tx, channel: NewChannel): Promise<boolean> {
  const rows = await tx.$queryRaw`SELECT app.open_channel(${JSON.stringify(channel)}::jsonb) AS "isOpen"`;
  return z.tuple([z.object({ isOpen: z.boolean() })]).parse(rows)[0].isOpen;
}

/** Closes a channel for good; false: it is not there, or was closed. */
export async function closeChannelAddress(tx: Tx, channelId: string): Promise<boolean> {
  const rows = await tx.$queryRaw`SELECT identity.close_channel(${channelId}::uuid) AS "isClosed"`;
  return z.tuple([z.object({ isClosed: z.boolean() })]).parse(rows)[0].isClosed;
}

/** The key in a client's ping URLs with slugs; null: it has none yet. */
export async function findPingKey(tx: Tx, mspId: string, clientId: string): Promise<string | null> {
  const found = await tx.pingKey.findFirst({
    where: { mspId, clientId },
    orderBy: { createdAt: 'desc' },
    select: { pingKey: true },
  });
  return found?.pingKey ?? null;
}

/** Gives a client a ping key; false: somebody has it. */
export async function insertPingKey(
  tx: Tx,
  mspId: string,
  { clientId, pingKey, createdAt }: { clientId: string; pingKey: string; createdAt: Date },
): Promise<boolean> {
  const rows =
    await tx.$queryRaw`SELECT identity.open_inbound_address(${pingKey}, 'ping-key', ${clientId}::uuid, NULL) AS "isOpen"`;
  if (!z.tuple([z.object({ isOpen: z.boolean() })]).parse(rows)[0].isOpen) return false;
  await tx.pingKey.create({ data: { mspId, clientId, pingKey, createdAt } });
  return true;
}

const channelRow = z.object({
  channelId: z.string(),
  clientId: z.string(),
  kind: z.enum(['ping', 'mail', 'webhook', 'pull']),
  name: z.string(),
  hostname: z.string(),
  address: z.string(),
  product: z.string().nullable(),
  capture: captureKind,
  repositoryId: z.string().nullable(),
  repositoryName: z.string().nullable(),
  jobId: z.string().nullable(),
  jobName: z.string().nullable(),
  messageCount: z.bigint().transform(Number),
  createdAt: z.date(),
  createdByName: z.string().nullable(),
  closedAt: z.date().nullable(),
  lastHeardAt: z.date().nullable(),
});
/** A channel with what somebody said of it, and when it was heard. */
export type InboundChannel = z.output<typeof channelRow>;

/** One channel; null: not there, or another MSP's. */
export async function findChannel(tx: Tx, mspId: string, channelId: string): Promise<InboundChannel | null> {
  const rows = await tx.$queryRaw`
    SELECT n.channel_id::text AS "channelId", n.client_id::text AS "clientId", n.kind, a.name, a.hostname, n.address, n.product,
      n.capture, n.repository_id::text AS "repositoryId", o.name AS "repositoryName", n.job_id::text AS "jobId", j.name AS "jobName",
      n.message_count AS "messageCount", n.created_at AS "createdAt", n.created_by_name AS "createdByName",
      a.revoked_at AS "closedAt", a.last_seen_at AS "lastHeardAt"
    FROM app.inbound_channel n
    JOIN app.agent a ON a.msp_id = n.msp_id AND a.agent_id = n.channel_id
    LEFT JOIN app.repository o ON o.msp_id = n.msp_id AND o.repository_id = n.repository_id
    LEFT JOIN app.job j ON j.msp_id = n.msp_id AND j.job_id = n.job_id
    WHERE n.msp_id = ${mspId}::uuid AND n.channel_id = ${channelId}::uuid`;
  return z.array(channelRow).parse(rows)[0] ?? null;
}

const settingsRow = z.object({
  clientId: z.string(),
  closedAt: z.date().nullable(),
  name: z.string(),
  hostname: z.string(),
  product: z.string().nullable(),
  capture: captureKind,
  repositoryId: z.string().nullable(),
  jobId: z.string().nullable(),
  check: z
    .object({
      slug: z.string(),
      tags: z.string(),
      description: z.string(),
      timeoutSeconds: z.int(),
      graceSeconds: z.int(),
      schedule: z.string().nullable(),
      timeZone: z.string(),
      isPostOnly: z.boolean(),
      isResumedByHand: z.boolean(),
      filters: bodyFilters,
    })
    .nullable(),
  pausedAt: z.date().nullable(),
  lastPingAt: z.date().nullable(),
});
type SettingsRow = z.output<typeof settingsRow>;

/** What people say of a channel, and may say anew. */
export type ChannelSettings = Omit<SettingsRow, 'clientId' | 'closedAt' | 'pausedAt' | 'lastPingAt'>;

/** A channel's settings with how its check stands. */
export interface StandingChannel extends Pick<
  SettingsRow,
  'clientId' | 'closedAt' | 'pausedAt' | 'lastPingAt'
> {
  readonly settings: ChannelSettings;
}

/** null: not there, or another MSP's. */
export async function findChannelSettings(
  tx: Tx,
  mspId: string,
  channelId: string,
): Promise<StandingChannel | null> {
  return readSettings(tx, mspId, channelId, Prisma.empty);
}

/** The same, kept from other changes and from messages until the transaction ends. */
export async function lockChannelSettings(
  tx: Tx,
  mspId: string,
  channelId: string,
): Promise<StandingChannel | null> {
  return readSettings(tx, mspId, channelId, Prisma.sql`FOR UPDATE OF n`);
}

async function readSettings(
  tx: Tx,
  mspId: string,
  channelId: string,
  lock: Prisma.Sql,
): Promise<StandingChannel | null> {
  const rows = await tx.$queryRaw`
    SELECT n.client_id::text AS "clientId", a.revoked_at AS "closedAt", a.name, a.hostname, n.product, n.capture,
      n.repository_id::text AS "repositoryId", n.job_id::text AS "jobId", k.paused_at AS "pausedAt", k.last_ping_at AS "lastPingAt",
      CASE WHEN k.channel_id IS NOT NULL THEN jsonb_build_object('slug', k.slug, 'tags', k.tags, 'description', k.description,
        'timeoutSeconds', k.timeout_seconds, 'graceSeconds', k.grace_seconds, 'schedule', k.schedule, 'timeZone', k.time_zone,
        'isPostOnly', k.is_post_only, 'isResumedByHand', k.is_resumed_by_hand, 'filters', k.filters) END AS check
    FROM app.inbound_channel n
    JOIN app.agent a ON a.msp_id = n.msp_id AND a.agent_id = n.channel_id
    LEFT JOIN app.ping_check k ON k.msp_id = n.msp_id AND k.channel_id = n.channel_id
    WHERE n.msp_id = ${mspId}::uuid AND n.channel_id = ${channelId}::uuid ${lock}`;
  const [row] = z.array(settingsRow).parse(rows);
  if (!row) return null;
  const { clientId, closedAt, pausedAt, lastPingAt, ...settings } = row;
  return { clientId, closedAt, pausedAt, lastPingAt, settings };
}

/** Says anew what a channel tells of. `silentAt`: from when on its silence is its own; null: when the policy says so. */
export async function updateChannel(
  tx: Tx,
  mspId: string,
  channelId: string,
  { name, hostname, product, capture, repositoryId, jobId, check }: ChannelSettings,
  silentAt: Date | null,
): Promise<void> {
  await tx.agent.updateMany({ where: { mspId, agentId: channelId }, data: { name, hostname, silentAt } });
  await tx.inboundChannel.updateMany({
    where: { mspId, channelId },
    data: { product, capture, repositoryId, jobId },
  });
  if (check) await tx.pingCheck.updateMany({ where: { mspId, channelId }, data: { ...check } });
}

/**
 * Holds a check still from `pausedAt` on, or (null) lets it go on: what goes on is new until it is heard. Meanwhile it is silent when the
 * policy says so.
 */
export async function pauseCheck(
  tx: Tx,
  mspId: string,
  channelId: string,
  pausedAt: Date | null,
): Promise<void> {
  const started = { startedAt: null, startedRid: null, startedNumber: null };
  const heard = pausedAt === null && { lastPingAt: null, lastOutcome: null, lastDurationSeconds: null };
  await tx.pingCheck.updateMany({ where: { mspId, channelId }, data: { pausedAt, ...started, ...heard } });
  await tx.agent.updateMany({ where: { mspId, agentId: channelId }, data: { silentAt: null } });
}

/** The systems that a channel has told of, and that of the job it is joined to. */
export async function systemsOfChannel(
  tx: Tx,
  mspId: string,
  channelId: string,
  jobIds: readonly string[],
): Promise<string[]> {
  const jobs = await tx.job.findMany({
    where: { mspId, OR: [{ agentId: channelId }, { jobId: { in: [...jobIds] } }] },
    select: { systemId: true },
    take: 1000,
  });
  return [...new Set(jobs.map(({ systemId }) => systemId))];
}
