import { z } from 'zod';
import { CHANNEL_KINDS, type ChannelKind } from '@/domain/notify/delivery';
import { ruleTerms, type RuleTerms } from '@/domain/notify/notification-rule';
import type { Tx } from './database';

/** Channels and rules that an MSP may have at a time. */
export const CHANNELS_MAX = 100;
export const RULES_MAX = 100;

/** Where messages go, without its address. */
export interface Channel {
  readonly channelId: string;
  readonly name: string;
  readonly kind: ChannelKind;
  /** As much of its address as may be seen. */
  readonly shownAddress: string;
  /** Of a ticket system: whether its tickets name a company of its own. */
  readonly needsCompany: boolean;
}

/** A rule as it is kept. */
export interface KeptRule {
  readonly ruleId: string;
  readonly name: string;
  readonly channelId: string;
  readonly escalationChannelId: string | null;
  readonly terms: RuleTerms;
  /** What happened before is not told. */
  readonly activeFrom: Date;
}

type Sealed = Uint8Array<ArrayBuffer>;
interface By {
  readonly at: Date;
  readonly by: string;
}

const channelRow = z.object({
  channelId: z.string(),
  name: z.string(),
  kind: z.enum(CHANNEL_KINDS),
  shownAddress: z.string(),
  needsCompany: z.boolean(),
});
const ruleRow = z.object({
  ruleId: z.string(),
  name: z.string(),
  channelId: z.string(),
  escalationChannelId: z.string().nullable(),
  terms: ruleTerms,
  activeFrom: z.date(),
});

/** Those that were not removed, by name. */
export async function listChannels(tx: Tx, mspId: string): Promise<Channel[]> {
  const rows = await tx.notificationChannel.findMany({
    where: { mspId, removedAt: null },
    select: { channelId: true, name: true, kind: true, shownAddress: true, needsCompany: true },
    orderBy: [{ name: 'asc' }, { channelId: 'asc' }],
    take: CHANNELS_MAX,
  });
  return z.array(channelRow).parse(rows);
}

/** Those that were not removed, by name. */
export async function listNotificationRules(tx: Tx, mspId: string): Promise<KeptRule[]> {
  const rows = await tx.notificationRule.findMany({
    where: { mspId, removedAt: null },
    select: {
      ruleId: true,
      name: true,
      channelId: true,
      escalationChannelId: true,
      terms: true,
      activeFrom: true,
    },
    orderBy: [{ name: 'asc' }, { ruleId: 'asc' }],
    take: RULES_MAX,
  });
  return z.array(ruleRow).parse(rows);
}

/** Keeps everybody else from the MSP's channels and rules until commit, so that what refers to each other stays. */
export async function lockNotificationSettings(tx: Tx, mspId: string): Promise<void> {
  await tx.$queryRaw`SELECT count(pg_advisory_xact_lock(74, hashtext(${mspId})))::int AS locked`;
}

/** `sealed`: made by server/notify/channel-address.ts. */
export async function insertChannel(
  tx: Tx,
  mspId: string,
  { at, by, ...channel }: Channel & By & { readonly sealed: Sealed },
): Promise<void> {
  await tx.notificationChannel.create({
    data: { mspId, ...channel, createdAt: at, createdBy: by },
    select: { channelId: true },
  });
}

/** What is encrypted of a channel; null: it is not there. */
export async function readSealedChannel(
  tx: Tx,
  mspId: string,
  channelId: string,
): Promise<Uint8Array | null> {
  const found = await tx.notificationChannel.findFirst({
    where: { mspId, channelId },
    select: { sealed: true },
  });
  return found?.sealed ?? null;
}

/** Changes a ticket system, which is a channel. */
export async function updateTicketSystem(
  tx: Tx,
  mspId: string,
  { channelId, ...system }: Omit<Channel, 'kind'> & { readonly sealed: Sealed },
): Promise<void> {
  await tx.notificationChannel.updateMany({ where: { mspId, channelId, removedAt: null }, data: system });
}

/** Removes a channel (`removed`) or brings it back (null); its name, or null: it is not there, or was so already. */
export async function setChannelRemoved(
  tx: Tx,
  mspId: string,
  channelId: string,
  removed: By | null,
): Promise<string | null> {
  const rows = await tx.notificationChannel.updateManyAndReturn({
    where: { mspId, channelId, removedAt: removed ? null : { not: null } },
    data: { removedAt: removed?.at ?? null, removedBy: removed?.by ?? null },
    select: { name: true },
  });
  return rows[0]?.name ?? null;
}

export async function insertNotificationRule(
  tx: Tx,
  mspId: string,
  { by, ...rule }: KeptRule & { readonly by: string },
): Promise<void> {
  await tx.notificationRule.create({
    data: { mspId, ...rule, createdBy: by },
    select: { ruleId: true },
  });
}

/** false: it is not there, or was removed. */
export async function updateNotificationRule(
  tx: Tx,
  mspId: string,
  { ruleId, name, channelId, escalationChannelId, terms }: Omit<KeptRule, 'activeFrom'>,
): Promise<boolean> {
  const { count } = await tx.notificationRule.updateMany({
    where: { mspId, ruleId, removedAt: null },
    data: { name, channelId, escalationChannelId, terms },
  });
  return count === 1;
}

/** Removes a rule (`removed`) or brings it back (null); what it was, or null: it is not there, or was so already. */
export async function setRuleRemoved(
  tx: Tx,
  mspId: string,
  ruleId: string,
  removed: By | null,
): Promise<Omit<KeptRule, 'terms' | 'activeFrom'> | null> {
  const rows = await tx.notificationRule.updateManyAndReturn({
    where: { mspId, ruleId, removedAt: removed ? null : { not: null } },
    data: { removedAt: removed?.at ?? null, removedBy: removed?.by ?? null },
    select: { ruleId: true, name: true, channelId: true, escalationChannelId: true },
  });
  return rows[0] ?? null;
}
