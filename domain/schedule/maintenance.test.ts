import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../time/instant';
import { maintenanceWindow, windowAt, type MaintenanceWindow } from './maintenance';

const weekly = (weekday: number, time: string, durationMinutes: number): MaintenanceWindow => ({
  kind: 'weekly',
  name: 'weekly work',
  weekday,
  time,
  durationMinutes,
});
const isWithin = (at: number, window: MaintenanceWindow, timeZone = 'UTC') =>
  windowAt(at, [window], timeZone) === window;

describe('a window', () => {
  test.each([
    [{ kind: 'once', name: 'move', from: 5, until: 5 }, 'must end after it starts'],
    [{ kind: 'once', name: '', from: 5, until: 6 }, 'Say what it is for'],
    [{ ...weekly(0, '24:00', 60) }, 'Write the time as HH:mm'],
    [{ ...weekly(0, '1:00', 60) }, 'Write the time as HH:mm'],
    [{ ...weekly(0, '01:00', 0) }, 'At least a minute'],
    [{ ...weekly(0, '01:00', 10_081) }, 'At most a week'],
  ])('%o is refused with what is wrong', (given, problem) => {
    expect(maintenanceWindow.safeParse(given).error?.issues[0]?.message).toContain(problem);
  });

  test('of either kind is taken', () => {
    for (const given of [weekly(6, '23:30', 10_080), { kind: 'once', name: 'move', from: 5, until: 6 }])
      expect(maintenanceWindow.parse(given)).toEqual(given);
  });

  test('of several that hold an instant the first is named', () => {
    const both = [weekly(2, '10:00', 120), weekly(2, '11:00', 120)];
    const tuesday = Date.UTC(2026, 10, 17, 11);
    expect(windowAt(tuesday, both, 'UTC')).toBe(both[0]);
    expect(windowAt(tuesday + HOUR, both, 'UTC')).toBe(both[1]);
    expect(windowAt(tuesday + 2 * HOUR, both, 'UTC')).toBe(null);
  });
});

describe('a weekly window', () => {
  const monday = Date.UTC(2026, 10, 16);

  test('is half-open, and recurs', () => {
    for (const week of [-60, -1, 0, 1, 60]) {
      const from = monday + week * 7 * DAY + 9 * HOUR;
      expect(isWithin(from - 1, weekly(1, '09:00', 90))).toBe(false);
      expect(isWithin(from, weekly(1, '09:00', 90))).toBe(true);
      expect(isWithin(from + 90 * MINUTE - 1, weekly(1, '09:00', 90))).toBe(true);
      expect(isWithin(from + 90 * MINUTE, weekly(1, '09:00', 90))).toBe(false);
    }
  });

  test('of a whole week holds every instant', () => {
    const always = weekly(3, '12:34', 10_080);
    for (let at = monday; at < monday + 8 * DAY; at += 53 * MINUTE) expect(isWithin(at, always)).toBe(true);
  });

  test('is in the time of the site', () => {
    // Monday 00:30 in Auckland (+13) is Sunday noon in UTC
    const window = weekly(1, '00:30', 60);
    expect(isWithin(monday - 12 * HOUR, window, 'Pacific/Auckland')).toBe(true);
    expect(isWithin(monday + 45 * MINUTE, window, 'Pacific/Auckland')).toBe(false);
  });

  test('that begins in a skipped hour begins at the first instant after it', () => {
    const spring = Date.UTC(2026, 2, 29, 1);
    const window = weekly(0, '01:30', 60);
    expect(isWithin(spring - 1, window, 'Europe/London')).toBe(false);
    expect(isWithin(spring, window, 'Europe/London')).toBe(true);
    expect(isWithin(spring + HOUR, window, 'Europe/London')).toBe(false);
  });
});
