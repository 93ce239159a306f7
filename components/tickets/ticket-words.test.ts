import { expect, test } from 'vitest';
import { attemptedText, standingText } from './ticket-words';

const DESK = { state: 'settled', stands: 'open', problem: null, systemName: 'Desk' } as const;

test.each([
  [{}, 'Open in Desk. It hears how this goes on, and is closed with it.'],
  [{ stands: 'closed' as const }, 'Closed in Desk. The same one is opened again if this comes back soon.'],
  [{ state: 'waiting' as const, stands: 'none' as const }, 'On its way to Desk.'],
  [
    { state: 'waiting' as const, problem: 'too-slow' as const },
    'On its way to Desk; it is tried again by itself.',
  ],
  [{ state: 'blocked' as const, problem: 'no-company' as const }, 'Held up on its way to Desk.'],
  [{ state: 'refused' as const, problem: 'refused' as const }, 'Held up on its way to Desk.'],
])('%o', (changed, text) => {
  expect(standingText({ ...DESK, ...changed })).toBe(text);
});

test('what went wrong', () => {
  expect(attemptedText('close', '1001')).toBe('Closing ticket 1001');
  expect(attemptedText('open', null)).toBe('Opening the ticket');
});
