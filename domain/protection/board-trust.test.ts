import { describe, expect, test } from 'vitest';
import { MINUTE } from '../time/instant';
import { BOARD_AGE_MAX, boardTrust } from './board-trust';

const NOW = Date.UTC(2026, 10, 24, 7);
const answered = { failure: null, answeredAt: NOW, lag: null };

describe('a board', () => {
  test('is believed while answers come', () => {
    expect(boardTrust(answered, NOW)).toEqual({ kind: 'current' });
  });

  test('is believed for a minute after an answer, and not a millisecond longer', () => {
    expect(boardTrust(answered, NOW + BOARD_AGE_MAX)).toEqual({ kind: 'current' });
    expect(boardTrust(answered, NOW + BOARD_AGE_MAX + 1)).toEqual({ kind: 'no-answer', since: NOW });
  });

  test.each(['no-answer', 'signed-out', 'refused'] as const)('is not believed after one %s', (failure) => {
    expect(boardTrust({ ...answered, failure }, NOW + 1)).toEqual({ kind: failure, since: NOW });
  });

  test('says that it never knew anything when its first question fails', () => {
    expect(boardTrust({ failure: 'no-answer', answeredAt: null, lag: null }, NOW)).toEqual({
      kind: 'no-answer',
      since: null,
    });
  });

  test('shows nothing before its first answer', () => {
    expect(boardTrust({ failure: null, answeredAt: null, lag: null }, NOW)).toEqual({ kind: 'starting' });
  });

  test('is not believed while the server itself is behind, whatever fresh answers it gives', () => {
    const lag = { since: NOW - 6 * MINUTE, waitingReports: 3 };
    expect(boardTrust({ ...answered, lag }, NOW)).toEqual({ kind: 'behind', ...lag });
  });

  test('says first that nobody answers, where the last answer was behind too', () => {
    const lag = { since: NOW - 6 * MINUTE, waitingReports: 3 };
    expect(boardTrust({ failure: 'no-answer', answeredAt: NOW, lag }, NOW)).toEqual({
      kind: 'no-answer',
      since: NOW,
    });
  });

  test('is believed where its own clock runs behind the server', () => {
    expect(boardTrust(answered, NOW - MINUTE)).toEqual({ kind: 'current' });
  });
});
