import { MAIL_PROBLEMS } from '../mail/mail-problem';
import { TICKET_KINDS } from '../tickets/ticket-settings';

/** Where messages can go. */
export const MESSAGE_KINDS = ['email', 'webhook', 'slack', 'teams'] as const;
export type MessageKind = (typeof MESSAGE_KINDS)[number];

/** Whom a rule can tell: people, or a ticket system. */
export const CHANNEL_KINDS = [...MESSAGE_KINDS, ...TICKET_KINDS] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** How long a notification is tried, from when it was decided. */
export const NOTIFICATION_TRY_HOURS = 72;

/** Why an attempt to deliver came to nothing. */
export const DELIVERY_PROBLEMS = [
  ...MAIL_PROBLEMS,
  /** Its name leads to this machine or into a private network. */
  'forbidden-address',
  'redirected',
  'too-slow',
  'channel-removed',
] as const;
export type DeliveryProblem = (typeof DELIVERY_PROBLEMS)[number];

const FOR_GOOD: ReadonlySet<DeliveryProblem> = new Set([
  'refused',
  'unreadable',
  'forbidden-address',
  'redirected',
  'channel-removed',
]);

/** Whether another attempt is worth nothing. */
export function isOver(problem: DeliveryProblem): boolean {
  return FOR_GOOD.has(problem);
}

/** 4xx says that the message is wrong (RFC 9110, 15.5), but for these: too slow, too early, too often. */
const PASSING_STATUSES: ReadonlySet<number> = new Set([408, 425, 429]);

/** What an HTTP status says of a delivery; null: it was taken. */
export function problemOfStatus(status: number): DeliveryProblem | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400) return 'redirected';
  return status >= 400 && status < 500 && !PASSING_STATUSES.has(status) ? 'refused' : 'deferred';
}
