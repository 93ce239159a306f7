import type { Chance } from '@/chaos/chance';

/** One of these, by chance. */
export function pick<T>(chance: Chance, from: readonly [T, ...T[]]): T {
  return from[Math.floor(chance() * from.length)] ?? from[0];
}

/** A whole number from `least` to `most`, both inclusive. */
export function between(chance: Chance, least: number, most: number): number {
  return least + Math.floor(chance() * (most - least + 1));
}

/** JSON texts that stand where a value belongs; not all of them are JSON. */
export const HOSTILE_JSON = [
  'null',
  'true',
  '0',
  '-0',
  '-1',
  '1.5',
  '2147483648',
  '9007199254740991',
  '9007199254740993',
  '1e308',
  '1e400',
  '-1e400',
  '123456789012345678901234567890',
  'NaN',
  'Infinity',
  'undefined',
  '01',
  '0x10',
  '""',
  '" "',
  '"\\t\\n"',
  '"\\u0000"',
  '"a\\u0000b"',
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"\\uffff"',
  '"\\u202e"',
  '"\u0001"',
  '"__proto__"',
  '"constructor"',
  '"\'; DROP TABLE app.msp; --"',
  '"{}"',
  '[]',
  '{}',
  '[null]',
  '[[[[]]]]',
  '[1,1,1,1,1,1,1,1]',
  '{"__proto__":{"isAdmin":true}}',
  '{"constructor":{"prototype":{"isAdmin":true}}}',
  '{"toString":1,"valueOf":2,"length":3}',
  '{"then":1}',
] as const satisfies readonly [string, ...string[]];

/** Times far away, impossible, or in a form that only some parsers take. */
export const HOSTILE_INSTANTS = [
  '0000-01-01T00:00:00Z',
  '0000-01-01T00:00:00+14:00',
  '0001-01-01T00:00:00Z',
  '1582-10-10T00:00:00Z',
  '1969-12-31T23:59:59Z',
  '1970-01-01T00:00:00Z',
  '2000-02-29T00:00:00Z',
  '2001-02-29T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-11-24T24:00:00Z',
  '2026-11-24T23:59:60Z',
  '2038-01-19T03:14:08Z',
  '2099-01-01T00:00:00+23:59',
  '9999-12-31T23:59:59Z',
  '9999-12-31T23:59:59-14:00',
  '+010000-01-01T00:00:00Z',
  '-000001-01-01T00:00:00Z',
  '2026-11-24',
  '2026-11-24 01:02:03',
  'now',
  'infinity',
  '-infinity',
  'epoch',
  '2026-11-24T01:02:03.123456789123456789Z',
] as const satisfies readonly [string, ...string[]];

/** Texts that are text: whatever takes them must keep them or refuse them, whole. */
export function hostileText(chance: Chance): string {
  const length = pick(chance, [1, 2, 199, 200, 201, 500, 501, 2000, 2001, 4096, 5000]);
  const unit = pick(chance, [
    'a',
    'é',
    'İ',
    'ß',
    'ﬁ',
    '😀',
    '\u202e',
    '\u0000',
    '\u0007',
    '\u001b[2J',
    '\r\nX: y',
    ' ',
    '\u00a0',
    '\ufeff',
    '<script>',
    '=1+1',
    '%s%n',
    '../',
    "'",
    '"',
    '\\',
    '${x}',
    '{{7*7}}',
  ]);
  return unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
}
