import { type MessageKind, problemOfStatus } from '@/domain/notify/delivery';
import type { MessageContent } from '@/domain/notify/message-content';
import { mailOf, slackBody, teamsBody, webhookBody } from '@/domain/notify/payloads';
import type { AttemptResult } from '../data/notifications';
import { problemOf } from '../mail/mail-failure';
import { type MailSettings, sendMail } from '../mail/send-mail';
import type { ChannelSecrets } from './channel-address';
import { failureOf, shownAnswer } from './answer';
import { postSafely } from './post-safely';
import { signWebhook } from './sign-webhook';

/** How notifications leave. */
export interface DeliverySettings extends MailSettings {
  /** Of this Holdfast, for links: scheme, host and port. */
  readonly appOrigin: string;
  /** Whether notifications may go to this machine. */
  readonly notifiesLoopback: boolean;
}

/** A message on its way to one channel. */
export interface Delivery {
  /** The same for each attempt. */
  readonly notificationId: string;
  readonly createdAt: Date;
  readonly kind: MessageKind;
  readonly secrets: ChannelSecrets;
  readonly content: MessageContent;
}

const TIMEOUT_MS = 10_000;

/** Tries once to deliver a message, and tells what came of it. Never throws. */
export async function deliver(delivery: Delivery, settings: DeliverySettings): Promise<AttemptResult> {
  const begunAt = performance.now();
  const outcome = await (delivery.kind === 'email' ? sendAsMail : post)(delivery, settings);
  return { ...outcome, tookMs: Math.round(performance.now() - begunAt) };
}

type Outcome = Omit<AttemptResult, 'tookMs'>;

async function sendAsMail(delivery: Delivery, settings: DeliverySettings): Promise<Outcome> {
  const { content, secrets, notificationId, createdAt } = delivery;
  const mail = { to: secrets.address, ...mailOf(content, settings.appOrigin) };
  try {
    const { sentVia } = await sendMail(settings, mail, notificationId, createdAt);
    const serverAnswer =
      sentVia === 'folder' ? 'No mail server is set: it is a file in the outbox folder.' : null;
    return { problem: null, httpStatus: null, serverAnswer };
  } catch (error) {
    const { problem, serverAnswer } = problemOf(error);
    return { problem, httpStatus: null, serverAnswer };
  }
}

async function post(delivery: Delivery, settings: DeliverySettings): Promise<Outcome> {
  const body = bodyOf(delivery, settings.appOrigin);
  const { address, signingSecret } = delivery.secrets;
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'Holdfast',
    'idempotency-key': delivery.notificationId,
    ...(signingSecret !== null && { 'holdfast-signature': signWebhook(body, signingSecret, Date.now()) }),
  };
  try {
    const limits = { allowsLoopback: settings.notifiesLoopback, timeoutMs: TIMEOUT_MS };
    const { status, body: answer } = await postSafely(address, body, headers, limits);
    return { problem: problemOfStatus(status), httpStatus: status, serverAnswer: shownAnswer(answer) };
  } catch (error) {
    return failureOf(error);
  }
}

function bodyOf({ kind, content, notificationId }: Delivery, appOrigin: string): string {
  switch (kind) {
    case 'slack':
      return slackBody(content, appOrigin);
    case 'teams':
      return teamsBody(content, appOrigin);
    case 'webhook':
    case 'email':
      return webhookBody(content, notificationId, appOrigin);
  }
}
