import { z } from 'zod';
import { severityRank } from '@/domain/findings/harm';
import { STEPS, STORM_WINDOW, type Step } from '@/domain/notify/decide-messages';
import { CHANNEL_KINDS, DELIVERY_PROBLEMS, type DeliveryProblem } from '@/domain/notify/delivery';
import type { MessageContent } from '@/domain/notify/message-content';
import type { Severity } from '@/domain/protection/verdict';
import type { Tx } from './database';
import { jsonRows } from './json-rows';

/** A message to one channel, to be sent from `createdAt` on. */
export interface NewNotification {
  readonly notificationId: string;
  /** null: a test. */
  readonly ruleId: string | null;
  readonly channelId: string;
  readonly content: MessageContent;
  readonly createdAt: Date;
  readonly giveUpAt: Date;
  /** Whether nothing is left to send: the ticket system of its channel keeps tickets instead. */
  readonly isDone: boolean;
}

/** That a rule tells a channel something of a cause. */
export interface NewTold {
  readonly ruleId: string;
  readonly channelId: string;
  readonly notificationId: string;
  readonly causeId: string;
  readonly clientId: string;
  readonly episode: number;
  readonly step: Step;
  readonly severity: Severity;
}

/** A notification that one worker sends now. */
export interface ClaimedNotification {
  readonly notificationId: string;
  /** This one counted. Whoever claims it after the lease has a higher one. */
  readonly attempts: number;
  readonly channelId: string;
  readonly kind: (typeof CHANNEL_KINDS)[number];
  readonly sealed: Uint8Array;
  readonly isChannelRemoved: boolean;
  readonly content: unknown;
  readonly createdAt: Date;
  readonly giveUpAt: Date;
}

/** What an attempt came to. */
export interface AttemptResult {
  /** null: it was taken. */
  readonly problem: DeliveryProblem | null;
  readonly httpStatus: number | null;
  /** In the receiver's own words. */
  readonly serverAnswer: string | null;
  readonly tookMs: number;
}

export async function insertNotifications(
  tx: Tx,
  mspId: string,
  notifications: readonly NewNotification[],
): Promise<void> {
  await tx.notification.createMany({
    data: notifications.map(({ isDone, ...one }) => ({
      ...one,
      mspId,
      nextTryAt: one.createdAt,
      ...(isDone && { state: 'sent', finishedAt: one.createdAt }),
    })),
  });
}

/** Remembers what is told. @throws where it was told before: nothing is told twice */
export async function insertTold(tx: Tx, mspId: string, told: readonly NewTold[], at: Date): Promise<void> {
  const rows = told.map((one) => ({ ...one, rank: severityRank(one.severity) }));
  await tx.$executeRaw`
    INSERT INTO app.notification_told (msp_id, rule_id, channel_id, cause_id, episode, step, severity_rank, client_id,
      notification_id, at)
    SELECT ${mspId}::uuid, r."ruleId", r."channelId", r."causeId", r.episode, r.step, r.rank, r."clientId", r."notificationId", ${at}
    FROM jsonb_to_recordset(${jsonRows(rows)}::jsonb) AS r ("ruleId" uuid, "channelId" uuid, "causeId" uuid, episode int, step text,
      rank int, "clientId" uuid, "notificationId" uuid)`;
}

/** When a rule's messages to its channel were decided in the last ten minutes. */
export async function recentlySent(
  tx: Tx,
  mspId: string,
  { ruleId, channelId }: { ruleId: string; channelId: string },
  now: Date,
): Promise<number[]> {
  const rows = await tx.notification.findMany({
    where: { mspId, ruleId, channelId, createdAt: { gt: new Date(now.getTime() - STORM_WINDOW) } },
    select: { createdAt: true },
    orderBy: { createdAt: 'desc' },
    take: 100,
  });
  return rows.map(({ createdAt }) => createdAt.getTime());
}

const claimedRow = z.object({
  notificationId: z.string(),
  attempts: z.int(),
  channelId: z.string(),
  kind: z.enum(CHANNEL_KINDS),
  sealed: z.instanceof(Uint8Array),
  isChannelRemoved: z.boolean(),
  content: z.unknown(),
  createdAt: z.date(),
  giveUpAt: z.date(),
});

/**
 * Takes the notification that has waited longest of those due at `now`, so that nobody else takes it before `leaseUntil`; null: none
 * is due, or others hold them. A worker that dies leaves it to the next one after the lease.
 */
