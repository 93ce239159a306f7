import { afterEach, describe, expect, test, vi } from 'vitest';
import { dueCheck } from '@/agent/report/collect-repositories';
import { runBackup } from '@/agent/tools/run-backup';
import { runProgram } from '@/agent/tools/run-program';

const HOUR_MILLISECONDS = 3_600_000;

const checkedAt = (at: string) => ({
  repositories: {},
  jobs: {},
  checks: { r: at },
  restore_tests: {},
  dumps: {},
});

afterEach(() => vi.useRealTimers());

describe('when the clock is set back', () => {
  test('a backup still takes as long as it took, and does not end before it began', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const running = runBackup(['sleep', '0.2'], process.env);
    vi.setSystemTime(Date.now() - HOUR_MILLISECONDS);
    const { startedAt, endedAt, durationSeconds } = await running;
    expect(durationSeconds).toBeGreaterThanOrEqual(0.2);
    expect(durationSeconds).toBeLessThan(30);
    expect(endedAt.getTime() - startedAt.getTime()).toBeGreaterThanOrEqual(200);
  });

  test('a reading command does not end before it began', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const running = runProgram({ program: 'sleep', args: ['0.2'], env: process.env, timeLimitSeconds: 30 });
    vi.setSystemTime(Date.now() - HOUR_MILLISECONDS);
    const { startedAt, endedAt } = await running;
    expect(endedAt.getTime() - startedAt.getTime()).toBeGreaterThanOrEqual(199);
  });

  test('a check that was made in what is the future now is due again', () => {
    const check = { read_data: 'all' as const, every_hours: 24, time_limit_minutes: 1 };
    const settings = {
      tool: 'restic' as const,
      repo: '/r',
      env: {},
      jobs: [],
      accept: [],
      stats: false,
      check,
    };
    const now = new Date('2026-11-24T10:00:00Z');
    expect(dueCheck(settings, 'r', checkedAt('2026-11-24T09:00:00Z'), now)).toBeNull();
    expect(dueCheck(settings, 'r', checkedAt('2026-11-23T10:00:00Z'), now)).toBe(check);
    expect(dueCheck(settings, 'r', checkedAt('2027-11-24T09:00:00Z'), now)).toBe(check);
  });
});
