import { describe, expect, it } from 'vitest';
import { isBackupDue } from './schedule.mjs';

const at = { hour: 2, minute: 30 };
const local = (text: string): Date => new Date(`2026-03-${text}`);

describe('when a backup of Holdfast itself is due', () => {
  it.each([
    ['at once when there is none', null, '10T12:00', true],
    ['not before its time', '09T02:30', '10T02:29:59', false],
    ['at its time', '09T02:30', '10T02:30', true],
    ['not again on that day', '10T02:30', '10T23:59', false],
    ['as soon as the machine is on again', '08T02:30', '10T01:00', true],
    ['not when one was taken by hand since', '09T18:00', '10T01:00', false],
  ])('%s', (_, last, now, isDue) => {
    const lastStartedAt = last === null ? null : local(last);
    expect(isBackupDue({ at, lastStartedAt, lastTriedAt: null, now: local(now) })).toBe(isDue);
  });

  it('waits an hour after one that failed', () => {
    const asked = { at, lastStartedAt: null, lastTriedAt: local('10T03:00') };
    expect(isBackupDue({ ...asked, now: local('10T03:59:59') })).toBe(false);
    expect(isBackupDue({ ...asked, now: local('10T04:00') })).toBe(true);
  });
});
