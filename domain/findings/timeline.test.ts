import { expect, test } from 'vitest';
import { type SnoozeEvent, snoozeEnds } from './timeline';

const snooze = (at: number, until: number | null, changed: Partial<SnoozeEvent> = {}): SnoozeEvent => ({
  at,
  until,
  isSnooze: true,
  isUndone: false,
  ...changed,
});

test.each([
  ['one that is over', [snooze(1, 10)], [], 10, [10]],
  ['one that lasts', [snooze(1, 10)], [], 9, []],
  ['one that was prolonged', [snooze(1, 10), snooze(5, 20)], [], 30, [20]],
  ['one after another', [snooze(12, 20), snooze(1, 10)], [], 30, [10, 20]],
  ['one that somebody woke', [snooze(1, 10), snooze(5, null)], [], 30, []],
  ['one that was taken back', [snooze(1, 10, { isUndone: true })], [], 30, []],
  ['one that turned critical', [snooze(1, 10)], [9], 30, []],
  ['one that turned critical later', [snooze(1, 10)], [10], 30, [10]],
  ['something else', [snooze(1, 10, { isSnooze: false })], [], 30, []],
])('%s', (_, events, ended, now, expected) => {
  expect(snoozeEnds(events, ended, now)).toEqual(expected);
});
