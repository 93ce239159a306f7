import { appendAuditEvent } from '../data/audit';
import { retryMessagesAside, saveProduct } from '../data/channel-messages';
import type { Database, Tx } from '../data/database';
import { findChannel, type InboundChannel } from '../data/inbound-channels';
import { hintWork } from '../data/work-due';
import { AppError } from '../errors';
import { PARSERS, WEBHOOKS } from '../inbound/parsers';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';

/** Every product whose messages are read, by name: what a channel can be for. */
export const KNOWN_PRODUCTS: readonly string[] = [
  ...new Set([...PARSERS, ...WEBHOOKS].map(({ product }) => product)),
].toSorted((a, b) => a.localeCompare(b, 'en'));

/**
 * Has the messages of a channel that were put aside processed again, oldest first; answers how many. What still cannot be read comes
 * back. For when a parser arrives, or somebody says what the channel is for.
 * @throws AppError `not-found` for a channel that is not there
 */
export async function reparseMessages(
  database: Database,
  scope: TenantScope,
  channelId: string,
  now: Date,
): Promise<number> {
  return database.inScope(scope, async (tx) => reparse(tx, await requireChannel(tx, scope, channelId), now));
}

/**
 * Says which product a channel tells of, so that messages decide whose look is not known well enough otherwise; null: whatever they say.
 * Those that were put aside are processed again; answers how many. The same product again only does that.
 * @throws AppError `not-found` for a channel that is not there, `invalid-request` for a product whose messages nobody reads
 */
export async function chooseProduct(
  database: Database,
  scope: TenantScope,
  channelId: string,
  product: string | null,
  now: Date,
): Promise<number> {
  if (product !== null && !KNOWN_PRODUCTS.includes(product))
    throw new AppError('invalid-request', 'Choose one of the products whose messages are read.', {
      fields: { product: 'Choose a product.' },
    });
  return database.inScope(scope, async (tx) => {
    const channel = await requireChannel(tx, scope, channelId);
    if (channel.product !== product) {
      await saveProduct(tx, scope.mspId, channelId, product);
      await appendAuditEvent(tx, {
        action: 'channel.product-chosen',
        clientId: channel.clientId,
        target: { channelId, clientId: channel.clientId },
        details: { name: channel.name, product, former: channel.product },
      });
    }
    return reparse(tx, { ...channel, mspId: scope.mspId }, now);
  });
}

type ChannelOfMsp = InboundChannel & { readonly mspId: string };

async function requireChannel(tx: Tx, { mspId }: TenantScope, channelId: string): Promise<ChannelOfMsp> {
  const channel = await findChannel(tx, mspId, channelId);
  if (!channel) throw nothingHere();
  return { ...channel, mspId };
}

async function reparse(
  tx: Tx,
  { mspId, channelId, clientId, name }: ChannelOfMsp,
  now: Date,
): Promise<number> {
  const count = await retryMessagesAside(tx, mspId, channelId);
  if (count === 0) return 0;
  await hintWork(tx, mspId, 'inbox', now);
  await appendAuditEvent(tx, {
    action: 'channel.messages-retried',
    clientId,
    target: { channelId, clientId },
    details: { name, count },
  });
  return count;
}
