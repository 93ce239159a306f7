import { describe, expect, test } from 'vitest';
import { cursorIn, cursorText, dayIn, idIn, isOpenIn, pastInstantIn, textIn } from './system-address';

const ID = '0198c4f2-0000-7000-8000-00000000dead';
const NOW = Date.UTC(2026, 10, 25, 1);

describe('parameters of a page', () => {
  test('take ids that are ids', () => {
    expect(idIn({ set: ID }, 'set')).toBe(ID);
    for (const set of ['', 'x', `${ID}'--`, undefined]) expect(idIn({ set }, 'set')).toBeNull();
  });

  test('carry a place in a list there and back', () => {
    const at = Date.UTC(2026, 10, 24, 7, 0, 12, 345);
    expect(cursorIn({ before: cursorText(at, ID) })).toEqual({ at: new Date(at), id: ID });
    for (const before of ['', '~', `yesterday~${ID}`, '2026-11-24T00:00:00Z~x'])
      expect(cursorIn({ before })).toBeNull();
  });

  test('name an instant that has passed, and none to come', () => {
    const at = '2026-11-24T07:00:12.345Z';
    expect(pastInstantIn({ at }, NOW)?.toISOString()).toBe(at);
    expect(pastInstantIn({ at: new Date(NOW).toISOString() }, NOW)?.getTime()).toBe(NOW);
    for (const other of [new Date(NOW + 1).toISOString(), 'yesterday', '', '2026-11-24', undefined])
      expect(pastInstantIn({ at: other }, NOW)).toBeNull();
  });

  test('name a day of the zone', () => {
    const zone = { timeZone: 'America/New_York', dayStartHour: 0 };
    expect(dayIn({ day: '2026-11-24' }, zone, NOW)?.startsAt).toBe(Date.UTC(2026, 10, 24, 5));
    expect(dayIn({ day: '2026-11-25' }, { timeZone: 'Asia/Tokyo', dayStartHour: 0 }, NOW)?.date).toBe(
      '2026-11-25',
    );
    for (const day of ['2026-11-26', '2020-01-01', '2026-02-30', 'today', undefined])
      expect(dayIn({ day }, zone, NOW), String(day)).toBeNull();
  });

  test('open parts and texts', () => {
    expect(isOpenIn({ why: 'open' }, 'why')).toBe(true);
    expect(isOpenIn({ why: 'yes' }, 'why')).toBe(false);
    expect(textIn({ q: ` ${'x'.repeat(300)}` }, 'q')).toHaveLength(200);
  });
});
