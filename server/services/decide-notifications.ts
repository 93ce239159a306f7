import { v7 } from 'uuid';
import { decideMessages, type DueMessage, type NotifiableCause } from '@/domain/notify/decide-messages';
import { NOTIFICATION_TRY_HOURS } from '@/domain/notify/delivery';
import { type MessageContent, NAMED_CAUSES_MAX } from '@/domain/notify/message-content';
import { isTicketKind } from '@/domain/tickets/ticket-settings';
import { HOUR } from '@/domain/time/instant';
import { workerScope } from '../auth/system-scope';
import { appendAuditEvent } from '../data/audit';
import { findMsp } from '../data/clients';
import type { Database, Tx } from '../data/database';
import { describeSubjects, NOTIFIABLE_CAUSES_MAX, notifiableCauses } from '../data/notifiable-causes';
import { type KeptRule, listChannels, listNotificationRules } from '../data/notification-rules';
import {
  insertNotifications,
  insertTold,
  type NewNotification,
  type NewTold,
  recentlySent,
} from '../data/notifications';
import { saveTicketEvents } from '../data/ticket-events';
import { type WantedTicket, wantTicketsByRule } from '../data/tickets';
import { hintWork, lockTelling, settleTelling } from '../data/work-due';

interface Decided {
  readonly notifications: NewNotification[];
  readonly tickets: WantedTicket[];
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
      const ticketSystems = await listTicketSystems(tx, mspId);
      let [messages, causes, tickets] = [0, 0, 0];
      for (const rule of await listNotificationRules(tx, mspId)) {
        const decided = await decideRule(tx, mspId, { msp, ticketSystems, rule }, now);
        messages += decided.notifications.length;
        causes += decided.told.length;
        tickets += await openTickets(tx, mspId, { ticketSystems, rule }, decided.tickets, now);
        lookAt = earlier(lookAt, decided.lookAt);
      }
      await settleTelling(tx, mspId, lookAt === null ? null : new Date(lookAt), now);
      if (messages === 0) return 0;
      await hintWork(tx, mspId, 'notification', now);
      if (tickets > 0) await hintWork(tx, mspId, 'ticket', now);
      await appendAuditEvent(tx, {
        action: 'notification.decided',
        target: {},
        details: { messages, causes, tickets },
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

/** Names of the ticket systems that a rule can tell, by id. */
async function listTicketSystems(tx: Tx, mspId: string): Promise<ReadonlyMap<string, string>> {
  const channels = (await listChannels(tx, mspId)).filter(({ kind }) => isTicketKind(kind));
  return new Map(channels.map(({ channelId, name }) => [channelId, name]));
}

interface Deciding {
  readonly msp: Msp;
  readonly ticketSystems: ReadonlyMap<string, string>;
  readonly rule: KeptRule;
}

/** In the transaction that remembers that it was told: what it is told of has its ticket. Answers how many are new. */
async function openTickets(
  tx: Tx,
  mspId: string,
  { ticketSystems, rule }: Omit<Deciding, 'msp'>,
  wanted: readonly WantedTicket[],
  now: Date,
): Promise<number> {
  if (wanted.length === 0) return 0;
  const opened = new Set(await wantTicketsByRule(tx, mspId, wanted, now));
  const events = wanted
    .filter(({ causeId }) => opened.delete(causeId))
    .map(({ causeId, clientId, channelId }) => ({
      eventId: v7(),
      causeId,
      clientId,
      kind: 'ticket-wanted' as const,
      detail: { to: ticketSystems.get(channelId) ?? null, rule: rule.name },
    }));
  await saveTicketEvents(tx, mspId, events, now);
  return events.length;
}

async function decideRule(tx: Tx, mspId: string, deciding: Deciding, now: Date): Promise<Decided> {
  const { msp, ticketSystems, rule } = deciding;
  const causes = await notifiableCauses(tx, mspId, rule, now);
  if (causes.length === 0) return { notifications: [], tickets: [], told: [], lookAt: null };
  const sentAt = await recentlySent(tx, mspId, rule, now);
  const { messages, lookAt } = decideMessages(rule.terms, msp.timeZone, causes, sentAt, now.getTime());
  const known = new Map(causes.map((cause) => [cause.causeId, cause]));
  const notifications: NewNotification[] = [];
  const tickets: WantedTicket[] = [];
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
        isDone: ticketSystems.has(channelId),
      });
      const { ruleId } = rule;
      const toldHere = toldOf(message, known, { ruleId, channelId, notificationId });
      told.push(...toldHere);
      if (ticketSystems.has(channelId)) tickets.push(...toldHere.filter(opensTicket));
    }
  }
  if (notifications.length > 0) {
    await insertNotifications(tx, mspId, notifications);
    await insertTold(tx, mspId, told, now);
  }
  const isCut = causes.length === NOTIFIABLE_CAUSES_MAX && notifications.length > 0;
  return { notifications, tickets, told, lookAt: isCut ? now.getTime() : lookAt };
}

/** A ticket hears by itself how its cause goes on and ends. */
function opensTicket({ step }: NewTold): boolean {
  return step === 'opened' || step === 'worse' || step === 'escalated';
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
