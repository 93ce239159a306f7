import { expect, test } from 'vitest';
import { localAt } from '../time/zone-clock';
import { attachmentOf, dueReport } from './monthly-report';

const at = Date.parse;

test.each([
  ['Europe/London', '2026-12-01T06:59:59Z', '2026-10', '2026-11-01T07:00:00.000Z'],
  ['Europe/London', '2026-12-01T07:00:00Z', '2026-11', '2026-12-01T07:00:00.000Z'],
  ['Europe/London', '2026-07-01T06:00:00Z', '2026-06', '2026-07-01T06:00:00.000Z'],
  ['America/New_York', '2026-12-01T07:00:00Z', '2026-10', '2026-11-01T12:00:00.000Z'],
  ['America/New_York', '2026-12-01T12:00:00Z', '2026-11', '2026-12-01T12:00:00.000Z'],
  ['Pacific/Auckland', '2026-11-30T18:00:00Z', '2026-11', '2026-11-30T18:00:00.000Z'],
  ['Europe/London', '2026-01-15T00:00:00Z', '2025-12', '2026-01-01T07:00:00.000Z'],
])('in %s at %s the report of %s is due', (timeZone, now, month, dueAt) => {
  const due = dueReport(timeZone, at(now));
  expect(new Date(localAt(due.startsAt, timeZone)).toISOString()).toBe(`${month}-01T00:00:00.000Z`);
  expect([due.month, new Date(due.dueAt).toISOString()]).toEqual([month, dueAt]);
});

const ASKED = at('2026-12-01T07:00:00Z');

test.each([
  ['a report that nobody here can sign', null, '07:00', { without: 'no-key' }],
  ['one that waits', { state: 'waiting', pdfBytes: null }, '08:59', 'wait'],
  ['one that is printed', { state: 'rendering', pdfBytes: null }, '08:59', 'wait'],
  ['one that took too long', { state: 'rendering', pdfBytes: null }, '09:00', { without: 'late' }],
  ['one that could not be made', { state: 'failed', pdfBytes: null }, '07:02', { without: 'not-made' }],
  ['one that somebody cancelled', { state: 'cancelled', pdfBytes: null }, '07:02', { without: 'not-made' }],
  ['one that is ready', { state: 'ready', pdfBytes: 5_000_000 }, '07:01', 'attach'],
  ['one that is ready at last', { state: 'ready', pdfBytes: 90_000 }, '23:00', 'attach'],
  ['one that is too large', { state: 'ready', pdfBytes: 5_000_001 }, '07:01', { without: 'too-large' }],
] as const)('%s: %o at %s', (_, document, time, expected) => {
  const asked = document && { ...document, askedAt: ASKED };
  expect(attachmentOf(asked, at(`2026-12-01T${time}:00Z`))).toEqual(expected);
});
