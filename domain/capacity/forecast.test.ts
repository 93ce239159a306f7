import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY } from '../time/instant';
import { forecastFull, type CapacityReading } from './forecast';
import { lowSpace } from './low-space';

const START = Date.UTC(2026, 8, 1, 6);
const TB = 1e12;
const GB = 1e9;
const growing = (count: number, bytesPerDay: number, from = TB): CapacityReading[] =>
  Array.from({ length: count }, (_, day) => ({
    at: START + day * DAY,
    usedBytes: from + day * bytesPerDay,
    totalBytes: 4 * TB,
  }));

describe('when a repository will be full', () => {
  it('is not said of less than seven days, and says so', () => {
    expect(forecastFull(growing(6, 10 * GB))).toEqual({ kind: 'too-few-readings', count: 6, countMin: 7 });
    expect(forecastFull([])).toEqual({ kind: 'too-few-readings', count: 0, countMin: 7 });
    expect(forecastFull(growing(7, 10 * GB)).kind).toBe('full');
  });

  it('is exact for a straight line, without uncertainty', () => {
    const fullAt = START + 300 * DAY;
    expect(forecastFull(growing(30, 10 * GB))).toMatchObject({
      fullAt,
      earliestAt: fullAt,
      latestAt: fullAt,
      bytesPerDay: expect.closeTo(10 * GB, -3) as number,
      count: 30,
    });
  });

  it('is never, where it stays or gets emptier', () => {
    expect(forecastFull(growing(30, 0))).toEqual({ kind: 'never-full', bytesPerDay: 0, count: 30 });
    expect(forecastFull(growing(30, -GB, 2 * TB)).kind).toBe('never-full');
  });

  it('is in the past where it is full already', () => {
    const readings = growing(30, 200 * GB).map((one) => ({
      ...one,
      usedBytes: Math.min(one.usedBytes, 4 * TB),
    }));
    const forecast = forecastFull(readings);
    expect(forecast.kind === 'full' && forecast.fullAt <= START + 29 * DAY).toBe(true);
  });

  it('is hardly moved by a few readings that are out of line, the last among them', () => {
    const readings = growing(30, 10 * GB).map((one, day) =>
      day % 7 === 1 ? { ...one, usedBytes: one.usedBytes + 900 * GB } : one,
    );
    const forecast = forecastFull(readings);
    expect(Math.abs((forecast.kind === 'full' ? forecast.fullAt : 0) - (START + 300 * DAY))).toBeLessThan(
      15 * DAY,
    );
  });

  it('starts anew after the medium was enlarged', () => {
    const before = growing(30, 100 * GB).map((one) => ({ ...one, totalBytes: 4 * TB }));
    const after = Array.from({ length: 10 }, (_, day) => ({
      at: START + (30 + day) * DAY,
      usedBytes: 4 * TB + day * 10 * GB,
      totalBytes: 8 * TB,
    }));
    expect(forecastFull([...before, ...after.slice(0, 6)])).toMatchObject({
      kind: 'too-few-readings',
      count: 6,
    });
    expect(forecastFull([...before, ...after])).toMatchObject({
      kind: 'full',
      fullAt: START + 430 * DAY,
      count: 10,
    });
  });

  it('has an interval around it that has no end where growth is doubtful', () => {
    const noise = [0, 40, -30, 10, -45, 30, 5, -20, 45, -10, 20, -40];
    const readings = growing(12, 5 * GB).map((one, day) => ({
      ...one,
      usedBytes: one.usedBytes + (noise[day] ?? 0) * GB,
    }));
    expect(forecastFull(readings)).toMatchObject({ kind: 'full', latestAt: null });
  });

  it('comes earlier the more a day brings, holds the middle in its interval and ignores the order', () => {
    const anyNoise = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(anyNoise, fc.integer({ min: 10, max: 90 }), (noise, gigabytes) => {
        const of = (more: number) =>
          forecastFull(
            growing(20, (gigabytes + more) * GB)
              .map((one, day) => ({ ...one, usedBytes: one.usedBytes + (noise[day] ?? 0) * GB }))
              .toReversed(),
          );
        const [slow, fast] = [of(0), of(20)];
        if (slow.kind !== 'full' || fast.kind !== 'full') throw new Error('it grows, so it gets full');
        expect(fast.fullAt).toBeLessThan(slow.fullAt);
        expect(slow.earliestAt).toBeLessThanOrEqual(slow.fullAt);
        expect(slow.latestAt ?? Infinity).toBeGreaterThanOrEqual(slow.fullAt);
      }),
    );
  });
});

it.each([
  [100, null],
  [99, 'low'],
  [30, 'low'],
  [29, 'under-floor'],
  [0, 'under-floor'],
])('free space of %i in 1,000 is %s', (free, expected) => {
  expect(lowSpace(free, 1000)).toBe(expected);
  expect(lowSpace(0, 0)).toBeNull();
});
