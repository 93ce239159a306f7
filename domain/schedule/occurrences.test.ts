import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../time/instant';
import { latestOccurrence, nextOccurrence, occurrences } from './occurrences';
import type { Schedule } from './schedule';

const cron = (expression: string): Schedule => ({ kind: 'cron', expression });
const every = (minutes: number, anchor = '2026-01-01T00:00'): Schedule => ({
  kind: 'interval',
  seconds: minutes * 60,
  anchor,
});
const found = (rule: Schedule, timeZone: string, from: string, to: string) =>
  occurrences(rule, timeZone, Date.parse(from), Date.parse(to)).map(
    ({ nominal, at }) => `${nominal} = ${new Date(at).toISOString().slice(0, 16)}Z`,
  );

/** Local time, then the one instant at which it is due: in a gap the first after it, in an overlap the first of the two. */
const ZONE_CASES = [
  ['Europe/London', '2026-03-29T01:30', '2026-03-29T01:00Z'],
  ['Antarctica/Troll', '2026-03-29T02:00', '2026-03-29T01:00Z'],
  ['America/Santiago', '2026-09-06T00:30', '2026-09-06T04:00Z'],
  ['Asia/Beirut', '2026-03-29T00:15', '2026-03-28T22:00Z'],
  ['Africa/Cairo', '2026-04-24T00:30', '2026-04-23T22:00Z'],
  ['Asia/Gaza', '2026-03-28T02:30', '2026-03-28T00:00Z'],
  ['America/Nuuk', '2026-03-28T23:30', '2026-03-29T01:00Z'],
  ['Australia/Lord_Howe', '2026-10-04T02:15', '2026-10-03T15:30Z'],
  ['Pacific/Apia', '2011-12-30T12:00', '2011-12-30T10:00Z'],
  ['America/New_York', '2026-11-01T01:30', '2026-11-01T05:30Z'],
  ['Australia/Lord_Howe', '2026-04-05T01:45', '2026-04-04T14:45Z'],
  ['Africa/Casablanca', '2026-02-15T02:30', '2026-02-15T01:30Z'],
  ['Europe/Dublin', '2026-10-25T01:30', '2026-10-25T00:30Z'],
  ['Asia/Kathmandu', '2026-06-01T02:00', '2026-05-31T20:15Z'],
] as const;

describe.each(ZONE_CASES)('%s %s', (timeZone, nominal, instant) => {
  const at = Date.parse(instant);
  const [, month, day, hour, minute] = nominal.split(/[-T:]/).map(Number);

  test.each([
    ['a cron rule for that day', cron(`${minute} ${hour} ${day} ${month} *`)],
    ['daily cron', cron(`${minute} ${hour} * * *`)],
    ['an interval of a day', every(1440, `2010-01-01T${nominal.slice(11)}`)],
  ])('%s is due exactly once, and keeps its name', (_, rule) => {
    const near = occurrences(rule, timeZone, at - 40 * HOUR, at + 40 * HOUR);
    expect(near.filter((one) => one.nominal.startsWith(nominal))).toEqual([{ nominal, at }]);
    expect(occurrences(rule, timeZone, at, at + 1)).toEqual([{ nominal, at }]);
    expect(nextOccurrence(rule, timeZone, at - 1)).toEqual({ nominal, at });
    expect(latestOccurrence(rule, timeZone, at)).toEqual({ nominal, at });
  });
});

