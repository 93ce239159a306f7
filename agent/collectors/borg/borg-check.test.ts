import { describe, expect, test } from 'vitest';
import { borgVerificationOf } from '@/agent/collectors/borg/borg-check';
import type { ProgramOutcome } from '@/agent/tools/run-program';

const AT = new Date('2026-03-09T01:30:00Z');
const DAMAGE = JSON.stringify({
  type: 'log_message',
  time: 1773019800,
  levelname: 'ERROR',
  name: 'borg.repository',
  message: 'Data integrity error: Segment entry checksum mismatch [segment 3, offset 8]',
});
const ended: ProgramOutcome = {
  exitCode: 1,
  signal: null,
  startError: null,
  stdout: '',
  stderr: '',
  hasTimedOut: false,
  startedAt: AT,
  endedAt: AT,
};
const verificationOf = (outcome: Partial<ProgramOutcome>) =>
  borgVerificationOf({ ...ended, ...outcome }, 'repository', 'all', (text) => text);

describe('a check of a borg repository', () => {
  test('that found damage says so, though it was stopped at its time limit', () => {
    const outcome = { stderr: `${DAMAGE}\n`, hasTimedOut: true, exitCode: null };
    expect(verificationOf(outcome)).toMatchObject({ result: 'problems', damaged: ['segment 3'], errors: 1 });
  });

  test('proves nothing when it was stopped before it found any', () => {
    expect(verificationOf({ hasTimedOut: true, exitCode: null })).toMatchObject({
      result: 'error',
      errors: null,
    });
  });
});
