import { v7 } from 'uuid';
import { decideMessages, type DueMessage, type NotifiableCause } from '@/domain/notify/decide-messages';
import { NOTIFICATION_TRY_HOURS } from '@/domain/notify/delivery';
import { type MessageContent, NAMED_CAUSES_MAX } from '@/domain/notify/message-content';
import { HOUR } from '@/domain/time/instant';
import { workerScope } from '../auth/system-scope';
import { appendAuditEvent } from '../data/audit';
import { findMsp } from '../data/clients';
import type { Database, Tx } from '../data/database';
import { describeSubjects, NOTIFIABLE_CAUSES_MAX, notifiableCauses } from '../data/notifiable-causes';
import { type KeptRule, listNotificationRules } from '../data/notification-rules';
import {
  insertNotifications,
  insertTold,
  type NewNotification,
  type NewTold,
  recentlySent,
} from '../data/notifications';
import { hintWork, lockTelling, settleTelling } from '../data/work-due';

interface Decided {
  readonly notifications: NewNotification[];
  readonly told: NewTold[];
  /** When there may be more to tell; null: when something happens. */
  readonly lookAt: number | null;
}

type Msp = Readonly<{ name: string; timeZone: string }>;

/**
 * Decides what an MSP's rules tell at `now`, and keeps both the messages and that they were told in one transaction: a worker that dies
 * in it has told nothing, and one that comes later tells the same. Safe to run twice and in parallel.
 * @returns how many notifications are to be sent
 */
export async function decideNotifications(database: Database, mspId: string, now: Date): Promise<number> {
  return database.inScope(
    workerScope(mspId),
    async (tx) => {
      await lockTelling(tx, mspId, now);
      const msp = await findMsp(tx, mspId);
      let lookAt: number | null = null;
      let [messages, causes] = [0, 0];
      for (const rule of await listNotificationRules(tx, mspId)) {
        const decided = await decideRule(tx, mspId, msp, rule, now);
        messages += decided.notifications.length;
        causes += decided.told.length;
        lookAt = earlier(lookAt, decided.lookAt);
      }
      await settleTelling(tx, mspId, lookAt === null ? null : new Date(lookAt), now);
      if (messages === 0) return 0;
      await hintWork(tx, mspId, 'notification', now);
      await appendAuditEvent(tx, {
        action: 'notification.decided',
        target: {},
        details: { messages, causes },
      });
      return messages;
    },
    { timeoutMs: 60_000 },
  );
}

function earlier(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}

async function decideRule(tx: Tx, mspId: string, msp: Msp, rule: KeptRule, now: Date): Promise<Decided> {
  const causes = await notifiableCauses(tx, mspId, rule, now);
  if (causes.length === 0) return { notifications: [], told: [], lookAt: null };
  const sentAt = await recentlySent(tx, mspId, rule, now);
  const { messages, lookAt } = decideMessages(rule.terms, msp.timeZone, causes, sentAt, now.getTime());
  const known = new Map(causes.map((cause) => [cause.causeId, cause]));
  const notifications: NewNotification[] = [];
  const told: NewTold[] = [];
  for (const message of messages) {
    const content = await contentOf(tx, mspId, msp, { rule, message, now });
    for (const channelId of channelsOf(rule, message)) {
      const notificationId = v7();
      const giveUpAt = new Date(now.getTime() + NOTIFICATION_TRY_HOURS * HOUR);
      notifications.push({
        notificationId,
        ruleId: rule.ruleId,
        channelId,
        content,
        createdAt: now,
        giveUpAt,
      });
      told.push(...toldOf(message, known, { ruleId: rule.ruleId, channelId, notificationId }));
    }
  }
  if (notifications.length > 0) {
    await insertNotifications(tx, mspId, notifications);
    await insertTold(tx, mspId, told, now);
  }
  const isCut = causes.length === NOTIFIABLE_CAUSES_MAX && notifications.length > 0;
  return { notifications, told, lookAt: isCut ? now.getTime() : lookAt };
}

/** Without a channel to escalate to nothing is escalated. */
function channelsOf({ channelId, escalationChannelId }: KeptRule, { to }: DueMessage): string[] {
  const escalation = escalationChannelId === null || to === 'channel' ? [] : [escalationChannelId];
  return [...new Set([...(to === 'escalation' ? [] : [channelId]), ...escalation])];
}

function toldOf(
  { subjects }: DueMessage,
  known: ReadonlyMap<string, NotifiableCause>,
  of: { ruleId: string; channelId: string; notificationId: string },
): NewTold[] {
  return subjects.flatMap(({ causeId, step }) => {
    const cause = known.get(causeId);
    if (!cause) return [];
    // Whoever was called in belongs to the episode that was told, though it may have come back since.
    const episode = step === 'escalated' ? (cause.told?.episode ?? cause.episode) : cause.episode;
    return [{ ...of, causeId, clientId: cause.clientId, episode, step, severity: cause.severity }];
  });
}

async function contentOf(
  tx: Tx,
  mspId: string,
  { name, timeZone }: Msp,
  { rule, message, now }: { rule: KeptRule; message: DueMessage; now: Date },
): Promise<MessageContent> {
  const named = message.subjects.slice(0, NAMED_CAUSES_MAX);
  return {
    kind: 'causes',
    mspName: name,
    timeZone,
    ruleName: rule.name,
    at: now.getTime(),
    causeCount: message.subjects.length,
    causes: await describeSubjects(tx, mspId, named, timeZone),
  };
}
