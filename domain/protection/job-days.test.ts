import { expect, test } from 'vitest';
import { DAY, HOUR } from '../time/instant';
import type { RunFacts } from './facts';
import { jobDays } from './job-days';

const NOON = Date.UTC(2026, 10, 17, 12);
type Run = Pick<RunFacts, 'status' | 'at' | 'isPartial'>;
const run = (at: number, status: Run['status'], isPartial = false): Run => ({ at, status, isPartial });
const heard = { since: NOON - 20 * DAY, until: NOON };
const outcomes = (runs: readonly Run[], count: number, known: Parameters<typeof jobDays>[1] = heard) =>
  jobDays(runs, known, 'UTC', 0, NOON, count).map((day) => day.outcome);

test('a day is the worst of its runs', () => {
  const runs = [
    run(NOON - 2 * HOUR, 'success'),
    run(NOON - HOUR, 'failed'),
    run(NOON - DAY, 'success'),
    run(NOON - DAY - HOUR, 'warning'),
    run(NOON - 2 * DAY, 'success'),
    run(NOON - 3 * DAY, 'missed'),
    run(NOON - 3 * DAY - HOUR, 'success'),
  ];
  expect(outcomes(runs, 4)).toEqual(['missed', 'success', 'warning', 'failed']);
});

test('a success in which items failed is a warning, and so is a run that was cancelled', () => {
  expect(outcomes([run(NOON - HOUR, 'success', true)], 1)).toEqual(['warning']);
  expect(outcomes([run(NOON - HOUR, 'cancelled')], 1)).toEqual(['warning']);
});

test('a run that goes on, or whose end nobody could read, says nothing: never success', () => {
  expect(outcomes([run(NOON - HOUR, 'running')], 1)).toEqual(['no-data']);
  expect(outcomes([run(NOON - HOUR, 'unknown')], 1)).toEqual(['no-data']);
});

test('a day without runs is not scheduled while we were listening, and no data while we were blind', () => {
  expect(outcomes([], 2)).toEqual(['not-scheduled', 'not-yet-due']);
  expect(outcomes([], 2, { since: null, until: null })).toEqual(['no-data', 'no-data']);
  expect(outcomes([], 3, { since: NOON - 37 * HOUR, until: NOON - 37 * HOUR })).toEqual([
    'not-scheduled',
    'no-data',
    'no-data',
  ]);
});

test('today is not yet due while the job was heard since yesterday began, and no data once it was not', () => {
  const yesterday = Date.UTC(2026, 10, 16);
  expect(outcomes([], 1, { since: 0, until: yesterday })).toEqual(['not-yet-due']);
  expect(outcomes([], 1, { since: 0, until: yesterday - 1 })).toEqual(['no-data']);
});

test('a day keeps its runs, oldest first, and none of the future', () => {
  const runs = [run(NOON + HOUR, 'failed'), run(NOON - HOUR, 'success'), run(NOON - 2 * HOUR, 'failed')];
  const [day] = jobDays(runs, heard, 'UTC', 0, NOON, 1);
  expect(day?.runs.map((one) => one.at)).toEqual([NOON - 2 * HOUR, NOON - HOUR]);
});
