import { expect, test } from 'vitest';
import { monthChanges, type MonthSystem } from './month-changes';

const MONTH = 1000;

function system(name: string, status: MonthSystem['status'], changes: MonthSystem['changes']): MonthSystem {
  return { systemId: name, name, status, since: changes.at(-1)?.at ?? 0, changes };
}

test('tells what is better, worse or new since the month began, the newest first', () => {
  const changes = monthChanges(
    [
      system('better', 'compliant', [
        { at: 10, status: 'non-compliant' },
        { at: 1200, status: 'compliant' },
      ]),
      system('worse', 'unknown', [
        { at: 10, status: 'at-risk' },
        { at: 1300, status: 'unknown' },
      ]),
      system('new', 'at-risk', [{ at: 1100, status: 'at-risk' }]),
    ],
    MONTH,
  );
  expect(changes.map(({ name, direction, before }) => [name, direction, before])).toEqual([
    ['worse', 'worse', 'at-risk'],
    ['better', 'better', 'non-compliant'],
    ['new', 'new', null],
  ]);
});

test('leaves out what went and came back, and counts a change at the first instant as before it', () => {
  const back = system('back', 'compliant', [
    { at: 10, status: 'compliant' },
    { at: 1100, status: 'non-compliant' },
    { at: 1200, status: 'compliant' },
  ]);
  const onTheDot = system('on the dot', 'at-risk', [
    { at: 10, status: 'compliant' },
    { at: MONTH, status: 'at-risk' },
  ]);
  expect(monthChanges([back, onTheDot], MONTH)).toEqual([]);
});
