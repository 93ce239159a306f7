import { expect, test } from 'vitest';
import {
  SUMMARY_LENGTH_MAX,
  type TicketCause,
  ticketDescription,
  ticketNote,
  ticketSummary,
} from './ticket-text';

const CAUSE: TicketCause = {
  causeId: 'c1',
  title: 'nas-01 did not\nanswer',
  clientName: 'Eskerby',
  severity: 'critical',
  systemCount: 23,
  findingCount: 30,
  openedAt: Date.parse('2026-11-27T22:04:00Z'),
  closedAt: null,
  systemNames: Array.from({ length: 23 }, (_, index) => `srv-${index}`),
};
const NO_CHANGE = {
  formerSeverity: null,
  joinedNames: [],
  joinedCount: 0,
  leftNames: [],
  leftCount: 0,
  isTakenBack: false,
};

test('a summary is one line, and short enough', () => {
  expect(ticketSummary(CAUSE)).toBe('Critical: nas-01 did not answer (Eskerby)');
  expect(ticketSummary({ ...CAUSE, title: 'x'.repeat(300) })).toHaveLength(SUMMARY_LENGTH_MAX);
});

test('a description names what is concerned, by which key it is found, and where to look', () => {
  const text = ticketDescription(CAUSE, 'Europe/London', 'https://holdfast.example/findings?cause=c1');
  expect(text).toContain('Since: Fri 27 Nov 22:04 (Europe/London)');
  expect(text).toContain('srv-19 and 3 more');
  expect(text).toContain('holdfast-c1');
  expect(text).toContain('https://holdfast.example/findings?cause=c1');
});

test('a note tells what changed and how it is now', () => {
  const change = {
    ...NO_CHANGE,
    formerSeverity: 'warning',
    joinedNames: ['srv-22'],
    joinedCount: 1,
    leftNames: ['old'],
    leftCount: 4,
  } as const;
  expect(ticketNote('update', CAUSE, change, 'UTC', 'u')).toBe(
    'From warning to critical.\nJoined: srv-22.\nNo longer concerned: old and 3 more.\nNow: critical, 23 systems, 30 findings.\nu',
  );
});

test('the end has its reason', () => {
  const closed = { ...CAUSE, closedAt: Date.parse('2026-11-28T06:00:00Z') };
  expect(ticketNote('close', closed, NO_CHANGE, 'UTC', 'u')).toContain(
    'nothing of it holds any more since Sat 28 Nov 06:00',
  );
  expect(ticketNote('close', CAUSE, { ...NO_CHANGE, isTakenBack: true }, 'UTC', 'u')).toContain(
    'took this ticket back',
  );
  expect(ticketNote('reopen', CAUSE, NO_CHANGE, 'UTC', 'u')).toContain('came back');
});
