import { isIP } from 'node:net';
import { isLoopback } from '../config';

/** For which site passkeys are made, as authenticators keep them. */
export interface PasskeySite {
  /** The relying party's id: a passkey of another one is never offered, and never accepted. */
  readonly rpId: string;
  /** The one origin whose pages may ask for one. */
  readonly origin: string;
}

/**
 * The site of a public origin, taken from the settings and never from a request; null: it is an IP address, for which browsers make no
 * passkeys. This machine has a name that they take: `localhost`.
 */
export function passkeySite(appOrigin: string): PasskeySite | null {
  const url = new URL(appOrigin);
  if (isLoopback(url.hostname)) url.hostname = 'localhost';
  if (isIP(url.hostname.replaceAll(/[[\]]/g, '')) > 0) return null;
  return { rpId: url.hostname, origin: url.origin };
}
