import { joined } from './hex';

/** SHA-256, given by whoever has one: the rules here are pure. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/** The hash of a leaf, RFC 9162, 2.1.1: a leaf can never be taken for an inner node. */
function leafHash(sha256: Sha256, leaf: Uint8Array): Uint8Array {
  return sha256(joined(Uint8Array.of(0x00), leaf));
}

function nodeHash(sha256: Sha256, left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(joined(Uint8Array.of(0x01), left, right));
}

/** A Merkle tree over leaves in their order, RFC 9162, 2.1: every level, from the hashes of the leaves up to the root. */
export interface MerkleTree {
  readonly size: number;
  readonly root: Uint8Array;
  readonly levels: readonly (readonly Uint8Array[])[];
}

/** Builds the tree; the root of none is the hash of nothing. */
export function merkleTree(sha256: Sha256, leaves: readonly Uint8Array[]): MerkleTree {
  // The tree of RFC 9162 splits at the largest power of two: the same as pairing from the left and letting a last odd one rise.
  let level: readonly Uint8Array[] = leaves.map((leaf) => leafHash(sha256, leaf));
  const levels = [level];
  while (level.length > 1) {
    const below = level;
    level = Array.from({ length: Math.ceil(below.length / 2) }, (_, index) => {
      const [left, right] = [below[2 * index], below[2 * index + 1]];
      if (!left) throw new Error('no such node');
      return right ? nodeHash(sha256, left, right) : left;
    });
    levels.push(level);
  }
  return { size: leaves.length, root: level[0] ?? sha256(new Uint8Array()), levels };
}

/** The siblings that lead from the leaf of this index to the root, lowest first (RFC 9162, 2.1.3.1). */
export function merklePath({ size, levels }: MerkleTree, index: number): Uint8Array[] {
  if (!Number.isInteger(index) || index < 0 || index >= size) throw new RangeError('no such leaf');
  return levels.slice(0, -1).flatMap((level, height) => {
    const sibling = level[Math.floor(index / 2 ** height) ^ 1];
    return sibling ? [sibling] : [];
  });
}

/** The root that a leaf, its place and its siblings lead to, RFC 9162, 2.1.3.2; null: they fit no tree of this size. */
export function rootOfPath(
  sha256: Sha256,
  leaf: Uint8Array,
  { index, size, path }: { index: number; size: number; path: readonly Uint8Array[] },
): Uint8Array | null {
  if (!Number.isInteger(index) || index < 0 || index >= size) return null;
  let [node, last, hash] = [index, size - 1, leafHash(sha256, leaf)];
  for (const sibling of path) {
    if (last === 0) return null;
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sha256, sibling, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)];
    } else hash = nodeHash(sha256, hash, sibling);
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  return last === 0 ? hash : null;
}
