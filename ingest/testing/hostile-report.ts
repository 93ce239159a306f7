import { gzipSync } from 'node:zlib';
import type { Chance } from '@/chaos/chance';
import { nightOf, reportOf, type ReportInput, type SampleAgent } from './sample-agent';
import { between, HOSTILE_INSTANTS, HOSTILE_JSON, hostileText, pick } from './hostile-values';

/** Ids that are not the sender's to speak of. */
export interface ForeignIds {
  readonly agentId: string;
  readonly clientId: string;
  readonly mspId: string;
  readonly hostname: string;
  readonly repositoryKey: string;
  readonly pointKey: string;
  readonly epoch: string;
}

/** The bytes of a report as sent, and what the sender calls them. */
export interface HostileBody {
  readonly what: string;
  readonly bytes: Buffer;
  readonly contentEncoding: 'identity' | 'gzip';
}

/** A report that says everything that a report can say, before anything is done to it. */
export function fullReport(agent: SampleAgent, sequence: number, chance: Chance): ReportInput {
  const at = new Date(Date.now() - between(chance, 1, 72) * 3_600_000);
  const repositoryKey = `${agent.hostname}-${between(chance, 1, 3)}`;
  const night = nightOf(agent, at, {
    repositoryKey,
    location: `s3:https://s3.example.test/${repositoryKey}`,
  });
  const startedAt = at.toISOString();
  const endedAt = new Date(at.getTime() + 60_000).toISOString();
  const [point] = night.recovery_points ?? [];
  return reportOf(agent, sequence, {
    ...night,
    retention: [{ repository_key: repositoryKey, source: 'tool_config', keep: { daily: 7, weekly: 5 } }],
    verifications: [
      {
        verification_key: `check-${sequence}`,
        repository_key: repositoryKey,
        kind: 'data_subset',
        coverage_percent: 5,
        started_at: startedAt,
        ended_at: endedAt,
        result: 'problems',
        errors: 1,
        damaged: ['pack-1'],
        message: 'pack 1 is damaged',
      },
    ],
    restore_tests: [
      {
        test_key: `test-${sequence}`,
        point_key: point?.point_key ?? 'none',
        repository_key: repositoryKey,
        trigger: 'schedule',
        method: 'sample',
        started_at: startedAt,
        ended_at: endedAt,
        level: 'L2',
        result: 'passed',
        files: { matched: 10, mismatched: 0, missing: 0, unverifiable: 1 },
        restore_seconds: 12,
      },
    ],
    problems: [{ code: 'source_missing', severity: 'warning', subject: 'nightly', message: '/srv is gone' }],
  });
}

type BodyAttack = (said: ReportInput, chance: Chance, foreign: ForeignIds) => Omit<HostileBody, 'what'>;

/** Everything that is done to the body of a report whose signature is good. */
const BODY_ATTACKS: Readonly<Record<string, BodyAttack>> = {
  'as it should be': (said) => zipped(JSON.stringify(said)),
  'a value of another type': (said, chance) => zipped(withRawValue(said, chance, pick(chance, HOSTILE_JSON))),
  'two values of another type': (said, chance) => {
    const once = withRawValue(said, chance, pick(chance, HOSTILE_JSON));
    return zipped(withRawText(once, chance, pick(chance, HOSTILE_JSON)));
  },
  'a text nobody expects': (said, chance) =>
    zipped(withRawValue(said, chance, JSON.stringify(hostileText(chance)), isText)),
  'a time nobody expects': (said, chance) =>
    zipped(withRawValue(said, chance, JSON.stringify(pick(chance, HOSTILE_INSTANTS)), isInstant)),
  'a number nobody expects': (said, chance) =>
    zipped(withRawValue(said, chance, pick(chance, HOSTILE_JSON), isNumber)),
  'prototype keys': (said, chance) => zipped(withExtraKey(said, chance, prototypeKey(chance))),
  'a key twice': (said, chance) => zipped(withDoubledKey(said, chance)),
  'a thing twice': (said, chance) => zipped(JSON.stringify(withDoubledElements(said, chance))),
  'nested deeply': (said, chance) => zipped(withRawValue(said, chance, nested(between(chance, 60, 1000)))),
  'another machine, another client': (said, chance, foreign) =>
    zipped(JSON.stringify(withForeignIds(said, chance, foreign))),
  'cut off': (said, chance) => {
    const text = JSON.stringify(said);
    return zipped(text.slice(0, between(chance, 0, text.length - 1)));
  },
  'flipped bytes': (said, chance) => {
    const bytes = Buffer.from(JSON.stringify(said));
    for (let hits = between(chance, 1, 8); hits > 0; hits--)
      bytes[between(chance, 0, bytes.length - 1)] = between(chance, 0, 255);
    return zipped(bytes);
  },
  'another encoding of text': (said, chance) => {
    const text = JSON.stringify(said);
    return zipped(
      pick(chance, [
        Buffer.from(text, 'utf16le'),
        Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)]),
        Buffer.from(text.replace('restic', '\u0000')),
        Buffer.from(`${text}${text}`),
        Buffer.from(`/* */${text}`),
        Buffer.from(text.replaceAll('"', "'")),
        Buffer.from(''),
        Buffer.from('null'),
        Buffer.from('[]'),
        Buffer.from('"report"'),
      ]),
    );
  },
  'broken compression': (said, chance) => {
    const bytes = gzipSync(JSON.stringify(said));
    const what = between(chance, 0, 4);
    if (what === 0) return asGzip(bytes.subarray(0, between(chance, 0, bytes.length - 1)));
    if (what === 1) bytes[between(chance, 0, bytes.length - 1)] = between(chance, 0, 255);
    if (what === 2) return asGzip(Buffer.concat([bytes, Buffer.from('trailing')]));
    if (what === 3) return asGzip(Buffer.concat([bytes, bytes]));
    if (what === 4) return asGzip(gzipSync(bytes));
    return asGzip(bytes);
  },
  'not compressed though it says so': (said) => asGzip(Buffer.from(JSON.stringify(said))),
  'compressed though it does not say so': (said) => ({
    bytes: gzipSync(JSON.stringify(said)),
    contentEncoding: 'identity',
  }),
  'not compressed': (said) => ({ bytes: Buffer.from(JSON.stringify(said)), contentEncoding: 'identity' }),
};

