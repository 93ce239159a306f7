import { createHash } from 'node:crypto';
import { createRateLimit } from '@/server/services/rate-limit';

/** What sends in a loop; of each content the first in a minute is kept all the same, so that no failure is lost among successes. */
const OF_CHANNEL = { perSecond: 1, burst: 60 };
const FIRST_OF_A_CONTENT = { perSecond: 1 / 60, burst: 1 };
/** What differs each time is no loop of the same, but it ends somewhere too. */
const CONTENTS = { perSecond: 1, burst: 60 };
/** Guessing costs nothing but our time: of one address. */
const STRANGERS = { perSecond: 5, burst: 100 };

/** How often messages may come. Each answers 0, or the whole seconds to wait. */
export interface MessageLimit {
  /** A message of a channel whose content is known. */
  take(channelId: string, content: Uint8Array, nowMs: number): number;
  /** A message of a channel that is only announced. */
  announce(channelId: string, nowMs: number): number;
  /** Somebody who asked for a channel that is not there. */
  stranger(remoteAddress: string, nowMs: number): number;
}

export function createMessageLimit(): MessageLimit {
  const ofChannel = createRateLimit(OF_CHANNEL);
  const ofContent = createRateLimit(FIRST_OF_A_CONTENT);
  const contents = createRateLimit(CONTENTS);
  const strangers = createRateLimit(STRANGERS);
  return {
    take: (channelId, content, nowMs) => {
      const wait = ofChannel.take(channelId, nowMs);
      if (wait === 0) return 0;
      const hash = createHash('sha256').update(content).digest('base64');
      const isFirst = ofContent.take(`${channelId} ${hash}`, nowMs) === 0;
      return isFirst && contents.take(channelId, nowMs) === 0 ? 0 : wait;
    },
    announce: (channelId, nowMs) => ofChannel.take(channelId, nowMs),
    stranger: (remoteAddress, nowMs) => strangers.take(remoteAddress, nowMs),
  };
}
