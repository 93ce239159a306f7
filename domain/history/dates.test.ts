import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DATE_FORMS, type DateForm, DateProof, readInstant } from './dates';

const read = (text: string, form: DateForm, zone = 'UTC'): string | null => {
  const found = readInstant(text, form, zone);
  return found && new Date(found.at).toISOString().replace('.000Z', found.isLocal ? ' local' : 'Z');
};
const two = (number: number): string => String(number).padStart(2, '0');
const inLondon = (text: string) => readInstant(text, 'ymd', 'Europe/London')?.at;
const proved = (...texts: string[]): DateForm[] => {
  const proof = new DateProof();
  for (const text of texts) proof.add(text);
  return proof.forms();
};

describe('an instant', () => {
  test.each([
    ['2026-03-12T03:00:05Z', 'ymd', '2026-03-12T03:00:05Z'],
    ['2026-03-12T03:00:05.123+01:00', 'ymd', '2026-03-12T02:00:05Z'],
    ['2026-03-12 03:00:05 -0530', 'ymd', '2026-03-12T08:30:05Z'],
    ['2026-03-12 03:00', 'ymd', '2026-03-12T03:00:00 local'],
    ['2026/3/2', 'ymd', '2026-03-02T00:00:00 local'],
    ['20260312T030005Z', 'ymd', '2026-03-12T03:00:05Z'],
    ['12.03.2026 3:00', 'dmy', '2026-03-12T03:00:00 local'],
    ['12/03/26 03.00', 'dmy', '2026-03-12T03:00:00 local'],
    ['3/12/2026, 12:05:00 AM', 'mdy', '2026-03-12T00:05:00 local'],
    ['3/12/2026 12:05 p.m.', 'mdy', '2026-03-12T12:05:00 local'],
    ['Thu, 12 Mar 2026 03:00:05 GMT', 'dmy', '2026-03-12T03:00:05Z'],
    ['March 12, 2026 at 3:00 PM', 'ymd', '2026-03-12T15:00:00 local'],
    ['1773284405', 'epoch-s', '2026-03-12T03:00:05Z'],
    ['1773284405000', 'epoch-ms', '2026-03-12T03:00:05Z'],
  ] as const)('%s, %s, is %s', (text, form, instant) => {
    expect(read(text, form)).toBe(instant);
  });

  test.each([
    ['2026-02-30', 'ymd'],
    ['31/04/2026', 'dmy'],
    ['13/13/2026', 'dmy'],
    ['12/31/2026', 'dmy'],
    ['31/12/2026', 'mdy'],
    ['12-03/2026', 'dmy'],
    ['2026-03-12 24:00', 'ymd'],
    ['2026-03-12 13:00 PM', 'ymd'],
    ['2026-03-12 03:60', 'ymd'],
    ['2026-03-12 and then', 'ymd'],
    ['12/03/2026', 'ymd'],
    ['2026-03-12', 'dmy'],
    ['yesterday', 'ymd'],
    ['', 'ymd'],
    ['2026', 'epoch-s'],
  ] as const)('%j is none, %s', (text, form) => {
    expect(read(text, form)).toBeNull();
  });

  test('without a zone is the clock of the one that was chosen, the first of two and the first after none', () => {
    expect(inLondon('2026-07-01 03:00')).toBe(Date.UTC(2026, 6, 1, 2));
    expect(inLondon('2026-10-25 01:30')).toBe(Date.UTC(2026, 9, 25, 0, 30));
    expect(inLondon('2026-03-29 01:30')).toBe(Date.UTC(2026, 2, 29, 1));
  });

  test('that is written in a form is read in that form', () => {
    const instants = fc.date({
      min: new Date(Date.UTC(2001, 8, 10)),
      max: new Date(Date.UTC(2099, 0)),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instants, (date) => {
        const whole = new Date(Math.floor(date.getTime() / 1000) * 1000);
        const [day = '', time = ''] = whole.toISOString().slice(0, 19).split('T');
        const [y, m, d] = day.split('-');
        const written: Record<DateForm, string> = {
          ymd: `${day} ${time}`,
          dmy: `${d}/${m}/${y} ${time}`,
          mdy: `${m}/${d}/${y} ${time}`,
          'epoch-s': String(whole.getTime() / 1000),
          'epoch-ms': String(whole.getTime()),
        };
        for (const form of DATE_FORMS)
          expect(readInstant(written[form], form, 'UTC')?.at).toBe(whole.getTime());
      }),
    );
  });
});

describe('how a column writes instants', () => {
  test.each([
    [['2026-03-12', '2026-03-13 04:00'], ['ymd']],
    [
      ['03/04/2026', '05/06/2026'],
      ['dmy', 'mdy'],
    ],
    [['03/04/2026', '13/06/2026'], ['dmy']],
    [['03/04/2026', '06/13/2026'], ['mdy']],
    [['13/06/2026', '06/13/2026'], []],
    [['1773284405', '1773284406'], ['epoch-s']],
    [['12 Mar 2026', '13 March 2026'], ['ymd']],
    [['03/03/2026', '04/04/2026'], ['dmy']],
    [['yesterday'], []],
    [[], []],
  ] as const)('%j: %j', (texts, forms) => {
    expect(proved(...texts)).toEqual(forms);
  });

  test('is never proved while a value can mean two things', () => {
    const early = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(fc.array(fc.tuple(early, early), { minLength: 1 }), (days) => {
        const forms = proved(...days.map(([a, b]) => `${two(a)}/${two(b)}/2026`));
        expect(forms.length === 1).toBe(days.every(([a, b]) => a === b));
      }),
    );
  });
});
