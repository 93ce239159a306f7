import { describe, expect, it } from 'vitest';
import { firstKeptMonth, keptExtent, lostRunsSentence, neededRows, removedExtent } from './keep-terms';

const at = (text: string) => Date.parse(text);
const month = (name: string, rows: number, removableRows = rows) => ({
  month: name,
  rows,
  bytes: rows * 100,
  removableRows,
  removableBytes: removableRows * 100,
});

describe('the first month that is kept', () => {
  it.each([
    [1, '2026-12-01T00:00:00Z', '2026-11'],
    [1, '2026-11-30T23:59:59.999Z', '2026-10'],
    [13, '2026-12-31T23:59:59Z', '2025-11'],
    [13, '2027-01-01T00:00:00Z', '2025-12'],
    [120, '2026-03-31T12:00:00Z', '2016-03'],
  ])('of %i months at %s is %s', (months, now, first) => {
    expect(firstKeptMonth(months, at(now))).toBe(first);
  });
});

describe('what goes', () => {
  const kept = [month('2025-09', 5, 3), month('2025-10', 7), month('2025-11', 11)];
  const now = at('2026-12-01T00:00:00Z');

  it('is of whole months before that one, without what is needed', () => {
    expect(removedExtent(kept, 13, now)).toEqual({ rows: 10, bytes: 1000 });
    expect(removedExtent(kept, 14, now)).toEqual({ rows: 3, bytes: 300 });
    expect(removedExtent(kept, 15, now)).toEqual({ rows: 0, bytes: 0 });
  });

  it('leaves what is needed, which is counted', () => {
    expect(neededRows(kept, 13, now)).toBe(2);
    expect(neededRows(kept, 15, now)).toBe(0);
    expect(keptExtent(kept)).toEqual({ rows: 23, bytes: 2300 });
  });
});

describe('a period whose runs are not all kept', () => {
  it.each([
    ['2025-10-01T00:00:00Z', '2026-12-01T00:00:00Z'],
    ['2025-09-30T23:59:59Z', '2026-11-30T23:59:59Z'],
  ])('is none that begins %s, at %s', (from, now) => {
    expect(lostRunsSentence(at(from), at(now))).toBeNull();
  });

  it.each([
    ['2025-09-30T23:59:59Z', '2026-12-01T00:00:00Z'],
    ['2025-01-01T00:00:00Z', '2026-12-15T00:00:00Z'],
  ])('says so where it begins %s, at %s', (from, now) => {
    expect(lostRunsSentence(at(from), at(now))).toContain('before 2025-10');
  });
});
