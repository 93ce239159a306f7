import { expect } from 'vitest';
import { HOUR, MINUTE, type Instant } from '../time/instant';
import { latestOccurrence, nextOccurrence, occurrences, type Occurrence } from './occurrences';
import type { Schedule } from './schedule';

/*
 * The oracle: walks elapsed minutes and watches the wall clock, which it reads by itself from Intl's names of offsets. It shares
 * neither code nor method with the engine, which resolves local times.
 */

interface Offset {
  from: Instant;
  minutes: number;
}

const FIRST = Date.UTC(2014, 11, 20);
const LAST = Date.UTC(2036, 1, 10);
/** Longer than any clock is set back. */
const HOURS_WATCHED = 5;
const offsetsByZone = new Map<string, Offset[]>();

/** Zones whose clocks do something of their own between 2015 and 2035, and some that do nothing. */
const ZONES = [
  'UTC',
  'Europe/London',
  'Europe/Dublin',
  'Europe/Istanbul',
  'America/New_York',
  'America/St_Johns',
  'America/Santiago',
  'America/Havana',
  'America/Sao_Paulo',
  'America/Caracas',
  'America/Nuuk',
  'America/Scoresbysund',
  'Antarctica/Troll',
  'Antarctica/Casey',
  'Africa/Casablanca',
  'Africa/Cairo',
  'Africa/Juba',
  'Asia/Beirut',
  'Asia/Gaza',
  'Asia/Kathmandu',
  'Asia/Pyongyang',
  'Asia/Tehran',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
  'Pacific/Apia',
  'Pacific/Kiritimati',
] as const;

function offsetsOf(timeZone: string): Offset[] {
  const known = offsetsByZone.get(timeZone);
  if (known !== undefined) return known;
  const names = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset', year: 'numeric' });
  const offsetAt = (at: Instant) => {
    const [, sign, hours = 0, minutes = 0] = /GMT(?:([+-])(\d+):(\d+))?/.exec(names.format(at)) ?? [];
    return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  };
  const found: Offset[] = [{ from: FIRST, minutes: offsetAt(FIRST) }];
  for (let at = FIRST; at < LAST; at += 12 * HOUR) {
    if (offsetAt(at + 12 * HOUR) === found.at(-1)?.minutes) continue;
    for (let minute = at; minute <= at + 12 * HOUR; minute += MINUTE) {
      const minutes = offsetAt(minute);
      if (minutes !== found.at(-1)?.minutes) found.push({ from: minute, minutes });
    }
  }
  offsetsByZone.set(timeZone, found);
  return found;
}

/** Walks the minutes of [from, to): `see` gets each instant and the minutes (since 1970) that the wall clock shows then. */
function walk(timeZone: string, from: Instant, to: Instant, see: (at: Instant, wall: number) => void): void {
  const offsets = offsetsOf(timeZone);
  let index = offsets.findLastIndex((offset) => offset.from <= from);
  for (let at = Math.ceil(from / MINUTE) * MINUTE; at < to; at += MINUTE) {
    while ((offsets[index + 1]?.from ?? Infinity) <= at) index++;
    see(at, at / MINUTE + (offsets[index]?.minutes ?? Number.NaN));
  }
}

/** What is due in [from, to), and how many of them a change of clocks moved or repeated. */
function oracle(rule: Schedule, timeZone: string, from: Instant, to: Instant) {
  const found: Occurrence[] = [];
  let moved = 0;
  const isFollowing = isElapsed(rule);
  const isDueAt = matcherOf(rule, timeZone);
  let reached = Number.NaN;
  walk(timeZone, from - HOURS_WATCHED * HOUR, to, (at, wall) => {
    const isAgain = wall <= reached;
    const newly = isAgain || Number.isNaN(reached) ? wall : reached + 1;
    reached = isAgain ? reached : wall;
    if (at < from) return;
    if (isFollowing) {
      if (!isDueAt(wall, at)) return;
      moved += isAgain ? 1 : 0;
      found.push({ nominal: wallText(wall) + (isAgain ? offsetText(wall - at / MINUTE) : ''), at });
      return;
    }
    if (isAgain) return;
    for (let minute = wall; minute >= newly; minute--) {
      if (!isDueAt(minute, at)) continue;
      moved += minute < wall ? 1 : 0;
      found.push({ nominal: wallText(minute), at });
      break;
    }
  });
  return { found, moved };
}

function isElapsed(rule: Schedule): boolean {
  return rule.kind === 'interval' ? rule.seconds <= 3600 : /^(\*|\S+ \*)/.test(rule.expression);
}

