import { v7 } from 'uuid';
import { PRESET_SETTINGS } from '@/domain/ping/check';
import { ingestScope } from '../auth/system-scope';
import {
  findAddress,
  findChecksBySlug,
  lockChecksOf,
  openChannel,
  type AddressOwner,
} from '../data/ingest-channels';
import type { NewChannel } from '../data/inbound-channels';
import { appendIngestAuditEvent } from '../data/ingest-reports';
import type { IngestStore } from '../data/ingest-store';
import { makeAddress } from './channel-address';
import { createShortMemory } from './short-memory';

/** Which check a ping is for, as its URL says. */
interface AskedCheck {
  readonly check:
    | { readonly kind: 'uuid'; readonly uuid: string }
    | { readonly kind: 'slug'; readonly pingKey: string; readonly slug: string };
  readonly isToBeMade: boolean;
}

type FoundCheck =
  | { readonly kind: 'found'; readonly mspId: string; readonly channelId: string; readonly isNew: boolean }
  | { readonly kind: 'not found' | 'ambiguous slug' | 'service ended' };

/** Finds checks by their URLs, keeping what they are for a minute; that one was closed is seen with every ping. */
export interface PingChecks {
  find(asked: AskedCheck, now: Date): Promise<FoundCheck>;
  forget(asked: AskedCheck): void;
}

/** What pings may make by themselves, of one client. */
const CHANNELS_MAX = 1000;

export function createPingChecks(store: IngestStore): PingChecks {
  const known = createShortMemory<FoundCheck>();
  async function look({ check, isToBeMade }: AskedCheck, now: Date): Promise<FoundCheck> {
    if (check.kind === 'uuid') {
      const owner = await findAddress(store, 'ping', check.uuid);
      if (owner?.isEnded) return { kind: 'service ended' };
      return owner?.channelId
        ? { kind: 'found', mspId: owner.mspId, channelId: owner.channelId, isNew: false }
        : { kind: 'not found' };
    }
    const owner = await findAddress(store, 'ping-key', check.pingKey);
    if (!owner) return { kind: 'not found' };
    if (owner.isEnded) return { kind: 'service ended' };
    return bySlug(store, owner, check.slug, isToBeMade ? now : null);
  }

  return {
    find: async (asked, now) => {
      const name = nameOf(asked);
      const kept = known.recall(name);
      if (kept) return kept;
      const found = await look(asked, now);
      if (found.kind !== 'found') return found;
      known.keep(name, { ...found, isNew: false });
      return found;
    },
    forget: (asked) => known.forget(nameOf(asked)),
  };
}

const nameOf = ({ check }: AskedCheck): string =>
  check.kind === 'uuid' ? check.uuid : `${check.pingKey}/${check.slug}`;

/** @param madeAt when a check that is not there is made; null: it is not */
async function bySlug(
  store: IngestStore,
  { mspId, clientId }: AddressOwner,
  slug: string,
  madeAt: Date | null,
): Promise<FoundCheck> {
  return store.inScope(ingestScope(mspId), async (query): Promise<FoundCheck> => {
    const found = (channelId: string, isNew: boolean): FoundCheck => ({
      kind: 'found',
      mspId,
      channelId,
      isNew,
    });
    const ids = await findChecksBySlug(query, mspId, clientId, slug);
    if (ids.length > 1) return { kind: 'ambiguous slug' };
    if (ids[0] !== undefined) return found(ids[0], false);
    if (madeAt === null) return { kind: 'not found' };
    const channelCount = await lockChecksOf(query, mspId, clientId);
    const [meanwhile] = await findChecksBySlug(query, mspId, clientId, slug);
    if (meanwhile !== undefined) return found(meanwhile, false);
    if (channelCount >= CHANNELS_MAX) return { kind: 'not found' };
    const channel = newCheck(clientId, slug, madeAt);
    await openChannel(query, channel);
    await appendIngestAuditEvent(query, {
      action: 'channel.opened',
      clientId,
      target: { channelId: channel.channelId, clientId },
      details: { kind: 'ping', name: slug, by: 'ping' },
    });
    return found(channel.channelId, true);
  });
}

function newCheck(clientId: string, slug: string, createdAt: Date): NewChannel {
  return {
    channelId: v7(),
    clientId,
    kind: 'ping',
    name: slug,
    hostname: slug,
    address: makeAddress('ping'),
    product: null,
    capture: 'files',
    repositoryId: null,
    jobId: null,
    createdAt,
    createdByName: null,
    check: { ...PRESET_SETTINGS, slug, tags: '', description: '' },
  };
}
