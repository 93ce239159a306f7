import { z } from 'zod';
import { type ConnectProduct, connectProduct, type ConnectWay } from '@/domain/connect/products';
import { first, type GivenParameters } from '../list-address';

/** How far somebody has come in connecting a backup; it all lives in the address. */
export interface ConnectView {
  /** null: not chosen yet. */
  readonly clientId: string | null;
  readonly product: ConnectProduct | null;
  readonly way: ConnectWay | null;
  /** That was opened; null: none is yet. */
  readonly channelId: string | null;
}

const id = first.pipe(z.uuid()).nullable().catch(null);
const word = first.pipe(z.string().max(50)).catch('');
const parameters = z.object({ client: id, product: word, way: word, channel: id });

/** Reads the parameters of the address; what is not understood is not chosen. */
export function readConnectAddress(given: GivenParameters): ConnectView {
  const { client, product: key, way: kind, channel } = parameters.parse(given);
  const product = connectProduct(key);
  const way = product?.ways.find((one) => one.kind === kind) ?? null;
  return { clientId: client, product, way, channelId: channel };
}

/** The address of so much that is chosen. */
export function connectHref(chosen: {
  readonly clientId?: string | null;
  readonly product?: string;
  readonly way?: string;
}): string {
  const query = new URLSearchParams();
  if (chosen.clientId) query.set('client', chosen.clientId);
  if (chosen.product) query.set('product', chosen.product);
  if (chosen.way) query.set('way', chosen.way);
  return query.size > 0 ? `/connect?${query}` : '/connect';
}
