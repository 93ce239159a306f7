import { expect, test } from 'vitest';
import { keepText } from './keep-text';

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
