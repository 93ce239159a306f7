import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkpointText, headLeaf, noteKeyId, signedNote } from '@/domain/evidence/checkpoint-note';
import { toHex } from '@/domain/evidence/hex';
import { merkleTree } from '@/domain/evidence/merkle';
import { setting } from '@/server/config';
import { appendAuditEvent } from '@/server/data/audit';
import { type Database, openDatabase } from '@/server/data/database';
import { openTestAuthority } from '@/server/evidence/testing/time-stamp-authority';
import { sha256 as bytesSha256 } from '@/server/sha256';
import { type CastMsp, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import {
  type Bundle,
  chainAnew,
  type EventLine,
  eventsOf,
  mailedNote,
  setEvents,
  sha256,
  sumAnew,
  writeBundle,
} from '@/verify/testing/attacker';
import { openPythonVerifier, type PythonVerifier } from '@/verify/testing/python-verifier';
import type { Verdict } from '@/verify/verify';
import { verify } from '@/verify/verify.mjs';
import { exportEvidenceLog } from './export-evidence-log';
import { makeCheckpoint } from './make-checkpoint';
import { timeStampCheckpoint } from './time-stamp-checkpoint';

const TAMPERINGS = 2000;
/** Every so many are shown to the second implementation, too. */
const PYTHON_EVERY = 5;
const SEED = 20_261_129;

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-tampering-'));
const key = generateKeyPairSync('ed25519').privateKey;
const foreignKey = generateKeyPairSync('ed25519').privateKey;
const keys = { current: key, former: null };
const rawOf = (of: KeyObject): Buffer =>
  createPublicKey(of).export({ format: 'der', type: 'spki' }).subarray(-32);

let cast: ScreenCast;
let worker: Database;
let ours: CastMsp;
let python: PythonVerifier;
let genuine: Bundle;
let theirBundle: Bundle;
/** As the log was before the last events, with the note of then. */
let earlier: Bundle;
let witness: string;
let genesis: string;

beforeAll(async () => {
  python = openPythonVerifier();
  cast = await openScreenCast();
  worker = openDatabase({ url: cast.at.workerUrl, contextKey: setting('contextKey') });
  ours = await cast.newMsp('Quillmark IT');
  const theirs = await cast.newMsp('Northgate');
  genesis = sha256(`genesis:${ours.mspId}`);
  const authority = await openTestAuthority('rsa', 'Test Stamp Authority');
  for (const [round, hours] of [-48, -46, -10].entries()) {
    if (round === 2) earlier = await exported(ours);
    for (const msp of [ours, theirs]) await append(msp, 8);
    const now = new Date(Date.now() + hours * 3_600_000);
    await makeCheckpoint(worker, keys, now, true);
    // The authority has a clock of its own, which nobody sets.
    await timeStampCheckpoint(worker, authority.url, () => new Date(Date.now() + 2 * round * 3_600_000));
  }
  await authority.close();
  await append(ours, 2);
  genuine = await exported(ours);
  theirBundle = await exported(theirs);
  witness = path.join(folder, 'witness.txt');
  fs.writeFileSync(witness, mailedNote(genuine));
});
afterAll(async () => {
  python.close();
  await worker.close();
  await cast.close();
  fs.rmSync(folder, { recursive: true });
});

async function append(msp: CastMsp, count: number): Promise<void> {
  for (let index = 0; index < count; index++)
    await cast.web.inScope(msp.scope(), (tx) =>
      appendAuditEvent(tx, {
        action: 'declaration.made',
        clientId: index % 2 === 0 ? msp.clientId : null,
        target: { of: msp.mspId },
        details: { index },
        private: { declaredByName: 'Mara Quill', reason: 'because' },
      }),
    );
}

async function exported(msp: CastMsp): Promise<Bundle> {
  const bundle: Bundle = new Map();
  const part = { clientId: null, from: new Date(0), to: new Date('2100-01-01') };
  for await (const piece of exportEvidenceLog(cast.web, msp.scope('owner'), part))
    bundle.set(piece.path, Buffer.concat([bundle.get(piece.path) ?? Buffer.alloc(0), piece.bytes]));
  return bundle;
}

/** Numbers that come again with the seed (mulberry32): below `limit`. */
function chance(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

type Pick = (limit: number) => number;
type Tampering = (bundle: Bundle, pick: Pick) => void;

function flip(bytes: Buffer, pick: Pick): Buffer {
  const changed = Buffer.from(bytes);
  const at = pick(changed.length);
  changed[at] = (changed[at] ?? 0) ^ (1 << pick(8));
  return changed;
}

function onEvents(change: (events: EventLine[], pick: Pick) => object[]): Tampering {
  return (bundle, pick) => {
    setEvents(bundle, change(eventsOf(bundle), pick));
    sumAnew(bundle);
  };
}

const oneOf = <T>(list: readonly T[], pick: Pick): T => list[pick(list.length)] as T;
const named = (bundle: Bundle, ending: string): string[] =>
  [...bundle.keys()].filter((one) => one.endsWith(ending));

function changeFile(ending: string, change: (text: string, pick: Pick, bundle: Bundle) => string): Tampering {
  return (bundle, pick) => {
    const name = oneOf(named(bundle, ending), pick);
    bundle.set(name, Buffer.from(change(bundle.get(name)?.toString() ?? '', pick, bundle)));
    sumAnew(bundle);
  };
}

function rewritten(events: EventLine[], at: number, text: string): EventLine[] {
  return events.map((event, index) =>
    index === at ? { ...event, body: event.body.replace('"index"', `"${text}"`) } : event,
  );
}

function saysLast(bundle: Bundle, last: number): void {
  const said = JSON.parse(bundle.get('log.json')?.toString() ?? '') as object;
  bundle.set('log.json', Buffer.from(JSON.stringify({ ...said, last_seq: last, period_last_seq: last })));
}

/** Puts notes of the attacker's own in place of all, over the chain as it is in the bundle now. */
function signAnew(bundle: Bundle, by: KeyObject, instance: string): void {
  const events = eventsOf(bundle);
  const keyId = noteKeyId(bytesSha256, instance, rawOf(by));
  let previous: string | null = null;
  for (const name of named(bundle, '.note').toSorted()) {
    const pathName = name.replace('.note', '.path');
    const place = JSON.parse(bundle.get(pathName)?.toString() ?? '') as { seq: number; checkpoint: number };
    const [, at = ''] = /\nat (\S+)\n/.exec(bundle.get(name)?.toString() ?? '') ?? [];
    const seq = Math.min(place.seq, events.length);
    const head = events[seq - 1]?.hash ?? genesis;
    const tree = merkleTree(bytesSha256, [headLeaf(ours.mspId, seq, head)]);
    const checkpointId = place.checkpoint;
    const said = { instance, checkpointId, treeSize: 1, root: tree.root, at: new Date(at), previous };
    const text = checkpointText(said);
    const note = signedNote(text, { instance, keyId, signature: sign(null, Buffer.from(text), by) });
    previous = toHex(bytesSha256(Buffer.from(note)));
    bundle.set(name, Buffer.from(note));
    bundle.set(
      pathName,
      Buffer.from(`${JSON.stringify({ ...place, seq, head, index: 0, size: 1, path: [] })}\n`),
    );
    bundle.delete(name.replace('.note', '.tsr'));
  }
}

const instanceOf = (bundle: Bundle): string =>
  (JSON.parse(bundle.get('log.json')?.toString() ?? '') as { instance: string }).instance;

/** Each leaves checksums that fit, but the first. */
const KINDS: Readonly<Record<string, Tampering>> = {
  'a byte of any file': (bundle, pick) => {
    const name = oneOf(
      [...bundle.keys()].filter((one) => bundle.get(one)?.length),
      pick,
    );
    bundle.set(name, flip(bundle.get(name) ?? Buffer.alloc(1), pick));
  },
  'a file taken out': (bundle, pick) => {
    bundle.delete(
      oneOf(
        [...bundle.keys()].filter((one) => !/\.tsr$|SUMS$/.test(one)),
        pick,
      ),
    );
    sumAnew(bundle);
  },
  'a file put in': (bundle, pick) => bundle.set(`more-${pick(1000)}.txt`, Buffer.from('more')),
  'a byte of an event': (bundle, pick) => {
    bundle.set('events.jsonl', flip(bundle.get('events.jsonl') ?? Buffer.alloc(1), pick));
    sumAnew(bundle);
  },
  'what an event says': onEvents((events, pick) => rewritten(events, pick(events.length), 'x')),
  'what an event says, with its hash': onEvents((events, pick) => {
    const at = pick(events.length - 1);
    const forged = chainAnew(rewritten(events, at, 'x'), at, genesis)[at];
    return events.map((event, index) => (index === at && forged ? forged : event));
  }),
  'an event, and all after it chained anew': onEvents((events, pick) => {
    const at = pick(24);
    return chainAnew(rewritten(events, at, 'x'), at, genesis);
  }),
  'a hash': onEvents((events, pick) => {
    const at = pick(events.length);
    return events.map((event, index) => (index === at ? { ...event, hash: sha256(event.hash) } : event));
  }),
  'an event taken out': onEvents((events, pick) => events.toSpliced(pick(events.length), 1)),
  'an event taken out, the others chained anew': onEvents((events, pick) => {
    const at = pick(24);
    return chainAnew(events.toSpliced(at, 1), at, genesis);
  }),
  'an event put in twice': onEvents((events, pick) => {
    const at = pick(events.length);
    return events.toSpliced(at, 0, oneOf(events, pick));
  }),
  'two events swapped': onEvents((events, pick) => {
    const at = pick(events.length - 1);
    const [one, other] = [events[at], events[at + 1]];
    return one && other ? events.toSpliced(at, 2, other, one) : [];
  }),
  "another MSP's event in its place": onEvents((events, pick) => {
    const at = pick(events.length);
    return events.map((event, index) => (index === at ? (eventsOf(theirBundle)[at % 24] ?? {}) : event));
  }),
  'an event withheld from the whole log': onEvents((events, pick) => {
    const at = pick(events.length);
    return events.map((event, index) => {
      if (index !== at) return event;
      const { prev, client } = JSON.parse(event.body) as { prev: string; client: string | null };
      const link = {
        prev,
        client_tag: sha256(`client:${client ?? ''}:${prev}`),
        body_sha256: sha256(event.body),
      };
      return { seq: event.seq, hash: event.hash, withheld: true, form: 2, ...link };
    });
  }),
  'an event said to be of the older form': onEvents((events, pick) => {
    const at = pick(events.length);
    return events.map((event, index) =>
      index === at ? { seq: event.seq, hash: event.hash, withheld: true, form: 1 } : event,
    );
  }),
  'the tail cut off': (bundle, pick) => {
    const last = pick(24);
    setEvents(bundle, eventsOf(bundle).slice(0, last));
    saysLast(bundle, last);
    dropValuesAfter(bundle, last);
    sumAnew(bundle);
  },
  'the tail cut off with its checkpoints': (bundle, pick) => {
    const last = 8 * (1 + pick(2));
    setEvents(bundle, eventsOf(bundle).slice(0, last));
    saysLast(bundle, last);
    dropValuesAfter(bundle, last);
    for (const name of bundle.keys())
      if (Number(/(\d{8})\.\w+$/.exec(name)?.[1] ?? 0) > last / 8) bundle.delete(name);
    sumAnew(bundle);
  },
  'the period that it states': changeFile('log.json', (text, pick, bundle) => {
    const said = JSON.parse(text) as object;
    const at = pick(20);
    const [before, after] = [at + 1, at + 3].map((index) => timeOf(eventsOf(bundle)[index])) as [
      string,
      string,
    ];
    const changes = [
      { to: after },
      { from: before },
      { to: after, period_last_seq: at + 2 },
      { from: before, period_first_seq: at + 5 },
      { period_last_seq: at + 2 },
      { period_first_seq: at + 2 },
      { from: '2099-01-01T00:00:00.000Z' },
      { to: '1980-01-01T00:00:00.000Z' },
      { to: 'never' },
    ];
    return JSON.stringify({ ...said, ...oneOf(changes, pick) });
  }),
  'a personal value': changeFile('private.jsonl', (text, pick) => {
    const lines = text.split('\n');
    const at = pick(lines.length - 1);
    return lines.map((line, index) => (index === at ? line.replace(/Mara|beca/, 'Nora') : line)).join('\n');
  }),
  'a personal value of another event': changeFile('private.jsonl', (text, pick) => {
    const lines = text.split('\n');
    const at = pick(lines.length - 3);
    return lines.toSpliced(at, 1, lines[at + 2] ?? '').join('\n');
  }),
  'a byte of a note': changeFile('.note', (text, pick) => flip(Buffer.from(text), pick).toString('latin1')),
  'the place of the chain in a tree': changeFile('.path', (text, pick) => {
    const place = JSON.parse(text) as { seq: number; index: number; head: string; path: string[] };
    const changes = [
      { seq: place.seq + 1 },
      { index: place.index + 1 },
      { head: sha256(place.head) },
      { path: place.path.slice(1) },
      { path: [...place.path, place.head] },
      { path: place.path.map((one) => sha256(one)) },
    ];
    return `${JSON.stringify({ ...place, ...oneOf(changes, pick) })}\n`;
  }),
  'an earlier checkpoint played again': (bundle, pick) => {
    const [from, to] = pick(2) === 0 ? ['00000001', '00000002'] : ['00000002', '00000003'];
    for (const kind of ['note', 'path', 'tsr'])
      bundle.set(`checkpoints/${to}.${kind}`, bundle.get(`checkpoints/${from}.${kind}`) ?? Buffer.alloc(0));
    sumAnew(bundle);
  },
  'a note of another installation': changeFile('.note', (text) => {
    const other = 'feedfacefeedface';
    const [, said = ''] = /^holdfast\/\S+\n([\s\S]+)\n— /.exec(text) ?? [];
    const changed = `holdfast/${other}\n${said}`;
    const keyId = noteKeyId(bytesSha256, other, rawOf(key));
    return signedNote(changed, { instance: other, keyId, signature: sign(null, Buffer.from(changed), key) });
  }),
  'a note signed with a foreign key': (bundle) => {
    signAnew(bundle, foreignKey, instanceOf(bundle));
    sumAnew(bundle);
  },
  'everything made anew with a key of their own': (bundle, pick) => {
    const at = pick(24);
    setEvents(bundle, chainAnew(rewritten(eventsOf(bundle), at, 'x'), at, genesis));
    const instance = instanceOf(bundle);
    signAnew(bundle, foreignKey, instance);
    const said = JSON.parse(bundle.get('keys.json')?.toString() ?? '') as { keys: object[] };
    const own = {
      id: toHex(noteKeyId(bytesSha256, instance, rawOf(foreignKey))),
      public_key: rawOf(foreignKey).toString('base64'),
    };
    bundle.set('keys.json', Buffer.from(JSON.stringify({ ...said, keys: [{ ...said.keys[0], ...own }] })));
    sumAnew(bundle);
  },
  'everything made anew with the genuine key': (bundle, pick) => {
    const at = pick(24);
    setEvents(bundle, chainAnew(rewritten(eventsOf(bundle), at, 'x'), at, genesis));
    signAnew(bundle, key, instanceOf(bundle));
    sumAnew(bundle);
  },
  'an old copy brought back': (bundle) => {
    bundle.clear();
    for (const [name, bytes] of earlier) bundle.set(name, bytes);
  },
  'the time of a key': changeFile('keys.json', (text, pick) => {
    const said = JSON.parse(text) as { keys: { from: string; to: string | null }[] };
    const [one] = said.keys;
    const changes = [
      { from: '2099-01-01T00:00:00.000Z' },
      { from: '2000-01-01T00:00:00.000Z', to: one?.from },
    ];
    return JSON.stringify({ ...said, keys: [{ ...one, ...oneOf(changes, pick) }] });
  }),
  'a byte of a time-stamp': (bundle, pick) => {
    const name = oneOf(named(bundle, '.tsr'), pick);
    const bytes = bundle.get(name) ?? Buffer.alloc(1);
    // What is signed, and the signature: the last part of it. Other bytes name certificates that nobody asks for.
    const changed = Buffer.concat([bytes.subarray(0, -250), flip(bytes.subarray(-250), pick)]);
    bundle.set(name, changed);
    sumAnew(bundle);
  },
  'a time-stamp of another note': (bundle) => {
    bundle.set('checkpoints/00000001.tsr', bundle.get('checkpoints/00000002.tsr') ?? Buffer.alloc(0));
    sumAnew(bundle);
  },
};

const timeOf = (event: EventLine | undefined): string =>
  (JSON.parse(event?.body ?? '{}') as { at: string }).at.replace(/\d{3}Z$/, 'Z');

function dropValuesAfter(bundle: Bundle, last: number): void {
  const lines = (bundle.get('private.jsonl')?.toString() ?? '').split('\n').slice(0, -1);
  const kept = lines.filter((line) => (JSON.parse(line) as { seq: number }).seq <= last);
  bundle.set('private.jsonl', Buffer.from(kept.map((line) => `${line}\n`).join('')));
}

/** Where something is wrong. Of a damaged time-stamp, each may find another part damaged: it is one place, whatever they say of it. */
function placesOf({ problems }: Verdict): string {
  const places = problems.map(({ file, seq, why }) => [file, seq, file.endsWith('.tsr') ? null : why]);
  return [...new Set(places.map((place) => JSON.stringify(place)))].join('\n');
}

it('what nobody touched is whole, for both', async () => {
  const at = path.join(folder, 'genuine');
  writeBundle(genuine, at);
  const options = { keys: [rawOf(key).toString('base64')], witnesses: [witness], authorities: [] };
  const verdict = (await verify(at, options)) as Verdict;
  expect(verdict).toMatchObject({ verdict: 'anchored', problems: [], anchor: { seq: 24 } });
  expect(await python.verify(at, options)).toEqual(verdict);
});

it(
  `${TAMPERINGS} tamperings of every kind show, each by name, and both say the same`,
  { timeout: 600_000 },
  async () => {
    const options = { keys: [rawOf(key).toString('base64')], witnesses: [witness], authorities: [] };
    const pick = chance(SEED);
    const kinds = Object.entries(KINDS);
    const missed: string[] = [];
    const differing: unknown[] = [];
    for (let index = 0; index < TAMPERINGS; index++) {
      const [kind, tamper] = kinds[index % kinds.length] ?? ['', () => {}];
      const bundle: Bundle = new Map(genuine);
      tamper(bundle, pick);
      const at = path.join(folder, 'tampered');
      writeBundle(bundle, at);
      const verdict = (await verify(at, options)) as Verdict;
      if (verdict.verdict !== 'broken') missed.push(`${index} (seed ${SEED}): ${kind}`);
      if (index % PYTHON_EVERY !== 0) continue;
      const theirs = await python.verify(at, options);
      const places = [verdict, theirs].map(placesOf);
      if (places[0] !== places[1]) differing.push([index, kind, ...places]);
    }
    expect(missed).toEqual([]);
    expect(differing).toEqual([]);
  },
);
