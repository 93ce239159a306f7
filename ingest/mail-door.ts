import { mailTrust } from '@/server/inbound/mail-trust';
import type { FoundChannel, OpenChannels } from '@/server/services/find-channel';
import type { MessageIntake, TakenMessage } from '@/server/services/take-messages';
import { createHeldBytes, type HeldBytes } from './held-bytes';
import { createMessageLimit, type MessageLimit } from './message-limit';

/** What a mail may have, as it travels. */
export const MAIL_BYTES_MAX = 25 * 1024 * 1024;

const ADDRESS_CHARACTERS_MAX = 320;
const REMOTE_CHARACTERS_MAX = 100;

/** How a mail came. */
interface Envelope {
  /** As the envelope says, not the head; null: it does not. */
  readonly from: string | null;
  readonly remoteAddress: string;
  readonly receivedAt: Date;
}

/** What the ways by which mails come share: whose they are, how many, how much of them at once. */
export interface MailDoor {
  readonly channels: OpenChannels;
  readonly limit: MessageLimit;
  readonly held: HeldBytes;
  /**
   * Resolves after COMMIT.
   * @throws AppError `unavailable`
   */
  readonly keep: (channel: FoundChannel, mail: Buffer, envelope: Envelope) => Promise<TakenMessage>;
}

/** @param authservId the name under which our own mail server writes what it found of a mail; null: none does */
export function createMailDoor(
  channels: OpenChannels,
  messages: MessageIntake,
  authservId: string | null,
): MailDoor {
  return {
    channels,
    limit: createMessageLimit(),
    held: createHeldBytes(),
    keep: ({ mspId, channelId }, mail, { from, remoteAddress, receivedAt }) =>
      messages.take(mspId, {
        channelId,
        receivedAt,
        body: mail,
        ping: null,
        mail: {
          from: from?.slice(0, ADDRESS_CHARACTERS_MAX) ?? null,
          remoteAddress: remoteAddress.slice(0, REMOTE_CHARACTERS_MAX),
          ...mailTrust(mail, authservId),
        },
      }),
  };
}
