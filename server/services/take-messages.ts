import { v7 } from 'uuid';
import {
  pingSilentAt,
  takePing,
  type CheckState,
  type PingSignal,
  type TakenPing,
} from '@/domain/ping/check';
import type { MessageEnvelope } from '../inbound/envelope';
import { ingestScope } from '../auth/system-scope';
import {
  lockChannels,
  saveChannels,
  storeMessages,
  type HeardChannel,
  type LockedChannel,
  type NumberedMessage,
} from '../data/ingest-channels';
import type { IngestStore } from '../data/ingest-store';
import { createCommitter } from './commit-by-msp';
import { sha256 } from './verify-delivery';

/** A message as it came to a channel. */
export interface ChannelMessage {
  readonly channelId: string;
  readonly receivedAt: Date;
  /** Its exact bytes, the head of its request before them where there is one. */
  readonly body: Buffer;
  /** What it says as a ping; null: it is none. */
  readonly ping: {
    readonly signal: PingSignal;
    readonly method: string;
    readonly rid: string | null;
    readonly exitStatus: number | null;
    /** The body without its head. */
    readonly text: Buffer;
  } | null;
  /** What was found out of a mail on its way; null: it is none. */
  readonly mail: MessageEnvelope['mail'];
}

/** Takes messages of channels and keeps each. */
export interface MessageIntake {
  /**
   * Resolves after COMMIT.
   * @throws AppError `unavailable`
   */
  take(mspId: string, message: ChannelMessage): Promise<TakenMessage>;
  /** Resolves when nothing waits for its commit any more. */
  drained(): Promise<void>;
}

/** `gone`: the channel was closed. */
export type TakenMessage = 'kept' | 'gone';

/** @param onStored called after the commit of a batch, with the MSP that has new messages to process */
export function createMessageIntake(store: IngestStore, onStored: (mspId: string) => void): MessageIntake {
  const committer = createCommitter<ChannelMessage, TakenMessage>({
    store: (mspId, batch) => keep(store, mspId, batch),
    bytesOf: ({ body }) => body.length,
    nameOf: () => null,
    onStored: (mspId) => onStored(mspId),
  });
  return { take: (mspId, message) => committer.commit(mspId, message), drained: () => committer.drained() };
}

async function keep(
  store: IngestStore,
  mspId: string,
  batch: readonly ChannelMessage[],
): Promise<TakenMessage[]> {
  return store.inScope(ingestScope(mspId), async (query) => {
    const channels = await lockChannels(query, mspId, [...new Set(batch.map((one) => one.channelId))]);
    const heard = new Map<string, HeardChannel>();
    const messages: NumberedMessage[] = [];
    const outcomes = batch.map((message): TakenMessage => {
      const channel = channels.get(message.channelId);
      if (!channel || channel.isClosed) return 'gone';
      const before = heard.get(message.channelId) ?? standing(channel);
      const { numbered, after } = number(message, channel, before);
      heard.set(message.channelId, after);
      messages.push(numbered);
      return 'kept';
    });
    if (messages.length === 0) return outcomes;
    await saveChannels(query, mspId, [...heard.values()]);
    await storeMessages(query, mspId, messages);
    return outcomes;
  });
}

type Standing = Pick<HeardChannel, 'messageCount' | 'state'>;

const standing = ({ messageCount, check }: LockedChannel): Standing => ({
  messageCount,
  state: check?.state ?? null,
});

function number(
  message: ChannelMessage,
  { channelId, clientId, check }: LockedChannel,
  before: Standing,
): { numbered: NumberedMessage; after: HeardChannel } {
  const messageCount = before.messageCount + 1;
  const taken = check && before.state ? pinged(message, check.settings, before.state, messageCount) : null;
  const state: CheckState | null = taken?.state ?? before.state;
  const silentAt = check && state ? pingSilentAt(check.settings, state) : null;
  return {
    numbered: {
      rawReportId: v7(),
      channelId,
      clientId,
      number: messageCount,
      receivedAt: message.receivedAt,
      body: message.body,
      bodySha256: sha256(message.body),
      envelope: envelopeOf(message, taken),
      isToProcess: check === null || (taken?.run ?? null) !== null,
    },
    after: {
      channelId,
      messageCount,
      heardAt: message.receivedAt,
      silentAt: silentAt === null ? null : new Date(silentAt),
      state,
    },
  };
}

function pinged(
  { ping, receivedAt }: ChannelMessage,
  settings: NonNullable<LockedChannel['check']>['settings'],
  state: CheckState,
  messageNumber: number,
): TakenPing | null {
  if (!ping) return null;
  const { signal, method, rid, text } = ping;
  return takePing(settings, state, {
    number: messageNumber,
    at: receivedAt.getTime(),
    signal,
    method,
    rid,
    body: text.toString('utf8'),
  });
}

function envelopeOf({ ping, mail }: ChannelMessage, taken: TakenPing | null): MessageEnvelope {
  return {
    ping:
      ping && taken
        ? {
            kind: taken.kind,
            method: ping.method,
            rid: ping.rid,
            exitStatus: ping.exitStatus,
            textBytes: ping.text.length,
            run: taken.run,
          }
        : null,
    mail,
  };
}
