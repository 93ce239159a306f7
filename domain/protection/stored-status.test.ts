import { describe, expect, test } from 'vitest';
import { MINUTE } from '../time/instant';
import { laggingSince, shownStatus, STORED_STATUS_LAG_MAX, type StoredStatus } from './stored-status';
import { STATUSES } from './verdict';

const NOW = Date.UTC(2026, 10, 17, 12);
const LIMIT = NOW - STORED_STATUS_LAG_MAX;
const fresh: StoredStatus = { status: 'compliant', changesAt: null, dirtyAt: null, waitingSince: null };

describe.each(['changesAt', 'dirtyAt', 'waitingSince'] as const)('%s', (field) => {
  test('up to five minutes ago leaves the status as it is', () => {
    for (const at of [LIMIT, NOW, NOW + MINUTE])
      for (const status of STATUSES) expect(shownStatus({ ...fresh, status, [field]: at }, NOW)).toBe(status);
  });

  test('longer ago makes it unknown, but takes no failure back', () => {
    const late = { ...fresh, [field]: LIMIT - 1 };
    expect(shownStatus({ ...late, status: 'compliant' }, NOW)).toBe('unknown');
    expect(shownStatus({ ...late, status: 'at-risk' }, NOW)).toBe('unknown');
    expect(shownStatus({ ...late, status: 'unknown' }, NOW)).toBe('unknown');
    expect(shownStatus({ ...late, status: 'non-compliant' }, NOW)).toBe('non-compliant');
    expect(laggingSince(late, NOW)).toBe(LIMIT - 1);
  });
});

test('the oldest of several lags is the one that is named', () => {
  const stored = { ...fresh, changesAt: LIMIT - 5, dirtyAt: LIMIT - 9, waitingSince: NOW };
  expect(laggingSince(stored, NOW)).toBe(LIMIT - 9);
  expect(laggingSince(fresh, NOW)).toBeNull();
});
