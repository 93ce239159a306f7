import { expect, test } from 'vitest';
import { DAY, HOUR } from '../time/instant';
import { NO_FILTERS } from './check';
import { flipsOf } from './flips';

const AT = Date.UTC(2026, 10, 29);
const settings = {
  timeoutSeconds: 86_400,
  graceSeconds: 3600,
  schedule: null,
  timeZone: 'UTC',
  isPostOnly: false,
  isResumedByHand: false,
  filters: NO_FILTERS,
};

test('a check goes up with what it hears, down with a failure, and down when nothing comes in time', () => {
  const pings = [
    { at: AT + 3 * DAY, outcome: 'success' as const },
    { at: AT, outcome: 'success' as const },
    { at: AT + HOUR, outcome: 'success' as const },
    { at: AT + 3 * DAY + HOUR, outcome: 'fail' as const },
    { at: AT + 3 * DAY + 2 * HOUR, outcome: 'fail' as const },
  ];
  expect(flipsOf(settings, pings, AT + 9 * DAY)).toEqual([
    { at: AT, isUp: true },
    { at: AT + HOUR + DAY + HOUR, isUp: false },
    { at: AT + 3 * DAY, isUp: true },
    { at: AT + 3 * DAY + HOUR, isUp: false },
  ]);
  expect(flipsOf(settings, [], AT)).toEqual([]);
  const [first] = pings;
  expect(flipsOf(settings, first ? [first] : [], AT + 3 * DAY + HOUR)).toHaveLength(1);
});
