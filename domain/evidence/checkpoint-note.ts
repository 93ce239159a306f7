import { fromHex, joined } from './hex';
import type { Sha256 } from './merkle';

/** What a checkpoint states: the root over the heads of every chain of an installation at an instant. */
export interface CheckpointNote {
  /** Of the installation, 16 hexadecimal digits. */
  readonly instance: string;
  /** From 1, without gaps. */
  readonly checkpointId: number;
  readonly treeSize: number;
  readonly root: Uint8Array;
  readonly at: Date;
  /** SHA-256 of the note before, hexadecimal; null: this is the first. */
  readonly previous: string | null;
}

/** What the key before says of the one that follows it. */
export interface KeyNote {
  readonly instance: string;
  readonly keyId: string;
  readonly publicKey: Uint8Array;
  /** From when on it signs. */
  readonly from: Date;
}

/** The name that signs an installation's notes. */
function signerName(instance: string): string {
  return `holdfast/${instance}`;
}

/** The text of a checkpoint that is signed, C2SP signed-note: lines, each ended. */
export function checkpointText(note: CheckpointNote): string {
  return lines(
    signerName(note.instance),
    String(note.checkpointId),
    String(note.treeSize),
    base64(note.root),
    `at ${note.at.toISOString()}`,
    `prev ${note.previous ?? 'none'}`,
  );
}

/** The text with which a key hands over to the next. */
export function keyText(note: KeyNote): string {
  return lines(
    signerName(note.instance),
    `next key ${note.keyId}`,
    base64(note.publicKey),
    `from ${note.from.toISOString()}`,
  );
}

/** One heading of a leaf: the chain (its MSP's id), how many events it has and the hash of the last: 16 + 8 + 32 bytes. */
export function headLeaf(mspId: string, seq: number, head: string): Uint8Array {
  const count = new Uint8Array(8);
  new DataView(count.buffer).setBigUint64(0, BigInt(seq));
  return joined(fromHex(mspId.replaceAll('-', '')), count, fromHex(head));
}

/** Which key signs, as signed notes name it: the first four bytes of SHA-256 over name, line feed, 0x01 (Ed25519) and the key. */
export function noteKeyId(sha256: Sha256, instance: string, publicKey: Uint8Array): Uint8Array {
  const name = new TextEncoder().encode(`${signerName(instance)}\n`);
  return sha256(joined(name, Uint8Array.of(0x01), publicKey)).slice(0, 4);
}

/** A text with its signature, C2SP signed-note. `signature`: Ed25519 over the text, 64 bytes. */
export function signedNote(
  text: string,
  { instance, keyId, signature }: { instance: string; keyId: Uint8Array; signature: Uint8Array },
): string {
  return `${text}\n— ${signerName(instance)} ${base64(joined(keyId, signature))}\n`;
}

function lines(...texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCodePoint(...bytes));
}
