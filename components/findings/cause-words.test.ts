import { describe, expect, test } from 'vitest';
import { causeState, timelineLines } from './cause-words';

const NOW = Date.parse('2026-11-28T08:00:00Z');
const HOUR = 3_600_000;
const words = { formatInstant: (at: number) => new Date(at).toISOString().slice(0, 16) };
describe('the state that is told', () => {
  const fresh = {
    closedAt: null,
    findingCount: 2,
    waivedCount: 0,
    snoozedUntil: null,
    acknowledgedAt: null,
    ticketReference: null,
    ticketState: null,
  };
  const at = new Date(NOW);
  test.each([
    ['new', {}],
    ['acknowledged', { acknowledgedAt: at }],
    ['ticket', { acknowledgedAt: at, ticketReference: 'T-1' }],
    ['snoozed', { ticketReference: 'T-1', snoozedUntil: new Date(NOW + 1) }],
    ['ticket-coming', { acknowledgedAt: at, ticketState: 'waiting' as const }],
    ['ticket', { ticketReference: 'T-1', ticketState: 'waiting' as const }],
    ['ticket-stuck', { ticketReference: 'T-1', ticketState: 'refused' as const }],
    ['ticket-stuck', { ticketState: 'blocked' as const }],
    ['new', { snoozedUntil: new Date(NOW) }],
    ['waived', { waivedCount: 2, snoozedUntil: new Date(NOW + 1) }],
    ['new', { waivedCount: 1 }],
    ['closed', { closedAt: at, waivedCount: 2 }],
  ])('%s', (state, changed) => {
    expect(causeState({ ...fresh, ...changed }, NOW)).toBe(state);
  });
});

const event = (kind: string, at: number, changed: object = {}) => ({
  eventId: `${kind} ${at}`,
  kind,
  at: new Date(at),
  detail: {},
  text: null,
  changeId: null,
  byName: null,
  undoneAt: null,
  undoneByName: null,
  ...changed,
});

describe('a timeline', () => {
  test('has the newest first, and tells when a snooze ended by itself', () => {
    const until = new Date(NOW - HOUR).toISOString();
    const lines = timelineLines(
      [
        event('opened', NOW - 5 * HOUR, { detail: { systemCount: 1, findingCount: 2 } }),
        event('snoozed', NOW - 4 * HOUR, { detail: { until }, byName: 'Mara', changeId: 'c' }),
      ],
      words,
      NOW,
    );
    expect(lines.map(({ title }) => title)).toEqual([
      'Awake again',
      'Snoozed until 2026-11-28T07:00',
      'Opened: 1 system, 2 findings',
    ]);
    expect(lines.map(({ changeId }) => changeId)).toEqual([null, 'c', null]);
  });
  test('no longer says what a comment said that was taken back, nor offers to take it back again', () => {
    const undone = { undoneAt: new Date(NOW), undoneByName: 'Mara', text: 'wrong client', changeId: 'c' };
    const [line] = timelineLines([event('commented', NOW - HOUR, undone)], words, NOW);
    expect(line).toMatchObject({ text: null, undone: 'taken back by Mara', changeId: null });
  });
  test.each([
    [{ to: 'On call', step: 'opened', state: 'sent' }, 'On call was told'],
    [{ to: 'Boss', step: 'escalated', state: 'sent' }, 'Boss was told, since nobody acknowledged it'],
    [{ to: 'On call', step: 'opened', state: 'waiting' }, 'On call is being told'],
    [{ to: 'On call', step: 'opened', state: 'given-up' }, 'On call could not be told'],
  ])('whom it was told: %o', (detail, title) => {
    const [line] = timelineLines([event('told', NOW - HOUR, { detail })], words, NOW);
    expect(line).toMatchObject({ title, changeId: null });
  });
  test.each([
    ['ticket-wanted', { to: 'Desk' }, 'Ticket wanted in Desk'],
    ['ticket-wanted', { to: 'Desk', rule: 'Nights' }, 'Ticket wanted in Desk, by the rule Nights'],
    ['ticket-opened', { to: 'Desk', reference: '7' }, 'Ticket 7 opened in Desk'],
    [
      'ticket-blocked',
      { to: 'Desk', reference: null, operation: 'open', problem: 'no-company' },
      'Opening the ticket in Desk came to nothing. The client has no company in the ticket system yet. Enter one, and the ticket goes out.',
    ],
  ])('what became of a ticket: %s', (kind, detail, title) => {
    const [line] = timelineLines([event(kind, NOW - HOUR, { detail })], words, NOW);
    expect(line).toMatchObject({ title });
  });
  test('does not offer to take back that something was tried again', () => {
    const [line] = timelineLines([event('ticket-retried', NOW - HOUR, { changeId: 'c' })], words, NOW);
    expect(line).toMatchObject({ changeId: null });
  });
  test('keeps the reason of a waiver that was taken back', () => {
    const detail = { until: new Date(NOW).toISOString(), approverName: 'Dr. Hale' };
    const undone = { undoneAt: new Date(NOW), undoneByName: 'Mara', text: 'why', detail };
    const [line] = timelineLines([event('waived', NOW - HOUR, undone)], words, NOW);
    expect(line).toMatchObject({ title: 'Waived until 2026-11-28T08:00, accepted by Dr. Hale', text: 'why' });
  });
});
