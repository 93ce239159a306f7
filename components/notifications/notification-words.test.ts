import { expect, test } from 'vitest';
import type { RuleTerms } from '@/domain/notify/notification-rule';
import { clock, minuteOf, saidText, whatText, whenText } from './notification-words';

const TERMS: RuleTerms = {
  severities: ['warning', 'critical'],
  findingRules: null,
  clientIds: null,
  tells: ['opened', 'resolved'],
  digestHour: null,
  quiet: null,
  escalateAfterMinutes: null,
};

test('what a rule tells', () => {
  expect(whatText(TERMS)).toBe('Critical and warning, when it opens, it is settled; all clients');
  expect(
    whatText({
      ...TERMS,
      severities: ['critical', 'warning', 'note'],
      clientIds: ['a', 'b'],
      findingRules: ['x'],
    }),
  ).toBe('Every severity, when it opens, it is settled; 1 kind of finding; 2 clients');
});

test('when it tells', () => {
  const night = { days: [1, 2, 3, 4, 5, 6, 7], fromMinute: 1320, toMinute: 420 };
  const weekend = { days: [7, 6], fromMinute: 0, toMinute: 0 };
  expect(whenText({ ...TERMS, digestHour: 7 })).toBe('Once a day at 07:00');
  expect(whenText({ ...TERMS, quiet: { windows: [night, weekend], criticalPasses: true } })).toBe(
    'As it happens; quiet 22:00–07:00, Sat Sun all day, critical passes',
  );
});

test.each([
  ['07:05', 425],
  ['24:00', null],
  ['7:05', null],
  ['', null],
])('%s on the clock', (typed, minute) => {
  expect(minuteOf(typed)).toBe(minute);
});

test('a clock reads as it was typed', () => {
  expect(clock(minuteOf('23:59') ?? 0)).toBe('23:59');
});

test('what a notification said', () => {
  const one = {
    ruleName: 'r',
    causeCount: 1,
    title: 'nas-01 did not answer',
    clientName: 'c',
    step: 'opened',
  } as const;
  expect(saidText(one)).toBe('Opened: nas-01 did not answer');
  expect(saidText({ ...one, causeCount: 7 })).toBe('7 causes, first of all: nas-01 did not answer');
  expect(saidText({ ...one, ruleName: null })).toBe('A test');
});
