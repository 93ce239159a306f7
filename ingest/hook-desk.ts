import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '@/server/errors';
import { requestHead } from '@/server/inbound/request-head';
import type { OpenChannels } from '@/server/services/find-channel';
import { serviceEnded } from '@/server/services/verify-delivery';
import type { MessageIntake } from '@/server/services/take-messages';
import { createMessageLimit } from './message-limit';
import { readBody } from './read-body';
import { noChannel, sayKept, tooOften, whyGone } from './message-answers';

export const HOOK_BYTES_MAX = 1024 * 1024;

const METHODS: readonly string[] = ['POST', 'PUT', 'GET'];
const PATH = /^\/hook\/([^/?]{1,100})\/?(\?.*)?$/;

/** Takes what products post of themselves (docs/mail-and-webhooks.md). */
export interface HookDesk {
  /**
   * Answers 200 once the request is kept: some products take nothing else for an answer.
   * @throws AppError for what is refused, `unavailable` when it cannot be kept
   */
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

export function createHookDesk(channels: OpenChannels, messages: MessageIntake): HookDesk {
  const limit = createMessageLimit();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const receivedAt = new Date();
    const { method = '', url = '', headers } = request;
    const remoteAddress = request.socket.remoteAddress ?? '';
    const [, address = '', query = ''] = PATH.exec(url) ?? [];
    if (!METHODS.includes(method)) throw new AppError('method-not-allowed', 'Use POST, PUT or GET here.');
    const found = await channels.find('webhook', address);
    if (found === 'ended') throw serviceEnded();
    if (!found) throw noChannel(limit.stranger(remoteAddress, receivedAt.getTime()));
    const text = await readBody(request, HOOK_BYTES_MAX);
    const { mspId, channelId } = found;
    const said = Buffer.concat([Buffer.from(`${query}\n`), text]);
    const wait = limit.take(channelId, said, receivedAt.getTime());
    if (wait > 0) throw tooOften(wait);
    const head = requestHead(method, `/hook${query}`, headers, remoteAddress);
    const body = Buffer.concat([head, text]);
    const outcome = await messages.take(mspId, { channelId, receivedAt, body, ping: null, mail: null });
    if (outcome === 'kept') return sayKept(response);
    throw await whyGone(channels, 'webhook', address);
  }

  return { answer };
}
