import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '@/server/errors';
import { noChannel, sayKept, tooOften, whyGone } from './message-answers';
import { serviceEnded } from '@/server/services/verify-delivery';
import { MAIL_BYTES_MAX, type MailDoor } from './mail-door';
import { readBodyInto } from './read-body';

const PATH = /^\/mail\/([^/?]{1,100})\/?(?:\?.*)?$/;

/** Takes mails by HTTP, as a mail server's pipe posts them: MIME, the bytes as they came (docs/mail-and-webhooks.md). */
export interface MailDesk {
  /**
   * Answers 200 once the mail is kept.
   * @throws AppError for what is refused, `unavailable` when it cannot be kept now
   */
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

export function createMailDesk({ channels, limit, held, keep }: MailDoor): MailDesk {
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const receivedAt = new Date();
    const remoteAddress = request.socket.remoteAddress ?? '';
    const [, address = ''] = PATH.exec(request.url ?? '') ?? [];
    if (request.method !== 'POST') throw new AppError('method-not-allowed', 'Use POST here.');
    const channel = await channels.find('mail', address);
    if (channel === 'ended') throw serviceEnded();
    if (!channel) throw noChannel(limit.stranger(remoteAddress, receivedAt.getTime()));
    if (!/^message\/rfc822\s*(?:;|$)/i.test(request.headers['content-type'] ?? ''))
      throw new AppError('unsupported-media-type', 'Send message/rfc822: the mail as it came.');
    const place = held.open(MAIL_BYTES_MAX);
    try {
      await readBodyInto(request, place, MAIL_BYTES_MAX);
      const mail = place.bytes();
      const wait = limit.take(channel.channelId, mail, receivedAt.getTime());
      if (wait > 0) throw tooOften(wait);
      const outcome = await keep(channel, mail, { from: null, remoteAddress, receivedAt });
      if (outcome === 'kept') return sayKept(response);
      throw await whyGone(channels, 'mail', address);
    } finally {
      place.close();
    }
  }

  return { answer };
}