function matcherOf(rule: Schedule, timeZone: string): (wall: number, at: Instant) => boolean {
  if (rule.kind === 'cron') return cronMatcher(rule.expression);
  const anchor = Math.round(new Date(`${rule.anchor}Z`).getTime() / MINUTE);
  const step = rule.seconds / 60;
  if (step > 60) return (wall) => (wall - anchor) % step === 0;
  const start = startOf(anchor, timeZone);
  return (_, at) => (at / MINUTE - start) % step === 0;
}

const starts = new Map<string, number>();

/** When the wall clock first reaches the anchor, in minutes. */
function startOf(anchor: number, timeZone: string): number {
  const key = `${timeZone} ${anchor}`;
  let start = starts.get(key);
  if (start !== undefined) return start;
  walk(timeZone, (anchor - 30 * 60) * MINUTE, (anchor + 30 * 60) * MINUTE, (at, wall) => {
    if (wall >= anchor) start ??= at / MINUTE;
  });
  starts.set(key, start ?? Number.NaN);
  return start ?? Number.NaN;
}

const NAMES = ['sun mon tue wed thu fri sat', 'jan feb mar apr may jun jul aug sep oct nov dec'];

/** Whether a value is named by one field of a cron table, term by term. */
function isNamed(field: string, value: number, names: string, firstName: number): boolean {
  const number = (text: string) => {
    const index = names.split(' ').indexOf(text);
    return index >= 0 ? index + firstName : Number(text);
  };
  return field.split(',').some((term) => {
    const [span = '', step = '1'] = term.split('/');
    if (span === '*') return (value - (firstName === 1 ? 1 : 0)) % Number(step) === 0;
    const [low = '', high = low] = span.split('-');
    return value >= number(low) && value <= number(high) && (value - number(low)) % Number(step) === 0;
  });
}

function listed(field: string, count: number, names = '', firstName = 0): boolean[] {
  return Array.from({ length: count }, (_, value) => isNamed(field, value, names, firstName));
}

function cronMatcher(expression: string): (wall: number) => boolean {
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = expression.toLowerCase().split(' ');
  const minutes = listed(minute, 60);
  const hours = listed(hour, 24);
  const days = listed(day, 32, '', 1);
  const months = listed(month, 13, NAMES[1], 1);
  const weekdays = listed(weekday, 8, NAMES[0]);
  const dayMatches = new Map<number, boolean>();
  const matchDay = (date: Date) => {
    const onDay = days[date.getUTCDate()];
    const onWeekday = weekdays[date.getUTCDay()] || (date.getUTCDay() === 0 && weekdays[7]);
    const isEither = day[0] !== '*' && weekday[0] !== '*';
    return Boolean(months[date.getUTCMonth() + 1] && (isEither ? onDay || onWeekday : onDay && onWeekday));
  };
  return (wall) => {
    if (!minutes[wall % 60] || !hours[Math.floor(wall / 60) % 24]) return false;
    const date = Math.floor(wall / 1440);
    let isMatch = dayMatches.get(date);
    if (isMatch === undefined) dayMatches.set(date, (isMatch = matchDay(new Date(date * 86_400_000))));
    return isMatch;
  };
}

function wallText(wall: number): string {
  return new Date(wall * MINUTE).toISOString().replace(/:00\.000Z$/, '');
}

