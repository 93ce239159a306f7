import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { chanceFrom, type Chance } from '@/chaos/chance';
import { HOSTILE_TEXTS } from '@/test/hostile-texts';
import { between, HOSTILE_INSTANTS, HOSTILE_JSON, pick } from './hostile-values';
import { mailSamples } from './mail-samples';

export type MessageWay = 'ping' | 'hook' | 'mail' | 'smtp';

/** A message as it goes over the wire. */
export interface HostileMessage {
  readonly way: MessageWay;
  readonly method: string;
  /** What follows the address in the path, with its query. */
  readonly said: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const SAMPLES = path.resolve(import.meta.dirname, '../../test/samples/mail');
const MAILS = mailSamples().map(({ raw }) => raw);
const HOOKS = readdirSync(SAMPLES)
  .filter((file) => /\.(?:json|txt)$/.test(file) && !file.endsWith('.expected.json'))
  .map((file) => readFileSync(path.join(SAMPLES, file)));

/** The message number `index` of a seed: always the same one. */
export function hostileMessage(seed: number, index: number): HostileMessage {
  const chance = chanceFrom(Math.imul(seed, 0x9e3779b1) + index);
  const way = pick<MessageWay>(chance, ['ping', 'hook', 'hook', 'mail', 'mail', 'mail', 'smtp']);
  switch (way) {
    case 'ping':
      return { way, ...ping(chance) };
    case 'hook':
      return { way, ...hook(chance) };
    case 'mail':
    case 'smtp':
      return {
        way,
        method: 'POST',
        said: '',
        headers: { 'content-type': 'message/rfc822' },
        body: mutated(sampleOf(chance, MAILS), chance),
      };
  }
}

type Said = Omit<HostileMessage, 'way'>;

function ping(chance: Chance): Said {
  const suffix = pick(chance, [
    '',
    '',
    '/start',
    '/fail',
    '/log',
    '/0',
    '/255',
    '/256',
    '/Start',
    '/%00',
    '//',
  ]);
  const query = pick(chance, [
    '',
    '',
    '?rid=',
    '?rid=3f1c4a52-7a5e-4c53-8a2e-0d6c0d7a9c11',
    '?create=1',
    '?a=%ff',
  ]);
  return {
    method: pick(chance, ['GET', 'HEAD', 'POST', 'PUT', 'DELETE']),
    said: suffix + query,
    headers: {},
    body: mutated(Buffer.from('Files: 12\nall done\n'), chance),
  };
}

function hook(chance: Chance): Said {
  const body = mutated(sampleOf(chance, HOOKS), chance);
  const fields = new URLSearchParams({
    status: pick(chance, ['up', 'down', 'UP', '', '\u0000']),
    msg: textOf(chance),
    heading: textOf(chance),
    message: body.toString('latin1').slice(0, 500),
  });
  return pick<Said>(chance, [
    { method: 'POST', said: '', headers: { 'content-type': 'application/json' }, body },
    { method: 'PUT', said: '', headers: { subject: 'Successfully created a snapshot of /srv on x' }, body },
    {
      method: 'POST',
      said: '',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: Buffer.from(fields.toString()),
    },
    { method: 'GET', said: `?${fields.toString()}`, headers: {}, body: Buffer.alloc(0) },
    { method: 'POST', said: `?status=${pick(chance, ['up', 'down'])}`, headers: {}, body },
    { method: 'POST', said: '/%2e%2e/x', headers: {}, body },
  ]);
}

const sampleOf = (chance: Chance, samples: readonly Buffer[]): Buffer =>
  samples[Math.floor(chance() * samples.length)] ?? Buffer.alloc(0);

const textOf = (chance: Chance): string =>
  HOSTILE_TEXTS[Math.floor(chance() * HOSTILE_TEXTS.length)]?.text ?? '';

/** Up to four changes, one after the other. */
function mutated(raw: Buffer, chance: Chance): Buffer {
  let body = raw;
  for (let times = between(chance, 0, 4); times > 0; times--) body = pick(chance, CHANGES)(body, chance);
  return body.subarray(0, 2_000_000);
}

type Change = (raw: Buffer, chance: Chance) => Buffer;

const lines =
  (change: (lines: string[], chance: Chance) => string[]): Change =>
  (raw, chance) =>
    Buffer.from(change(raw.toString('latin1').split('\n'), chance).join('\n'), 'latin1');
const words =
  (pattern: RegExp, by: (chance: Chance) => string): Change =>
  (raw, chance) =>
    Buffer.from(raw.toString('latin1').replaceAll(pattern, (word) => (chance() < 0.3 ? by(chance) : word)));

const CHANGES: readonly [Change, ...Change[]] = [
  (raw, chance) => raw.subarray(0, Math.floor(raw.length * chance())),
  (raw, chance) => raw.subarray(Math.floor(raw.length * chance())),
  (raw, chance) => {
    const changed = Buffer.from(raw);
    for (let times = 0; times < 20 && raw.length > 0; times++)
      changed[between(chance, 0, raw.length - 1)] = between(chance, 0, 255);
    return changed;
  },
  (raw, chance) => Buffer.concat([raw, Buffer.alloc(between(chance, 1, 100_000), between(chance, 0, 255))]),
  (raw, chance) => Buffer.concat([sampleOf(chance, MAILS), Buffer.from('\r\n'), raw]),
  lines((all, chance) => all.filter(() => chance() > 0.2)),
  lines((all, chance) => all.toSorted(() => chance() - 0.5)),
  lines((all, chance) =>
    all.flatMap((line) => (chance() < 0.02 ? Array.from({ length: 500 }, () => line) : line)),
  ),
  lines((all, chance) => all.map((line) => (chance() < 0.1 ? `${line}${textOf(chance)}` : line))),
  lines((all) => all.map((line) => `.${line}`)),
  words(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d/g, (chance) => pick(chance, HOSTILE_INSTANTS)),
  words(/\b\d+\b/g, (chance) => pick(chance, ['-1', '0', '1e400', '9'.repeat(400), '٣', '1.000.000,5'])),
  words(/"[^"\n]{0,40}"|\btrue\b|\bfalse\b/g, (chance) => pick(chance, HOSTILE_JSON)),
  words(
    /boundary="?[^"\r\n]+"?/g,
    (chance) => `boundary=${pick(chance, ['', '-', '"a', 'x'.repeat(300), '--'])}`,
  ),
  words(
    /charset="?[\w-]+"?/g,
    (chance) => `charset=${pick(chance, ['utf-7', 'utf-16', 'x', '""', 'gb18030'])}`,
  ),
  words(/\b(?:base64|quoted-printable|8bit)\b/g, (chance) =>
    pick(chance, ['base64', 'x-uuencode', '7bit', '']),
  ),
];
