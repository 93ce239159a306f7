import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import { checkpointText, headLeaf, keyText, noteKeyId, signedNote } from '@/domain/evidence/checkpoint-note';
import { toHex } from '@/domain/evidence/hex';
import { merklePath, merkleTree } from '@/domain/evidence/merkle';
import {
  type ChainHead,
  insertCheckpoint,
  instanceName,
  lastCheckpoint,
  listEvidenceKeys,
  lockCheckpoints,
  openEvidenceKey,
  readHeads,
  readLastHeads,
} from '../data/checkpoints';
import type { Database, Tx } from '../data/database';
import { sha256 } from '../sha256';

/** With what checkpoints are signed. */
export interface EvidenceKeys {
  /** Ed25519, private. */
  readonly current: KeyObject;
  /** The one that signed before, to hand over with; `lost`: it is gone, and everybody is to know; null: nothing changed. */
  readonly former: KeyObject | 'lost' | null;
}

/** What came of it. `foreign-key`: the key is not the one that signed last, and nothing says that it may follow it. */
export type CheckpointOutcome =
  | { readonly kind: 'made'; readonly checkpointId: number }
  | { readonly kind: 'unchanged' | 'too-soon' | 'busy' | 'foreign-key' };

/** A checkpoint is at most this old while anything happens. */
const EVERY_MS = 10 * 60_000;
/** Whoever looks every minute must not miss the tenth. */
const SLACK_MS = 30_000;

/**
 * Signs the heads of all chains in one Merkle tree (RFC 9162; a leaf is chain ‖ count ‖ head, sorted by chain), when one of them moved and
 * the last checkpoint is ten minutes old. Safe to run in parallel: one at a time makes one.
 * @param isHurried makes one although the last is younger
 */
export async function makeCheckpoint(
  database: Database,
  keys: EvidenceKeys,
  now: Date,
  isHurried = false,
): Promise<CheckpointOutcome> {
  return database.withoutScope(async (tx) => {
    if (!(await lockCheckpoints(tx))) return { kind: 'busy' };
    const last = await lastCheckpoint(tx);
    if (last && !isHurried && now.getTime() - last.at.getTime() < EVERY_MS - SLACK_MS)
      return { kind: 'too-soon' };
    // A clock that was set back does not take the order from checkpoints.
    const at = new Date(Math.max(now.getTime(), (last?.at.getTime() ?? 0) + 1));
    const signer = await signerFor(tx, keys, at);
    if (!signer) return { kind: 'foreign-key' };
    const heads = await readHeads(tx);
    if (heads.length === 0 || areSame(heads, await readLastHeads(tx))) return { kind: 'unchanged' };
    const tree = merkleTree(
      sha256,
      heads.map(({ mspId, seq, head }) => headLeaf(mspId, seq, head)),
    );
    const checkpointId = (last?.checkpointId ?? 0) + 1;
    const text = checkpointText({
      instance: signer.instance,
      checkpointId,
      treeSize: tree.size,
      root: tree.root,
      at,
      previous: last && toHex(sha256(Buffer.from(last.note))),
    });
    await insertCheckpoint(tx, {
      checkpointId,
      at,
      note: signer.sign(text, keys.current),
      treeSize: tree.size,
      root: Uint8Array.from(tree.root),
      keyId: signer.keyId,
      leaves: heads.map((head, index) => ({ ...head, index, path: merklePath(tree, index).map(toHex) })),
    });
    return { kind: 'made', checkpointId };
  });
}

interface Signer {
  readonly instance: string;
  readonly keyId: string;
  readonly sign: (text: string, key: KeyObject) => string;
}

/** The key that signs from now on, with its predecessor's word for it; null: it may not. */
async function signerFor(tx: Tx, { current, former }: EvidenceKeys, at: Date): Promise<Signer | null> {
  const instance = await instanceName(tx);
  const noted = (text: string, key: KeyObject): string =>
    signedNote(text, {
      instance,
      keyId: noteKeyId(sha256, instance, publicBytes(key)),
      signature: sign(null, Buffer.from(text), key),
    });
  const publicKey = publicBytes(current);
  const keyId = toHex(noteKeyId(sha256, instance, publicKey));
  const signer = { instance, keyId, sign: noted };
  const known = await listEvidenceKeys(tx);
  const signing = known.find(({ validTo }) => validTo === null);
  if (signing?.keyId === keyId) return signer;
  if (known.some((key) => key.keyId === keyId)) return null; // one that was taken out of use does not come back
  if (signing && former === null) return null;
  const handsOver =
    signing && former instanceof Object && toHex(publicBytes(former)) === toHex(signing.publicKey);
  if (signing && !handsOver && former !== 'lost') return null;
  const announcement = handsOver ? noted(keyText({ instance, keyId, publicKey, from: at }), former) : null;
  await openEvidenceKey(tx, { keyId, publicKey, from: at, announcement });
  return signer;
}

/** The 32 bytes of an Ed25519 public key, which end its SubjectPublicKeyInfo. */
function publicBytes(key: KeyObject): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32));
}

function areSame(heads: readonly ChainHead[], others: readonly ChainHead[]): boolean {
  return headsText(heads) === headsText(others);
}

function headsText(heads: readonly ChainHead[]): string {
  return JSON.stringify(heads.map(({ mspId, head }) => [mspId, head]));
}