function offsetText(minutes: number): string {
  const ahead = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${twoDigits(ahead / 60)}:${twoDigits(ahead % 60)}`;
}

function twoDigits(number: number): string {
  return String(Math.floor(number)).padStart(2, '0');
}

/** A generator of one seed (mulberry32), so that a case that fails can be had again. */
function numbersOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

type Numbers = (below: number) => number;

function pick<T>(numbers: Numbers, options: readonly [T, ...T[]]): T {
  return options[numbers(options.length)] ?? options[0];
}

function anyField(numbers: Numbers, min: number, max: number): string {
  const value = () => min + numbers(max - min + 1);
  const spanOf = () => {
    const low = value();
    return `${low}-${low + numbers(max - low + 1)}`;
  };
  switch (numbers(6)) {
    case 0:
      return `${value()},${value()}`;
    case 1:
      return spanOf();
    case 2:
      return `${spanOf()}/${1 + numbers(7)}`;
    case 3:
      return `${value()},${spanOf()}`;
    default:
      return `${value()}`;
  }
}

const STEPS = [1, 5, 10, 15, 20, 30, 60, 90, 120, 180, 240, 360, 420, 720, 1440, 2880, 10_080] as const;

function anySchedule(numbers: Numbers): Schedule {
  if (numbers(4) === 0) {
    const hour = String(numbers(24)).padStart(2, '0');
    const anchor = `${2016 + numbers(3)}-0${1 + numbers(9)}-11T${hour}:${pick(numbers, ['00', '30', '37'])}`;
    return { kind: 'interval', seconds: pick(numbers, STEPS) * 60, anchor };
  }
  const minute = pick(numbers, [
    anyField(numbers, 0, 59),
    `${numbers(60)}`,
    `${numbers(60)}`,
    '0,30',
    numbers(3) === 0 ? '*' : '30-59/10',
    `*/${2 + numbers(40)}`,
    `*/${15 + numbers(45)}`,
  ]);
  // most clocks change between 22:00 and 03:00
  const night = pick(numbers, ['0', '1', '2', '3', '22-23', '0-4', '23,0,1', '1-2']);
  const hour = pick(numbers, [anyField(numbers, 0, 23), night, night, '*', `*/${1 + numbers(12)}`]);
  const month = pick(numbers, ['*', '*', '*', anyField(numbers, 1, 12), 'mar-apr', 'sep,oct,nov']);
  // every month has its 28 days, so that no date is one that never comes
  const day = pick(numbers, [
    '*',
    '*',
    '*',
    anyField(numbers, 1, month === '*' ? 31 : 28),
    `*/${1 + numbers(4)}`,
  ]);
  const weekday = pick(numbers, ['*', '*', anyField(numbers, 0, 7), 'mon-fri', 'Sun', '*/2']);
  return { kind: 'cron', expression: `${minute} ${hour} ${day} ${month} ${weekday}` };
}

/** A window somewhere in 2015–2035, of up to two days and a half; every other one lies about a change of clocks. */
function anyWindow(numbers: Numbers, timeZone: string): [Instant, Instant] {
  const changes = offsetsOf(timeZone).slice(1);
  const minutes = numbers(pick(numbers, [3, 3, 3, 6, 6, 12, 30, 60]) * 60);
  const change = changes.length > 0 && numbers(2) === 0 ? changes[numbers(changes.length)]?.from : undefined;
  const anywhere = Date.UTC(2015, 0, 1) + numbers(7670 * 24 * 60) * MINUTE;
  const from = (change === undefined ? anywhere : change - numbers(minutes + 1) * MINUTE) + numbers(3) - 1;
  return [from, from + minutes * MINUTE + numbers(3) - 1];
}

/**
 * Holds the engine against the oracle in so many cases; a failure names its seed, zone, schedule and window. Gives how many
 * occurrences were compared, and how many of them a change of clocks moved or repeated.
 */
export function agreesWithOracle(cases: number, firstSeed: number): { occurrences: number; moved: number } {
  const seen = { occurrences: 0, moved: 0 };
  for (let seed = firstSeed; seed < firstSeed + cases; seed++) {
    const numbers = numbersOf(seed);
    const timeZone = pick(numbers, ZONES);
    const rule = anySchedule(numbers);
    const [from, to] = anyWindow(numbers, timeZone);
    const { found: wanted, moved } = oracle(rule, timeZone, from, to);
    const found = occurrences(rule, timeZone, from, to);
    const which = `seed ${seed}: ${JSON.stringify(rule)} in ${timeZone}, ${from} to ${to}`;
    if (!isSame(found, wanted)) expect(found, which).toEqual(wanted);
    if (seed % 64 === 0) expectNeighbours(rule, timeZone, [from, to], wanted, which);
    seen.occurrences += wanted.length;
    seen.moved += moved;
  }
  return seen;
}

/** Next and latest are the ends of the list, or lie outside the window. */
function expectNeighbours(
  rule: Schedule,
  timeZone: string,
  [from, to]: [Instant, Instant],
  wanted: readonly Occurrence[],
  which: string,
): void {
  const next = nextOccurrence(rule, timeZone, from - 1);
  const latest = latestOccurrence(rule, timeZone, to - 1);
  if (wanted.length === 0) {
    expect(next === null || next.at >= to, which).toBe(true);
    expect(latest === null || latest.at < from, which).toBe(true);
  } else {
    expect(next, which).toEqual(wanted[0]);
    expect(latest, which).toEqual(wanted.at(-1));
  }
}

function isSame(found: readonly Occurrence[], wanted: readonly Occurrence[]): boolean {
  return (
    found.length === wanted.length &&
    wanted.every(({ at, nominal }, index) => found[index]?.at === at && found[index].nominal === nominal)
  );
}
