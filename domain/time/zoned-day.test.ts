import { describe, expect, test } from 'vitest';
import { DAY, HOUR } from './instant';
import { daysOfLastMonths, lastDays } from './zoned-day';

const lengths = (timeZone: string, now: number, count = 3) =>
  lastDays(count, timeZone, 0, now).map((day) => [day.date, (day.endsAt - day.startsAt) / HOUR]);

describe('the last days of a zone', () => {
  test.each([
    ['Europe/London', Date.UTC(2026, 2, 30, 12), '2026-03-29', 23],
    ['Europe/London', Date.UTC(2026, 9, 26, 12), '2026-10-25', 25],
    ['America/New_York', Date.UTC(2026, 10, 2, 12), '2026-11-01', 25],
    ['Australia/Lord_Howe', Date.UTC(2026, 9, 4, 12), '2026-10-04', 23.5],
    ['Asia/Beirut', Date.UTC(2026, 2, 30, 12), '2026-03-29', 23],
    ['Antarctica/Troll', Date.UTC(2026, 2, 30, 12), '2026-03-29', 22],
    ['America/Santiago', Date.UTC(2026, 8, 7, 12), '2026-09-06', 23],
    ['Asia/Kathmandu', Date.UTC(2026, 5, 2, 12), '2026-06-01', 24],
  ])('%s: the day around a change of clocks has its true length', (timeZone, now, date, hours) => {
    expect(lengths(timeZone, now)).toContainEqual([date, hours]);
  });

  test('follow one another without a gap and end with the one that holds now', () => {
    for (const timeZone of ['UTC', 'Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Asia/Kathmandu']) {
      for (let now = Date.UTC(2026, 2, 27); now < Date.UTC(2026, 3, 2); now += 5 * HOUR) {
        const days = lastDays(30, timeZone, 0, now);
        expect(days).toHaveLength(30);
        const newest = days.at(-1);
        expect(newest && newest.startsAt <= now && now < newest.endsAt, `${timeZone} ${now}`).toBe(true);
        expect(days.slice(1).map((day) => day.startsAt)).toEqual(days.slice(0, -1).map((day) => day.endsAt));
      }
    }
  });

  test('start at the hour that the site starts its day', () => {
    const early = Date.UTC(2026, 10, 17, 5, 59);
    expect(lastDays(1, 'UTC', 6, early)[0]?.date).toBe('2026-11-16');
    expect(lastDays(1, 'UTC', 6, early + 60_000)[0]?.date).toBe('2026-11-17');
    expect(lastDays(1, 'UTC', 6, early + 60_000)[0]?.endsAt).toBe(Date.UTC(2026, 10, 17, 6) + DAY);
  });

  test('start at the first instant after a skipped hour', () => {
    const [day] = lastDays(1, 'America/Santiago', 0, Date.UTC(2026, 8, 6, 12));
    expect(day?.startsAt).toBe(Date.UTC(2026, 8, 6, 4));
  });
});

describe('the days of the last months', () => {
  test.each([
    ['UTC', Date.UTC(2026, 10, 24, 12), '2025-11-01', '2026-11-24', 389],
    ['UTC', Date.UTC(2026, 10, 1), '2025-11-01', '2026-11-01', 366],
    ['UTC', Date.UTC(2024, 11, 31, 23), '2023-12-01', '2024-12-31', 397],
    // Already tomorrow there, and a new month.
    ['Pacific/Kiritimati', Date.UTC(2026, 9, 31, 11), '2025-11-01', '2026-11-01', 366],
    ['Pacific/Pago_Pago', Date.UTC(2026, 10, 1, 10), '2025-10-01', '2026-10-31', 396],
  ])('%s at %i begin with a month and end today', (timeZone, now, first, last, count) => {
    const days = daysOfLastMonths(13, timeZone, 0, now);
    expect([days[0]?.date, days.at(-1)?.date, days.length]).toEqual([first, last, count]);
  });
});
