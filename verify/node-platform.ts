import { createHash, createPublicKey, verify } from 'node:crypto';
import { fromHex, joined } from './bytes';
import type { Platform } from './platform';

const spkiKey = (spki: Uint8Array) =>
  createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });

export const NODE: Platform = {
  hex: (...parts) => {
    const hash = createHash('sha256');
    for (const part of parts) hash.update(part);
    return hash.digest('hex');
  },
  hasher: () => {
    const hash = createHash('sha256');
    return { update: (bytes) => void hash.update(bytes), hex: () => hash.digest('hex') };
  },
  digest: async (name, bytes) => createHash(name).update(bytes).digest(),
  ed25519Holds: async (key, signed, signature) =>
    verify(null, signed, spkiKey(joined(fromHex('302a300506032b6570032100'), key)), signature),
  signatureHolds: async (spki, hash, signed, signature) => verify(hash, signed, spkiKey(spki), signature),
};
