import { Secret, TOTP } from 'otpauth';

const PERIOD_SECONDS = 30;
/** What every authenticator app understands: SHA-1, 6 digits, 30 s (RFC 6238). */
const SHAPE = { algorithm: 'SHA1', digits: 6, period: PERIOD_SECONDS } as const;

/** A new secret of 160 bits, in base32. */
export function newTotpSecret(): string {
  return new Secret({ size: 20 }).base32;
}

/** The address that sets up an authenticator app, also as a QR code. */
export function totpUri(secret: string, email: string): string {
  return new TOTP({
    ...SHAPE,
    issuer: 'Holdfast',
    label: email,
    secret: Secret.fromBase32(secret),
  }).toString();
}

/**
 * The time step whose code was typed, one step around now allowed for clocks that differ; null: no such code. The caller
 * must accept each step once only.
 */
export function matchTotp(secret: string, code: string, nowMs: number): number | null {
  const digits = code.replace(/\s/g, '');
  if (!/^\d{6}$/.test(digits)) return null;
  const totp = new TOTP({ ...SHAPE, secret: Secret.fromBase32(secret) });
  const delta = totp.validate({ token: digits, timestamp: nowMs, window: 1 });
  return delta === null ? null : Math.floor(nowMs / 1000 / PERIOD_SECONDS) + delta;
}