export async function claimNotification(
  tx: Tx,
  mspId: string,
  now: Date,
  leaseUntil: Date,
): Promise<ClaimedNotification | null> {
  const rows = await tx.$queryRaw`
    UPDATE app.notification n SET attempts = n.attempts + 1, next_try_at = ${leaseUntil}
    FROM app.notification_channel c
    WHERE n.msp_id = ${mspId}::uuid AND c.msp_id = ${mspId}::uuid AND c.channel_id = n.channel_id AND n.notification_id = (
      SELECT w.notification_id FROM app.notification w
      WHERE w.msp_id = ${mspId}::uuid AND w.state = 'waiting' AND w.next_try_at <= ${now}
      ORDER BY w.next_try_at, w.notification_id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING n.notification_id AS "notificationId", n.attempts, n.channel_id AS "channelId", c.kind, c.sealed,
      c.removed_at IS NOT NULL AS "isChannelRemoved", n.content, n.created_at AS "createdAt", n.give_up_at AS "giveUpAt"`;
  return z.array(claimedRow).max(1).parse(rows)[0] ?? null;
}

/** Ends a claimed notification; false: it is somebody else's since the lease ended. */
export async function finishNotification(
  tx: Tx,
  mspId: string,
  { notificationId, attempts }: ClaimedNotification,
  result: AttemptResult,
  now: Date,
): Promise<boolean> {
  const { count } = await tx.notification.updateMany({
    where: { mspId, notificationId, attempts, state: 'waiting' },
    data: { ...result, state: result.problem === null ? 'sent' : 'given-up', finishedAt: now },
  });
  return count > 0;
}

/** Lets a claimed notification wait for its next attempt. */
export async function postponeNotification(
  tx: Tx,
  mspId: string,
  { notificationId, attempts }: ClaimedNotification,
  result: AttemptResult & { readonly nextTryAt: Date },
): Promise<void> {
  await tx.notification.updateMany({
    where: { mspId, notificationId, attempts, state: 'waiting' },
    data: result,
  });
}

const shownRow = z.object({
  notificationId: z.string(),
  /** null: a test. */
  ruleName: z.string().nullable(),
  channelName: z.string(),
  kind: z.enum(CHANNEL_KINDS),
  causeCount: z.int(),
  /** Of the gravest cause. */
  title: z.string().nullable(),
  clientName: z.string().nullable(),
  step: z.enum(STEPS).nullable(),
  state: z.enum(['waiting', 'sent', 'given-up']),
  attempts: z.int(),
  createdAt: z.date(),
  nextTryAt: z.date(),
  finishedAt: z.date().nullable(),
  problem: z.enum(DELIVERY_PROBLEMS).nullable(),
  httpStatus: z.int().nullable(),
  serverAnswer: z.string().nullable(),
  tookMs: z.int().nullable(),
});
/** A notification and what became of it. */
export type ShownNotification = z.output<typeof shownRow>;

/** The newest notifications of an MSP. `notificationId`: that one alone. */
export async function listNotifications(
  tx: Tx,
  mspId: string,
  { limit, notificationId = null }: { limit: number; notificationId?: string | null },
): Promise<ShownNotification[]> {
  const rows = await tx.$queryRaw`
    SELECT n.notification_id::text AS "notificationId", r.name AS "ruleName", c.name AS "channelName", c.kind,
      coalesce((n.content ->> 'causeCount')::int, 0) AS "causeCount", n.content #>> '{causes,0,title}' AS title,
      n.content #>> '{causes,0,clientName}' AS "clientName", n.content #>> '{causes,0,step}' AS step, n.state, n.attempts,
      n.created_at AS "createdAt", n.next_try_at AS "nextTryAt", n.finished_at AS "finishedAt", n.problem,
      n.http_status AS "httpStatus", n.server_answer AS "serverAnswer", n.took_ms AS "tookMs"
    FROM app.notification n
    JOIN app.notification_channel c ON c.msp_id = ${mspId}::uuid AND c.channel_id = n.channel_id
    LEFT JOIN app.notification_rule r ON r.msp_id = ${mspId}::uuid AND r.rule_id = n.rule_id
    WHERE n.msp_id = ${mspId}::uuid AND (${notificationId}::uuid IS NULL OR n.notification_id = ${notificationId}::uuid)
    ORDER BY n.created_at DESC, n.notification_id DESC LIMIT ${limit}`;
  return z.array(shownRow).parse(rows);
}
