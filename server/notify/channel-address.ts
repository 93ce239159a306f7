import { z } from 'zod';
import { normaliseEmail } from '@/domain/access/email-address';
import type { MessageKind } from '@/domain/notify/delivery';
import { isIP } from 'node:net';
import { openSecret, sealSecret } from '../auth/secret-box';
import { isLoopback } from '../config';
import { isPublicAddress } from './public-address';

const secrets = z.strictObject({ address: z.string(), signingSecret: z.string().nullable() });
/** What is encrypted of a channel. */
export type ChannelSecrets = z.output<typeof secrets>;

/** Encrypts where a channel leads, bound to its id. */
export function sealChannel(
  channelId: string,
  channel: ChannelSecrets,
  key: Buffer,
): Uint8Array<ArrayBuffer> {
  return sealSecret(JSON.stringify(channel), channelId, key);
}

/** @throws when it was sealed with another key, or for another channel */
export function openChannel(channelId: string, sealed: Uint8Array, key: Buffer): ChannelSecrets {
  return secrets.parse(JSON.parse(openSecret(sealed, channelId, key)));
}

/** An address as it is kept, and as much of it as may be shown. */
export interface CheckedAddress {
  readonly address: string;
  readonly shownAddress: string;
}

/**
 * What somebody typed as the address of a channel; a string says what is wrong with it. A name is looked up only when something is
 * sent, each time anew.
 * @param allowsLoopback whether plain http to this machine is taken
 */
export function checkChannelAddress(
  kind: MessageKind,
  typed: string,
  allowsLoopback: boolean,
): CheckedAddress | string {
  if (kind !== 'email') return checkHttpsAddress(typed.trim(), allowsLoopback);
  const address = normaliseEmail(typed);
  return address === null
    ? 'Enter one e-mail address, such as alerts@example.com.'
    : { address, shownAddress: address };
}

const URL_LENGTH_MAX = 2000;

/** The same for an address of the web. A string says what is wrong with it. */
export function checkHttpsAddress(typed: string, allowsLoopback: boolean): CheckedAddress | string {
  const url = typed.length <= URL_LENGTH_MAX && URL.canParse(typed) ? new URL(typed) : null;
  if (url === null) return 'Enter the whole address, beginning with https://.';
  const { protocol, hostname, username, password, port, origin } = url;
  if (username !== '' || password !== '') return 'Leave the name and password out of the address.';
  // The part after # would not travel.
  const known = { address: url.href.replace(/#.*$/, ''), shownAddress: origin };
  if (allowsLoopback && isLoopback(hostname) && /^https?:$/.test(protocol)) return known;
  if (protocol !== 'https:') return 'Enter an address that begins with https://.';
  if (port !== '') return 'Use the usual port of https, 443.';
  const literal = hostname.replace(/^\[|\]$/g, '');
  if (isLoopback(hostname) || (isIP(literal) !== 0 && !isPublicAddress(literal)))
    return 'This address is private. Enter one that the internet can reach.';
  return known;
}
