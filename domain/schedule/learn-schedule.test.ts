import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../time/instant';
import { learnSchedule } from './learn-schedule';
import { occurrences } from './occurrences';
import { schedule, type Schedule } from './schedule';

const FROM = Date.UTC(2026, 8, 20);
const cron = (expression: string): Schedule => ({ kind: 'cron', expression });
const every = (minutes: number, anchor = '2026-01-01T00:00'): Schedule => ({
  kind: 'interval',
  seconds: minutes * 60,
  anchor,
});

/** Numbers in [0, 1) that are the same each time. */
function numbersOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

interface Life {
  days?: number;
  /** How long after its time a run may begin. */
  jitterMs?: number;
  /** Of all runs, so many do not happen. */
  missing?: number;
  /** Runs by hand, at any time. */
  extra?: number;
  timeZone?: string;
}

/** When a job with that schedule ran. The period holds a change of clocks. */
function history(rule: Schedule, life: Life = {}, seed = 1): number[] {
  const { days = 60, jitterMs = 20 * SECOND, missing = 0, extra = 0, timeZone = 'Europe/London' } = life;
  const number = numbersOf(seed);
  const runs = occurrences(rule, timeZone, FROM, FROM + days * DAY)
    .filter(() => number() >= missing)
    .map(({ at }) => at + Math.floor(number() * jitterMs));
  return [...runs, ...Array.from({ length: extra }, () => FROM + Math.floor(number() * days * DAY))];
}

const SHAPES = [
  ['weekdays 21:00', cron('0 21 * * 1-5')],
  ['daily 02:15', cron('15 2 * * *')],
  ['daily 02:17', cron('17 2 * * *')],
  ['daily 00:00', cron('0 0 * * *')],
  ['daily 23:55', cron('55 23 * * *')],
  ['Saturday and Sunday 03:00', cron('0 3 * * 0,6')],
  ['Sunday 03:00', cron('0 3 * * 0')],
  ['Monday, Tuesday, Wednesday, Thursday, Friday and Saturday 22:00', cron('0 22 * * 1-6')],
  ['daily 12:00 and 18:00', cron('0 12,18 * * *')],
  ['weekdays 08:30, 12:30 and 16:30', cron('30 8,12,16 * * 1-5')],
  ['every 12 hours, from 02:15', cron('15 2,14 * * *')],
  ['every 4 hours', every(240)],
  ['every 4 hours, from 01:30', every(240, '2026-01-01T01:30')],
  ['every hour, from 00:20', cron('20 * * * *')],
  ['every 15 minutes', cron('*/15 * * * *')],
  ['every 2 days, 21:00', every(2880, '2026-01-01T21:00')],
] as const;

const wordsOf = (starts: readonly number[], timeZone = 'Europe/London') => {
  const learned = learnSchedule(starts, timeZone);
  return learned.kind === 'proposed' ? learned.words : learned.reason;
};

describe.each(SHAPES)('%s', (words, rule) => {
  test('is learnt from a steady history, over a change of clocks, as a schedule that can be stored', () => {
    for (const timeZone of ['Europe/London', 'America/New_York', 'Asia/Kathmandu']) {
      const starts = history(rule, { timeZone, days: 75 });
      const learned = learnSchedule(starts, timeZone);
      expect(learned).toMatchObject({
        kind: 'proposed',
        words,
        fittingRuns: starts.length,
        runs: starts.length,
      });
      expect(learned.kind === 'proposed' && schedule.safeParse(learned.schedule).success).toBe(true);
    }
  });

  test('is learnt though one in fifteen is missing and some ran by hand', () => {
    for (const seed of [1, 2, 3]) {
      const starts = history(rule, { missing: 1 / 15, days: 75 }, seed);
      const byHand = history(rule, { missing: 1, extra: Math.floor(starts.length / 15), days: 75 }, seed);
      expect(wordsOf([...byHand, ...starts])).toBe(words);
    }
  });
});

test.each([
  ['weekdays 21:00', cron('0 21 * * 1-5'), 30 * MINUTE],
  ['daily 23:55', cron('55 23 * * *'), 20 * MINUTE],
  ['every 4 hours', every(240), 20 * MINUTE],
  ['every 15 minutes', cron('*/15 * * * *'), 2 * MINUTE],
] as const)('%s is learnt though each run begins late at random', (words, rule, jitterMs) => {
  for (const seed of [1, 2, 3]) expect(wordsOf(history(rule, { jitterMs }, seed))).toBe(words);
});

test('a monthly job is learnt once seven months were seen', () => {
  const starts = history(cron('0 4 1 * *'), { days: 400 });
  expect(wordsOf(starts)).toBe('monthly on the 1st, 04:00');
  expect(wordsOf(starts.slice(0, 6))).toBe('too-few-runs');
});

test('says in a sentence how much of the history fits', () => {
  const starts = history(cron('0 21 * * 1-5'), { days: 28 });
  const learned = learnSchedule(
    [...starts.slice(0, 4), ...starts.slice(5), FROM + 30 * HOUR],
    'Europe/London',
  );
  expect(learned.sentence).toBe(
    'Looks like weekdays 21:00: 19 of 20 runs fit, and 19 of 20 due times had one.',
  );
});

test('does not depend on the order of runs', () => {
  const starts = history(cron('0 21 * * 1-5'), { missing: 0.1 });
  expect(learnSchedule(starts.toReversed(), 'Europe/London')).toEqual(learnSchedule(starts, 'Europe/London'));
});

describe('nothing is proposed', () => {
  test('from fewer than seven runs, or from less than seven days', () => {
    const nightly = history(cron('0 21 * * *'));
    expect(learnSchedule(nightly.slice(0, 6), 'UTC')).toEqual({
      kind: 'none',
      reason: 'too-few-runs',
      sentence: 'Only 6 runs were seen; a pattern takes at least 7.',
    });
    expect(wordsOf([])).toBe('too-few-runs');
    expect(wordsOf(nightly.slice(0, 7))).toBe('too-short');
    expect(wordsOf(nightly.slice(0, 8).map((at, index) => at + index * SECOND))).toBe('daily 21:00');
    expect(wordsOf(history(every(15), { days: 6 }))).toBe('too-short');
  });

  test('from runs at any time', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const extra = 10 + (seed % 5) * 60;
      expect(wordsOf(history(cron('0 0 1 1 *'), { extra }, seed)), `seed ${seed}`).toBe('no-pattern');
    }
  });

  test('from a run each day at another time, nor from two schedules at once', () => {
    const number = numbersOf(7);
    const daily = Array.from({ length: 60 }, (_, day) => FROM + day * DAY + Math.floor(number() * DAY));
    expect(wordsOf(daily)).toBe('no-pattern');
    expect(wordsOf([...history(cron('5 21 * * *')), ...history(cron('40 3 * * *'))])).toBe('no-pattern');
  });

  test('where a third of the runs, or of the due times, has no counterpart', () => {
    expect(wordsOf(history(cron('0 21 * * *'), { missing: 1 / 3 }))).toBe('no-pattern');
    expect(wordsOf(history(cron('0 21 * * *'), { extra: 30 }))).toBe('no-pattern');
  });
});
