import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR } from '../time/instant';
import { localAt } from '../time/zone-clock';
import { bucketName, expectedBuckets, type BucketUnit } from './buckets';
import { asksForAllOf, NOTHING_PROMISED, retentionPolicy, type RetentionPolicy } from './retention-policy';

const LONG_AGO = Date.UTC(2010, 0, 1);
const at = (text: string) => Date.parse(text);
const names = (policy: Partial<RetentionPolicy>, now: number, timeZone = 'UTC', since = LONG_AGO) =>
  expectedBuckets({ ...NOTHING_PROMISED, ...policy }, since, now, timeZone).map((bucket) => bucket.name);
const hoursOfDay = (now: string) => {
  const [bucket] = expectedBuckets({ ...NOTHING_PROMISED, daily: 1 }, LONG_AGO, at(now), 'Europe/London');
  return bucket && (bucket.endsAt - bucket.startsAt) / HOUR;
};

describe('the buckets that a policy asks for', () => {
  it.each<[string, Partial<RetentionPolicy>, string, string, string[]]>([
    ['nothing', {}, '2026-11-17T09:42:00Z', 'UTC', []],
    ['only the newest points: no bucket', { last: 7 }, '2026-11-17T09:42:00Z', 'UTC', []],
    [
      'hours',
      { hourly: 3 },
      '2026-01-01T01:30:00Z',
      'UTC',
      ['2026-01-01T01', '2026-01-01T00', '2025-12-31T23'],
    ],
    [
      'days at a month’s end',
      { daily: 3 },
      '2026-03-01T12:00:00Z',
      'UTC',
      ['2026-03-01', '2026-02-28', '2026-02-27'],
    ],
    ['days of a leap year', { daily: 2 }, '2028-03-01T12:00:00Z', 'UTC', ['2028-03-01', '2028-02-29']],
    [
      'weeks at a year’s end',
      { weekly: 3 },
      '2027-01-04T00:00:00Z',
      'UTC',
      ['2027-W01', '2026-W53', '2026-W52'],
    ],
    ['weeks a moment earlier', { weekly: 2 }, '2027-01-03T23:59:59Z', 'UTC', ['2026-W53', '2026-W52']],
    [
      'months over a year’s end',
      { monthly: 3 },
      '2027-01-31T12:00:00Z',
      'UTC',
      ['2027-01', '2026-12', '2026-11'],
    ],
    ['years', { yearly: 2 }, '2027-06-01T12:00:00Z', 'UTC', ['2027', '2026']],
    ['the day of the zone', { daily: 1 }, '2026-11-17T23:30:00Z', 'Asia/Kathmandu', ['2026-11-18']],
    ['the year of the zone', { yearly: 1 }, '2026-12-31T10:30:00Z', 'Pacific/Kiritimati', ['2027']],
  ])('%s', (_, policy, now, timeZone, expected) => {
    expect(names(policy, at(now), timeZone)).toEqual(expected);
  });

  it('have the lengths of the zone’s days: 23 and 25 hours when clocks change', () => {
    expect(hoursOfDay('2026-03-29T12:00:00Z')).toBe(23);
    expect(hoursOfDay('2026-10-25T12:00:00Z')).toBe(25);
  });

  it('hold the repeated hour once, two hours long, and the skipped hour never', () => {
    const repeated = expectedBuckets(
      { ...NOTHING_PROMISED, hourly: 2 },
      LONG_AGO,
      at('2026-10-25T02:30:00Z'),
      'Europe/London',
    );
    expect(repeated.map((one) => [one.name, (one.endsAt - one.startsAt) / HOUR])).toEqual([
      ['2026-10-25T02', 1],
      ['2026-10-25T01', 2],
    ]);
    expect(names({ hourly: 2 }, at('2026-03-29T01:30:00Z'), 'Europe/London')).toEqual([
      '2026-03-29T02',
      '2026-03-29T00',
    ]);
  });

  it('begin with the bucket in which the promise began', () => {
    const now = at('2026-11-17T09:42:00Z');
    expect(names({ daily: 30 }, now, 'UTC', at('2026-11-15T13:00:00Z'))).toEqual([
      '2026-11-17',
      '2026-11-16',
      '2026-11-15',
    ]);
    expect(names({ daily: 30 }, now, 'UTC', at('2026-11-16T00:00:00Z'))).toHaveLength(2);
    expect(names({ daily: 30 }, now, 'UTC', at('2026-11-16T00:00:00Z') - 1)).toHaveLength(3);
  });

  it('lie wholly within the greatest age', () => {
    const now = at('2026-11-17T00:00:00Z');
    expect(names({ daily: 30, ageDaysMax: 3 }, now)).toHaveLength(4);
    expect(names({ daily: 30, ageDaysMax: 3 }, now + 1)).toHaveLength(3);
  });

  it('are the days younger than the least age, whatever else is asked', () => {
    const now = at('2026-11-17T00:00:00Z');
    expect(names({ ageDaysMin: 3 }, now)).toEqual(['2026-11-17', '2026-11-16', '2026-11-15', '2026-11-14']);
    expect(names({ ageDaysMin: 3 }, now + 1)).toHaveLength(3);
    expect(names({ daily: 5, ageDaysMin: 3 }, now)).toHaveLength(5);
  });

  it('follow one another without a gap in any zone and hold now first', () => {
    const zones = [
      'UTC',
      'Europe/London',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'Antarctica/Troll',
    ];
    const counts = {
      hour: 'hourly',
      day: 'daily',
      week: 'weekly',
      month: 'monthly',
      year: 'yearly',
    } as const;
    const anyInstant = fc.integer({ min: at('2015-01-01T00:00:00Z'), max: at('2035-01-01T00:00:00Z') });
    const anyUnit = fc.constantFrom<BucketUnit>('hour', 'day', 'week', 'month', 'year');
    fc.assert(
      fc.property(anyInstant, fc.constantFrom(...zones), anyUnit, (now, zone, unit) => {
        const buckets = expectedBuckets({ ...NOTHING_PROMISED, [counts[unit]]: 6 }, LONG_AGO, now, zone);
        expect(buckets).toHaveLength(6);
        const [first] = buckets;
        expect(first && first.startsAt <= now && now < first.endsAt).toBe(true);
        expect(buckets.slice(1).map((one) => one.endsAt)).toEqual(
          buckets.slice(0, -1).map((one) => one.startsAt),
        );
        for (const { startsAt, endsAt, name } of buckets) {
          expect(endsAt).toBeGreaterThan(startsAt);
          for (const inside of [startsAt, endsAt - 1])
            expect(bucketName(unit, localAt(inside, zone))).toBe(name);
          expect(bucketName(unit, localAt(endsAt, zone))).not.toBe(name);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('a retention policy', () => {
  it('is refused where its least age is above its greatest, with words on what to do', () => {
    const refused = retentionPolicy.safeParse({ ...NOTHING_PROMISED, ageDaysMin: 91, ageDaysMax: 90 });
    expect(refused.error?.issues[0]?.message).toContain('Lower one or raise the other');
    expect(retentionPolicy.safeParse({ ...NOTHING_PROMISED, ageDaysMin: 90, ageDaysMax: 90 }).success).toBe(
      true,
    );
    expect(retentionPolicy.safeParse({ ...NOTHING_PROMISED, daily: 0 }).success).toBe(false);
    expect(retentionPolicy.safeParse({ ...NOTHING_PROMISED, fortnightly: 1 }).success).toBe(false);
  });

  it.each<[boolean, Partial<RetentionPolicy>, Partial<RetentionPolicy>]>([
    [true, { daily: 7 }, { daily: 7 }],
    [true, { daily: 7, weekly: 4 }, { daily: 6 }],
    [false, { daily: 7 }, { daily: 8 }],
    [false, { daily: 7 }, { daily: 7, monthly: 1 }],
    [true, { daily: 7 }, { daily: 7, ageDaysMax: 90 }],
    [false, { daily: 7, ageDaysMax: 60 }, { daily: 7, ageDaysMax: 90 }],
    [false, { daily: 7, ageDaysMax: 90 }, { daily: 7 }],
  ])('%s: %j asks for all of %j', (expected, promise, other) => {
    expect(asksForAllOf({ ...NOTHING_PROMISED, ...promise }, { ...NOTHING_PROMISED, ...other })).toBe(
      expected,
    );
  });

  it('of many hours is told quickly', () => {
    const startedAt = performance.now();
    expect(names({ hourly: 744 }, at('2026-11-17T00:00:00Z'), 'Europe/London')).toHaveLength(744);
    expect(performance.now() - startedAt).toBeLessThan(2 * 1000);
  });
});
