import { expect, test } from 'vitest';
import { keepText, retentionText } from './keep-text';

const NOTHING = {
  last: null,
  hourly: null,
  daily: null,
  weekly: null,
  monthly: null,
  yearly: null,
  withinDays: null,
};

test.each([
  [{ daily: 7, weekly: 4, monthly: 6 }, '7 daily, 4 weekly, 6 monthly'],
  [{ withinDays: 3, last: 10, hourly: 24, yearly: 1 }, 'all of 3 days, the last 10, 24 hourly, 1 yearly'],
  [{ withinDays: 1 }, 'all of the last day'],
  [{ daily: 0 }, null],
  [{}, null],
])('%j reads %j', (keep, text) => {
  expect(keepText({ ...NOTHING, ...keep })).toBe(text);
});

test.each([
  [{ daily: 7, ageDaysMin: 1, ageDaysMax: 90 }, '7 daily, at least 1 day, at most 90 days'],
  [{ last: 3 }, 'the last 3'],
  [{}, 'nothing'],
])('a promise of %j reads %j', (promised, text) => {
  const { withinDays: _, ...counts } = NOTHING;
  expect(retentionText({ ...counts, ageDaysMin: null, ageDaysMax: null, ...promised })).toBe(text);
});
