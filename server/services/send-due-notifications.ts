import { isOver, type DeliveryProblem } from '@/domain/notify/delivery';
import { messageContent } from '@/domain/notify/message-content';
import { isTicketKind } from '@/domain/tickets/ticket-settings';
import { nextTryAt } from '@/domain/mail/next-try';
import { workerScope } from '../auth/system-scope';
import { setting } from '../config';
import type { Database, Tx } from '../data/database';
import {
  type AttemptResult,
  type ClaimedNotification,
  claimNotification,
  finishNotification,
  postponeNotification,
} from '../data/notifications';
import { settleNotificationHint } from '../data/work-due';
import { openChannel } from '../notify/channel-address';
import { deliver, type Delivery, type DeliverySettings } from '../notify/deliver';
import { ticketAdapter } from '../notify/tickets/adapter';
import { openTicketSettings } from '../notify/tickets/sealed-settings';

/** What became of an MSP's notifications. */
export interface SentNotifications {
  readonly sent: number;
  /** Tried, and to be tried again. */
  readonly postponed: number;
  readonly givenUp: readonly { readonly notificationId: string; readonly problem: DeliveryProblem | null }[];
}

/** Notifications of one MSP at one go; then the others have their turn. */
const NOTIFICATIONS_MAX = 20;
/** Longer than any attempt lasts, mail included. */
const LEASE_MS = 120_000;

/**
 * Sends what an MSP has to tell at `now`. Safe to run twice and in parallel: each is claimed before it is sent. A worker that dies in
 * between leaves it to the next; one that dies between the answer and the note of it makes the receiver see the same id twice.
 */
export async function sendDueNotifications(
  database: Database,
  mspId: string,
  settings: DeliverySettings,
  now: () => Date,
): Promise<SentNotifications> {
  const inScope = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => database.inScope(workerScope(mspId), work);
  const givenUp: SentNotifications['givenUp'][number][] = [];
  let [sent, postponed] = [0, 0];
  for (let count = 0; count < NOTIFICATIONS_MAX; count++) {
    const claimedAt = now();
    const leaseUntil = new Date(claimedAt.getTime() + LEASE_MS);
    const claimed = await inScope((tx) => claimNotification(tx, mspId, claimedAt, leaseUntil));
    if (!claimed) break;
    const result = await attempt(claimed, settings);
    const next = nextOf(result, claimed, now());
    if (next !== null) {
      await inScope((tx) => postponeNotification(tx, mspId, claimed, { ...result, nextTryAt: next }));
      postponed++;
      continue;
    }
    const isOurs = await inScope((tx) => finishNotification(tx, mspId, claimed, result, now()));
    if (result.problem === null) sent++;
    else if (isOurs) givenUp.push({ notificationId: claimed.notificationId, problem: result.problem });
  }
  await inScope((tx) => settleNotificationHint(tx, mspId, now()));
  return { sent, postponed, givenUp };
}

function attempt(claimed: ClaimedNotification, settings: DeliverySettings): Promise<AttemptResult> {
  if (claimed.isChannelRemoved) return Promise.resolve(without('channel-removed'));
  if (isTicketKind(claimed.kind)) return testTicketSystem(claimed, settings);
  const delivery = deliveryOf(claimed);
  return delivery === null ? Promise.resolve(without('unreadable')) : deliver(delivery, settings);
}

/** Of what goes to a ticket system only tests are sent here: `keep-tickets.ts` does the rest. */
async function testTicketSystem(
  { channelId, sealed, notificationId }: ClaimedNotification,
  { notifiesLoopback }: DeliverySettings,
): Promise<AttemptResult> {
  const kept = openTicketSettings(channelId, sealed, setting('secretKey'));
  if (kept === null) return without('unreadable');
  const connection = { allowsLoopback: notifiesLoopback, idempotencyKey: notificationId };
  const begunAt = performance.now();
  const answer = await ticketAdapter(kept, connection).test();
  return { ...answer, tookMs: Math.round(performance.now() - begunAt) };
}

function without(problem: DeliveryProblem): AttemptResult {
  return { problem, httpStatus: null, serverAnswer: null, tookMs: 0 };
}

/** null: it was sealed with another key. */
function deliveryOf(claimed: ClaimedNotification): Delivery | null {
  const { notificationId, createdAt, kind, channelId, sealed, content } = claimed;
  if (isTicketKind(kind)) return null;
  try {
    const secrets = openChannel(channelId, sealed, setting('secretKey'));
    return { notificationId, createdAt, kind, secrets, content: messageContent.parse(content) };
  } catch {
    return null;
  }
}

/** When it is tried again; null: never. */
function nextOf(
  { problem }: AttemptResult,
  { attempts, giveUpAt }: ClaimedNotification,
  now: Date,
): Date | null {
  if (problem === null || isOver(problem)) return null;
  const next = new Date(nextTryAt(now.getTime(), attempts, Math.random()));
  return next > giveUpAt ? null : next;
}
