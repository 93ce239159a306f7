import { createHmac, randomBytes } from 'node:crypto';

/** What a webhook is signed with, made for its channel and shown once: 256 random bits. */
export function makeSigningSecret(): string {
  return `hfwh_${randomBytes(32).toString('base64url')}`;
}

/**
 * The header `Holdfast-Signature`: `t` is when it was sent (seconds since 1970), `v1` the HMAC-SHA-256 of `t`, a dot and the body's
 * bytes, in hexadecimal. docs/webhooks.md shows how to check it.
 */
export function signWebhook(body: string, secret: string, sentAtMs: number): string {
  const seconds = Math.floor(sentAtMs / 1000);
  const mac = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return `t=${seconds},v1=${mac}`;
}
