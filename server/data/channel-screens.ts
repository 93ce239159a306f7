import type { PullProblem } from '@/domain/pull/pull-problem';
import type { TenantScope } from '../tenancy/tenant-scope';
import { silenceOf } from './agent-screens';
import {
  type ChannelCounts,
  type ChannelView,
  countChannels,
  findListedChannel,
  listChannels,
  type ListedChannel,
} from './channel-lists';
import { type ChannelMessage, listChannelMessages } from './arrived-messages';
import { findListedSystem, type ListedSystem } from './client-systems';
import { listClientNames } from './clients';
import type { Database } from './database';
import { findConnector, type PullConnector } from './pull-connectors';
import {
  type ChannelSettings,
  findChannel,
  findChannelSettings,
  type InboundChannel,
} from './inbound-channels';

/** Messages of a channel that its page and its route show. */
export const MESSAGES_SHOWN = 50;

/** Everything the channels' screen shows. */
export interface ChannelsScreen {
  readonly channels: readonly ListedChannel[];
  /** Channels in the view, on all its pages. */
  readonly total: number;
  readonly counts: ChannelCounts;
  readonly clients: readonly { clientId: string; name: string }[];
}

/** The channels of the scope's clients as of `now`. */
export async function readChannels(
  database: Database,
  scope: TenantScope,
  view: ChannelView,
  now: Date,
): Promise<ChannelsScreen> {
  const { mspId } = scope;
  const clients = await database.inScope(scope, (tx) => listClientNames(tx, mspId));
  const clientIds = clients.map(({ clientId }) => clientId);
  const silence = await silenceOf(database, scope, clientIds, now);
  return database.inScope(scope, async (tx) => ({
    ...(await listChannels(tx, mspId, view, silence, now)),
    counts: await countChannels(tx, mspId, view.clientId, silence, now),
    clients,
  }));
}

/** A channel with everything that its page shows. */
export interface ChannelScreen {
  readonly channel: ListedChannel;
  readonly known: InboundChannel;
  readonly settings: ChannelSettings;
  /** Newest first. */
  readonly messages: readonly ChannelMessage[];
  /** null: it pulls nothing. */
  readonly connector: PullConnector | null;
}

/** null: not there, or another MSP's. */
export async function readChannel(
  database: Database,
  scope: TenantScope,
  channelId: string,
  now: Date,
): Promise<ChannelScreen | null> {
  const { mspId } = scope;
  const known = await database.inScope(scope, (tx) => findChannel(tx, mspId, channelId));
  if (!known) return null;
  const silence = await silenceOf(database, scope, [known.clientId], now);
  return database.inScope(scope, async (tx) => {
    const channel = await findListedChannel(tx, mspId, channelId, silence, now);
    const standing = await findChannelSettings(tx, mspId, channelId);
    if (!channel || !standing) return null;
    const messages = await listChannelMessages(tx, mspId, channelId, MESSAGES_SHOWN);
    const connector = known.kind === 'pull' ? await findConnector(tx, mspId, channelId) : null;
    return { channel, known, settings: standing.settings, messages, connector };
  });
}

/** What came to a channel, and how the systems stand that it told of. */
export interface ArrivedMessages {
  readonly closedAt: Date | null;
  /** Why the last pull came to nothing; null: it did not, or the channel pulls nothing. */
  readonly pullProblem: PullProblem | null;
  /** Newest first, at most 50. */
  readonly messages: readonly ChannelMessage[];
  readonly systems: readonly Pick<ListedSystem, 'systemId' | 'name' | 'status'>[];
}

const SYSTEMS_TOLD = 5;

/** null: not there, or another MSP's. */
export async function readArrivedMessages(
  database: Database,
  scope: TenantScope,
  channelId: string,
  now: Date,
): Promise<ArrivedMessages | null> {
  const { mspId } = scope;
  return database.inScope(scope, async (tx) => {
    const known = await findChannel(tx, mspId, channelId);
    if (!known) return null;
    const messages = await listChannelMessages(tx, mspId, channelId, MESSAGES_SHOWN);
    const connector = known.kind === 'pull' ? await findConnector(tx, mspId, channelId) : null;
    const ids = new Set(messages.flatMap(({ runs }) => runs.map(({ systemId }) => systemId)));
    const systems: ListedSystem[] = [];
    for (const systemId of [...ids].slice(0, SYSTEMS_TOLD)) {
      const system = await findListedSystem(tx, mspId, systemId, now);
      if (system) systems.push(system);
    }
    return {
      closedAt: known.closedAt,
      pullProblem: connector?.recent[0]?.problem ?? null,
      messages,
      systems: systems.map(({ systemId, name, status }) => ({ systemId, name, status })),
    };
  });
}
