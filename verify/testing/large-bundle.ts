import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { checkpointText, headLeaf, noteKeyId, signedNote } from '@/domain/evidence/checkpoint-note';
import { toHex } from '@/domain/evidence/hex';
import { merkleTree } from '@/domain/evidence/merkle';
import { sha256 as digest } from '@/server/sha256';
import { type Bundle, sha256, sumAnew } from './attacker';

const MSP = '018f0000-0000-7000-8000-000000000001';
const INSTANCE = '0123456789abcdef';
const AT = new Date('2026-01-01T00:00:00Z');

/** Writes a genuine bundle of so many events, as the export writes them, each with a personal value; answers its key. */
export function writeLargeBundle(folder: string, events: number): string {
  fs.mkdirSync(path.join(folder, 'checkpoints'), { recursive: true });
  const [eventFile, valueFile] = ['events.jsonl', 'private.jsonl'].map((name) => path.join(folder, name));
  let prev = sha256(`genesis:${MSP}`);
  for (let seq = 1; seq <= events;) {
    const [lines, values]: [string[], string[]] = [[], []];
    for (const end = Math.min(events, seq + 9999); seq <= end; seq++) {
      const salt = sha256(String(seq));
      const commitment = sha256(Buffer.from(salt, 'hex'), 'Mara Quill');
      const body = bodyText(seq, commitment, prev);
      const tag = sha256(`client::${prev}`);
      const hash = sha256(Buffer.from(`02${prev}${tag}${sha256(body)}`, 'hex'));
      lines.push(`${JSON.stringify({ seq, hash, body })}\n`);
      values.push(`${JSON.stringify({ seq, field: 'byName', salt, value: 'Mara Quill' })}\n`);
      prev = hash;
    }
    fs.appendFileSync(eventFile ?? '', lines.join(''));
    fs.appendFileSync(valueFile ?? '', values.join(''));
  }
  return signLarge(folder, events, prev);
}

function bodyText(seq: number, commitment: string, prev: string): string {
  return JSON.stringify({
    v: 2,
    at: new Date(AT.getTime() - 1_000_000_000 + seq).toISOString(),
    msp: MSP,
    seq,
    prev,
    salt: 'ab'.repeat(32),
    actor: { id: '018f0000-0000-7000-8000-0000000000aa', role: 'technician' },
    action: 'finding.acknowledged',
    client: null,
    target: { findingCauseId: '018f0000-0000-7000-8000-0000000000bb' },
    details: { rule: 'rpo-missed', subject: `host-${seq % 1000}`, count: seq % 17 },
    private: { byName: commitment },
  });
}

function signLarge(folder: string, seq: number, head: string): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  const raw = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
  const { root } = merkleTree(digest, [headLeaf(MSP, seq, head)]);
  const said = { instance: INSTANCE, checkpointId: 1, treeSize: 1, root, at: AT, previous: null };
  const text = checkpointText(said);
  const keyId = noteKeyId(digest, INSTANCE, raw);
  const note = signedNote(text, {
    instance: INSTANCE,
    keyId,
    signature: sign(null, Buffer.from(text), privateKey),
  });
  const publicKey = raw.toString('base64');
  const key = {
    id: toHex(keyId),
    public_key: publicKey,
    from: AT.toISOString(),
    to: null,
    announcement: null,
  };
  const log = {
    format: 'holdfast-log/1',
    instance: INSTANCE,
    msp: MSP,
    client: null,
    from: '2025-01-01T00:00:00.000Z',
    to: '2026-01-02T00:00:00.000Z',
  };
  const range = { first_seq: 1, last_seq: seq, period_first_seq: 1, period_last_seq: seq };
  const place = { checkpoint: 1, msp: MSP, seq, head, index: 0, size: 1, path: [] };
  const files: Bundle = new Map([
    ['log.json', Buffer.from(JSON.stringify({ ...log, ...range }))],
    [
      'keys.json',
      Buffer.from(JSON.stringify({ format: 'holdfast-keys/1', instance: INSTANCE, keys: [key] })),
    ],
    ['checkpoints/00000001.note', Buffer.from(note)],
    ['checkpoints/00000001.path', Buffer.from(`${JSON.stringify(place)}\n`)],
  ]);
  for (const [name, bytes] of files) fs.writeFileSync(path.join(folder, name), bytes);
  for (const name of ['events.jsonl', 'private.jsonl'])
    files.set(name, fs.readFileSync(path.join(folder, name)));
  sumAnew(files);
  fs.writeFileSync(path.join(folder, 'SHA256SUMS'), files.get('SHA256SUMS') ?? '');
  return publicKey;
}
