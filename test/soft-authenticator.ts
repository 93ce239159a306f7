import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** How an authenticator and its browser answer; what a test changes is what an attacker would. */
export interface Answering {
  /** Of the page that asks, as the browser saw it. */
  readonly origin: string;
  readonly rpId: string;
  /** Whether it checked who is there (PIN, fingerprint). */
  readonly isVerified: boolean;
  /** Whether it copies the passkey to other devices: never, not yet, or so it did. */
  readonly sync: 'never' | 'not-yet' | 'done';
  /** What it says it is, 32 hexadecimal digits; zeros: it does not say. */
  readonly aaguid: string;
  /** Of the signature; 0: it does not count. */
  readonly count: number;
  readonly type: string;
  readonly challenge: string;
  /** null: it names nobody. */
  readonly userHandle: string | null;
  readonly key: KeyObject;
}

interface Asked {
  readonly challenge: string;
}

/**
 * An authenticator with one passkey (ES256, attestation 'none'), and the browser around it: what they hand to a page is real, and made
 * by nothing of ours.
 */
export function softAuthenticator(site: { origin: string; rpId: string }) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const credentialId = randomBytes(32);
  let handle: string | null = null;
  const preset = (challenge: string): Answering => ({
    ...site,
    isVerified: true,
    sync: 'never',
    aaguid: '0'.repeat(32),
    count: 0,
    type: 'webauthn.get',
    challenge,
    userHandle: handle,
    key: privateKey,
  });

  return {
    credentialId: credentialId.toString('base64url'),

    /** Makes its passkey, as `navigator.credentials.create` was asked for. */
    make(asked: Asked & { readonly user: { readonly id: string } }, changed: Partial<Answering> = {}) {
      const answering = { ...preset(asked.challenge), type: 'webauthn.create', ...changed };
      handle = asked.user.id;
      const { x, y } = publicKey.export({ format: 'jwk' });
      const cose = cborMap([
        [cborInt(1), cborInt(2)],
        [cborInt(3), cborInt(-7)],
        [cborInt(-1), cborInt(1)],
        [cborInt(-2), cborBytes(Buffer.from(x ?? '', 'base64url'))],
        [cborInt(-3), cborBytes(Buffer.from(y ?? '', 'base64url'))],
      ]);
      const length = Buffer.alloc(2);
      length.writeUInt16BE(credentialId.length);
      const attested = Buffer.concat([Buffer.from(answering.aaguid, 'hex'), length, credentialId, cose]);
      const attestation = cborMap([
        [cborText('fmt'), cborText('none')],
        [cborText('attStmt'), cborMap([])],
        [cborText('authData'), cborBytes(authenticatorData(answering, attested))],
      ]);
      return {
        credentialId: credentialId.toString('base64url'),
        clientData: clientData(answering).toString('base64url'),
        attestation: attestation.toString('base64url'),
        transports: ['internal'],
      };
    },

    /** Signs, as `navigator.credentials.get` was asked for. */
    sign(asked: Asked, changed: Partial<Answering> = {}) {
      const answering = { ...preset(asked.challenge), ...changed };
      const data = authenticatorData(answering, null);
      const client = clientData(answering);
      const signed = Buffer.concat([data, createHash('sha256').update(client).digest()]);
      return {
        credentialId: credentialId.toString('base64url'),
        clientData: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: sign('sha256', signed, answering.key).toString('base64url'),
        userHandle: answering.userHandle,
      };
    },
  };
}

function clientData({ type, challenge, origin }: Answering): Buffer {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
}

const SYNC_FLAGS = { never: 0, 'not-yet': 8, done: 8 + 16 } as const;

/** WebAuthn Level 3, 6.1: flags UP 1, UV 4, BE 8, BS 16, AT 64. */
function authenticatorData({ rpId, isVerified, sync, count }: Answering, attested: Buffer | null): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(1 + (isVerified ? 4 : 0) + SYNC_FLAGS[sync] + (attested ? 64 : 0));
  head.writeUInt32BE(count, 1);
  return Buffer.concat([createHash('sha256').update(rpId).digest(), head, attested ?? Buffer.alloc(0)]);
}

function cborHead(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value]);
  if (value < 256) return Buffer.from([(major << 5) | 24, value]);
  return Buffer.from([(major << 5) | 25, value >> 8, value & 255]);
}

function cborInt(value: number): Buffer {
  return value < 0 ? cborHead(1, -1 - value) : cborHead(0, value);
}

function cborBytes(bytes: Buffer): Buffer {
  return Buffer.concat([cborHead(2, bytes.length), bytes]);
}

function cborText(text: string): Buffer {
  return Buffer.concat([cborHead(3, text.length), Buffer.from(text)]);
}

function cborMap(entries: readonly (readonly [Buffer, Buffer])[]): Buffer {
  return Buffer.concat([cborHead(5, entries.length), ...entries.flat()]);
}