/** Big ones cost everybody time, so they are rare. */
const BIG_ATTACKS: Readonly<Record<string, BodyAttack>> = {
  'a long list of nothing': (said, chance) => {
    const list = pick(chance, ['runs', 'recovery_points', 'repositories', 'problems', 'verifications']);
    const element = pick(chance, ['1', '{}', 'null', '[]', '""']);
    const elements = Array.from({ length: between(chance, 1000, 30_000) }, () => element).join();
    return zipped(JSON.stringify({ ...said, [list]: 'HERE' }).replace('"HERE"', `[${elements}]`));
  },
  'nested very deeply': (said, chance) =>
    zipped(withRawValue(said, chance, nested(between(chance, 10_000, 100_000)))),
  'a bomb': (_said, chance) => asGzip(bomb(pick(chance, [9, 20, 60]))),
  'more than is allowed': (_said, chance) => ({
    bytes: Buffer.alloc(1024 * 1024 + between(chance, 1, 100_000), 32),
    contentEncoding: 'identity',
  }),
  'as much as is allowed': (said) => {
    const text = JSON.stringify(said);
    return { bytes: Buffer.from(text.padEnd(1024 * 1024, ' ')), contentEncoding: 'identity' };
  },
};

const bombs = new Map<number, Buffer>();
function bomb(mib: number): Buffer {
  const made = bombs.get(mib) ?? gzipSync(Buffer.alloc(mib * 1024 * 1024, 32), { level: 1 });
  bombs.set(mib, made);
  return made;
}

const BIG_SHARE = 0.02;

/** A body whose sender signs it with the right key, made by chance. */
export function hostileBody(said: ReportInput, chance: Chance, foreign: ForeignIds): HostileBody {
  const attacks = chance() < BIG_SHARE ? BIG_ATTACKS : BODY_ATTACKS;
  const names = Object.keys(attacks);
  const what = names[between(chance, 0, names.length - 1)] ?? '';
  const made = attacks[what]?.(said, chance, foreign) ?? zipped(JSON.stringify(said));
  return { what, ...made };
}

function zipped(json: string | Buffer): Omit<HostileBody, 'what'> {
  return asGzip(gzipSync(json, { level: 1 }));
}

function asGzip(bytes: Buffer): Omit<HostileBody, 'what'> {
  return { bytes, contentEncoding: 'gzip' };
}

type Path = readonly (string | number)[];

const isText = (value: unknown): boolean => typeof value === 'string';
const isNumber = (value: unknown): boolean => typeof value === 'number';
const isInstant = (value: unknown): boolean => isText(value) && /^\d{4}-\d{2}-\d{2}T/.test(String(value));

/** Every place in a report whose value is of some kind. */
function placesIn(value: unknown, isWanted: (value: unknown) => boolean, path: Path = []): Path[] {
  const here = path.length > 0 && isWanted(value) ? [path] : [];
  if (typeof value !== 'object' || value === null) return here;
  return [
    ...here,
    ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, isWanted, [...path, key])),
  ];
}

const MARK = 'the-value-that-is-replaced';

function withRawValue(
  said: ReportInput,
  chance: Chance,
  raw: string,
  isWanted: (value: unknown) => boolean = () => true,
): string {
  const places = placesIn(said, isWanted);
  const path = places[between(chance, 0, places.length - 1)];
  if (!path) return JSON.stringify(said);
  return JSON.stringify(replaced(said, path, MARK)).replace(`"${MARK}"`, () => raw);
}

