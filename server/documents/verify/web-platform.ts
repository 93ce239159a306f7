import { toHex, utf8 } from '@/verify/bytes';
import { kids, oid, readDer } from '@/verify/cms';
import type { HashName, Platform } from '@/verify/platform';
import { Sha256 } from './sha-256';

/** What the verifier of logs asks for, of any machine with WebCrypto: browsers on https and loopback, Node. */
export const WEB: Platform = {
  hex: (...parts) => {
    const hash = new Sha256();
    for (const part of parts) hash.update(typeof part === 'string' ? utf8(part) : part);
    return toHex(hash.digest());
  },
  hasher: () => {
    const hash = new Sha256();
    return { update: (bytes) => void hash.update(bytes), hex: () => toHex(hash.digest()) };
  },
  digest: async (name, bytes) =>
    new Uint8Array(await crypto.subtle.digest(HASH_NAME[name], new Uint8Array(bytes))),
  ed25519Holds: async (key, signed, signature) => {
    const imported = await crypto.subtle.importKey('raw', new Uint8Array(key), 'Ed25519', false, ['verify']);
    return crypto.subtle.verify('Ed25519', imported, new Uint8Array(signature), new Uint8Array(signed));
  },
  signatureHolds: async (spki, hash, signed, signature) => {
    const [, curve] = kids(kids(readDer(spki)[0])[0]).map(oid);
    const { name, bytes } = CURVES[curve ?? ''] ?? { name: null, bytes: 0 };
    const algorithm =
      name === null
        ? { name: 'RSASSA-PKCS1-v1_5', hash: HASH_NAME[hash] }
        : { name: 'ECDSA', namedCurve: name, hash: HASH_NAME[hash] };
    const der = new Uint8Array(spki);
    const key = await crypto.subtle.importKey('spki', der, algorithm, false, ['verify']);
    const given = name === null ? new Uint8Array(signature) : sideBySide(signature, bytes);
    return crypto.subtle.verify(algorithm, key, given, new Uint8Array(signed));
  },
};

const HASH_NAME: Readonly<Record<HashName, string>> = {
  sha256: 'SHA-256',
  sha384: 'SHA-384',
  sha512: 'SHA-512',
};
const CURVES: Readonly<Record<string, { readonly name: string; readonly bytes: number }>> = {
  '2a8648ce3d030107': { name: 'P-256', bytes: 32 },
  '2b81040022': { name: 'P-384', bytes: 48 },
};

/** The two numbers of an ECDSA signature as WebCrypto wants them; DER has them as a sequence. */
function sideBySide(signature: Uint8Array, bytes: number): Uint8Array<ArrayBuffer> {
  const raw = new Uint8Array(2 * bytes);
  for (const [index, { body }] of kids(readDer(signature)[0]).slice(0, 2).entries()) {
    const digits = body.slice(-bytes);
    raw.set(digits, (index + 1) * bytes - digits.length);
  }
  return raw;
}

/** Whether this machine can check the signatures of checkpoints: older browsers know no Ed25519. */
export async function knowsEd25519(): Promise<boolean> {
  try {
    await crypto.subtle.importKey('raw', new Uint8Array(32), 'Ed25519', false, ['verify']);
    return true;
  } catch {
    return false;
  }
}
