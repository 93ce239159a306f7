import { isIP } from 'node:net';

/**
 * The address a request came from, for limits and the log; null when unknown. The last entry of X-Forwarded-For, which the
 * hop nearest to us wrote (our proxy, or the web server itself); what stands before it is the caller's own claim.
 */
export function clientAddress(forwardedFor: string | null | undefined): string | null {
  const last = forwardedFor?.split(',').at(-1)?.trim() ?? '';
  const address = last.replace(/^::ffff:(?=\d+\.)/i, '');
  return isIP(address) ? address : null;
}
