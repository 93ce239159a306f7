import { describe, expect, test } from 'vitest';
import { slowTest } from '@/test/slow-test';
import { runProgram } from './run-program';

describe('a reading command', () => {
  test('that leaves a daemon behind is not waited for', async () => {
    const outcome = await runProgram({
      program: 'sh',
      args: ['-c', 'sleep 50 & echo answer'],
      env: process.env,
      timeLimitSeconds: 30,
    });
    expect(outcome).toMatchObject({ exitCode: 0, stdout: 'answer\n', hasTimedOut: false });
    expect(outcome.endedAt.getTime() - outcome.startedAt.getTime()).toBeLessThan(20_000);
  });

  slowTest('that ignores SIGTERM is killed five seconds later, with all that it started', async () => {
    const outcome = await runProgram({
      program: 'sh',
      args: ['-c', "trap '' TERM; sh -c 'while :; do sleep 0.1; done' & while :; do sleep 0.1; done"],
      env: process.env,
      timeLimitSeconds: 0.2,
    });
    expect(outcome).toMatchObject({ exitCode: null, signal: 'SIGKILL', hasTimedOut: true });
  });
});
