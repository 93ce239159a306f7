import { findAddress } from '../data/ingest-channels';
import type { IngestStore } from '../data/ingest-store';
import { createShortMemory } from './short-memory';

/** Channels that are told of by messages: pings have checks of their own. */
type MessageKind = 'mail' | 'webhook';

export interface FoundChannel {
  readonly mspId: string;
  readonly channelId: string;
}

/** Finds channels by their addresses, keeping what they are for a minute; that one was closed is seen with every message. */
export interface OpenChannels {
  /** null: nobody has this address, or it was closed; `ended`: the service for its client has. */
  find(kind: MessageKind, address: string): Promise<FoundChannel | 'ended' | null>;
  forget(kind: MessageKind, address: string): void;
}

const ADDRESS = /^[a-z2-7]{26}$/;

export function createOpenChannels(store: IngestStore): OpenChannels {
  const known = createShortMemory<FoundChannel>();
  return {
    find: async (kind, address) => {
      if (!ADDRESS.test(address)) return null;
      const name = `${kind} ${address}`;
      const kept = known.recall(name);
      if (kept) return kept;
      const owner = await findAddress(store, kind, address);
      if (!owner?.channelId) return null;
      if (owner.isEnded) return 'ended';
      const found = { mspId: owner.mspId, channelId: owner.channelId };
      known.keep(name, found);
      return found;
    },
    forget: (kind, address) => known.forget(`${kind} ${address}`),
  };
}