describe('a change of clocks', () => {
  test('moves several times of a skipped hour to one occurrence, named by the latest', () => {
    expect(found(cron('0,30 1,2 29 3 *'), 'Europe/London', '2026-03-29T00:00Z', '2026-03-30T00:00Z')).toEqual(
      ['2026-03-29T02:00 = 2026-03-29T01:00Z', '2026-03-29T02:30 = 2026-03-29T01:30Z'],
    );
    expect(found(cron('15,45 1 29 3 *'), 'Europe/London', '2026-03-29T00:00Z', '2026-03-30T00:00Z')).toEqual([
      '2026-03-29T01:45 = 2026-03-29T01:00Z',
    ]);
  });

  test('leaves a job with a wildcard hour on elapsed time: none in the skipped hour, each in the repeated one', () => {
    expect(found(cron('30 * * * *'), 'Europe/London', '2026-03-29T00:00Z', '2026-03-29T02:00Z')).toEqual([
      '2026-03-29T00:30 = 2026-03-29T00:30Z',
      '2026-03-29T02:30 = 2026-03-29T01:30Z',
    ]);
    expect(found(cron('30 * * * *'), 'Europe/London', '2026-10-25T00:00Z', '2026-10-25T02:00Z')).toEqual([
      '2026-10-25T01:30 = 2026-10-25T00:30Z',
      '2026-10-25T01:30+00:00 = 2026-10-25T01:30Z',
    ]);
  });

  test('leaves intervals of an hour or less on elapsed time, and longer ones on local time', () => {
    const night = ['America/New_York', '2026-11-01T04:00Z', '2026-11-01T08:00Z'] as const;
    expect(found(every(60), ...night)).toEqual([
      '2026-11-01T00:00 = 2026-11-01T04:00Z',
      '2026-11-01T01:00 = 2026-11-01T05:00Z',
      '2026-11-01T01:00-05:00 = 2026-11-01T06:00Z',
      '2026-11-01T02:00 = 2026-11-01T07:00Z',
    ]);
    expect(found(every(120), ...night)).toEqual([
      '2026-11-01T00:00 = 2026-11-01T04:00Z',
      '2026-11-01T02:00 = 2026-11-01T07:00Z',
    ]);
  });

  test('that skips a whole day makes one occurrence of all that were due in it', () => {
    expect(found(every(240), 'Pacific/Apia', '2011-12-30T06:00Z', '2011-12-30T18:00Z')).toEqual([
      '2011-12-29T20:00 = 2011-12-30T06:00Z',
      '2011-12-31T00:00 = 2011-12-30T10:00Z',
      '2011-12-31T04:00 = 2011-12-30T14:00Z',
    ]);
  });
});

describe('windows', () => {
  const at = Date.UTC(2026, 5, 1, 21);

  test('are half-open', () => {
    const rule = cron('0 21 * * *');
    expect(occurrences(rule, 'UTC', at, at)).toEqual([]);
    expect(occurrences(rule, 'UTC', at, at + 1)).toHaveLength(1);
    expect(occurrences(rule, 'UTC', at - DAY + 1, at)).toEqual([]);
    expect(nextOccurrence(rule, 'UTC', at)?.at).toBe(at + DAY);
    expect(latestOccurrence(rule, 'UTC', at - 1)?.at).toBe(at - DAY);
  });

  test('that lie side by side lose nothing and double nothing', () => {
    const rule = cron('*/7 0-5 * * *');
    const days = occurrences(rule, 'America/Havana', at, at + 365 * DAY);
    const pieces = [];
    for (let from = at; from < at + 365 * DAY; from += 97 * MINUTE)
      pieces.push(...occurrences(rule, 'America/Havana', from, Math.min(from + 97 * MINUTE, at + 365 * DAY)));
    expect(pieces).toEqual(days);
    expect(new Set(days.map(({ nominal }) => nominal)).size).toBe(days.length);
  });

  test('reach as far as the rarest date', () => {
    const rule = cron('0 12 29 2 */7');
    const leap = Date.UTC(2032, 1, 29, 12);
    expect(nextOccurrence(rule, 'UTC', at)).toEqual({ nominal: '2032-02-29T12:00', at: leap });
    expect(latestOccurrence(rule, 'UTC', at)?.nominal).toBe('2004-02-29T12:00');
    expect(nextOccurrence(rule, 'UTC', Date.UTC(2088, 2, 1))?.nominal).toBe('2128-02-29T12:00');
  });
});