/** Replaces the value after one of the colons of a JSON text. */
function withRawText(text: string, chance: Chance, raw: string): string {
  const values = [...text.matchAll(/:("[^"\\]*"|\d+|true|false|null)/g)];
  const one = values[between(chance, 0, Math.max(0, values.length - 1))];
  if (!one) return text;
  return `${text.slice(0, one.index)}:${raw}${text.slice(one.index + one[0].length)}`;
}

function replaced(value: unknown, path: Path, by: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return by;
  if (Array.isArray(value))
    return value.map((inner, index) => (String(index) === key ? replaced(inner, rest, by) : inner));
  return Object.fromEntries(
    Object.entries(value as object).map(([name, inner]) => [
      name,
      name === key ? replaced(inner, rest, by) : inner,
    ]),
  );
}

function prototypeKey(chance: Chance): string {
  const key = pick(chance, ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', 'then']);
  const value = pick(chance, [
    '{"isRevoked":false,"mspId":"x"}',
    'null',
    '[]',
    '"x"',
    '{"prototype":{"a":1}}',
  ]);
  return `"${key}":${value}`;
}

/** Puts a key and its value into one of the objects of a report. */
function withExtraKey(said: ReportInput, chance: Chance, pair: string): string {
  const text = JSON.stringify(said);
  const objects = [...text.matchAll(/\{(?=")/g)];
  const at = (objects[between(chance, 0, objects.length - 1)]?.index ?? 0) + 1;
  return `${text.slice(0, at)}${pair},${text.slice(at)}`;
}

function withDoubledKey(said: ReportInput, chance: Chance): string {
  const text = JSON.stringify(said);
  const keys = [...text.matchAll(/"([a-z_]+)":/g)];
  const key = keys[between(chance, 0, keys.length - 1)];
  if (!key) return text;
  const spelled = chance() < 0.5 ? key[0] : `"\\u${hex(key[1] ?? '')}${(key[1] ?? '').slice(1)}":`;
  return `${text.slice(0, key.index)}${spelled}${pick(chance, HOSTILE_JSON)},${text.slice(key.index)}`;
}

function hex(text: string): string {
  return text.charCodeAt(0).toString(16).padStart(4, '0');
}

/** The same run, point, repository, check and test again, now and then saying something else. */
function withDoubledElements(said: ReportInput, chance: Chance): object {
  const twice = <T extends object>(list: readonly T[] | undefined, other: Partial<T>): T[] =>
    (list ?? []).flatMap((one) => (chance() < 0.7 ? [one, { ...one, ...other }] : [one]));
  return {
    ...said,
    runs: twice(said.runs, { status: 'failed' }),
    recovery_points: twice(said.recovery_points, { state: 'corrupt', source_paths: ['/other'] }),
    repositories: twice(said.repositories, { location: 'sftp:elsewhere' }),
    verifications: twice(said.verifications, { result: 'ok' }),
    restore_tests: twice(said.restore_tests, { result: 'failed' }),
    scope: { complete_for: [...(said.scope?.complete_for ?? []), ...(said.scope?.complete_for ?? [])] },
  };
}

function nested(levels: number): string {
  return levels % 2 === 0
    ? '['.repeat(levels) + ']'.repeat(levels)
    : '{"a":'.repeat(levels) + '1' + '}'.repeat(levels);
}

/** Says that it is, or speaks of, somebody else. */
function withForeignIds(said: ReportInput, chance: Chance, foreign: ForeignIds): object {
  const other = { ...said } as Record<string, unknown>;
  const changes: readonly [() => void, ...(() => void)[]] = [
    () => (other['agent'] = { ...said.agent, id: foreign.agentId }),
    () => (other['agent'] = { ...said.agent, hostname: foreign.hostname }),
    () => (other['epoch'] = foreign.epoch),
    () => (other['sequence'] = said.sequence + 1),
    () => (other['report_id'] = foreign.agentId),
    () => (other['msp_id'] = foreign.mspId),
    () => (other['client_id'] = foreign.clientId),
    () => (other['scope'] = { complete_for: [`recovery_points:${foreign.repositoryKey}`] }),
    () =>
      (other['runs'] = said.runs?.map((run) => ({
        ...run,
        source_host: foreign.hostname,
        repository_key: foreign.repositoryKey,
        point_keys: [foreign.pointKey],
      }))),
    () =>
      (other['recovery_points'] = said.recovery_points?.map((point) => ({
        ...point,
        source_host: foreign.hostname,
        repository_key: foreign.repositoryKey,
        point_key: foreign.pointKey,
      }))),
    () =>
      (other['repositories'] = said.repositories?.map((one) => ({
        ...one,
        repository_key: foreign.repositoryKey,
        tool: 'stolen',
      }))),
  ];
  for (let times = between(chance, 1, 3); times > 0; times--) pick(chance, changes)();
  return other;
}
