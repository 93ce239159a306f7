import { describe, expect, test } from 'vitest';
import { hideCredentials } from '@/agent/redact';
import type { ProgramOutcome } from '@/agent/tools/run-program';
import { verificationOf } from './restic-check';
import { problemOf } from './restic-problem';

const outcome = (changed: Partial<ProgramOutcome>): ProgramOutcome => ({
  exitCode: 1,
  signal: null,
  startError: null,
  stdout: '',
  stderr: '',
  hasTimedOut: false,
  startedAt: new Date('2026-11-24T10:00:00Z'),
  endedAt: new Date('2026-11-24T10:01:00Z'),
  ...changed,
});
const codeOf = (stderr: string, changed: Partial<ProgramOutcome> = {}) =>
  problemOf(outcome({ stderr, ...changed }), hideCredentials)?.code;

const CONFIG = 'Fatal: unable to open config file: ';
const PLACE = '\nIs there a repository at the following location?\n/r';

describe('what restic says of a repository that it cannot read', () => {
  test.each([
    [`${CONFIG}stat /r/config: no such file or directory${PLACE}`],
    [`${CONFIG}Lstat: file does not exist${PLACE}`],
    [`${CONFIG}Stat: The specified key does not exist.${PLACE}`],
    [`${CONFIG}Stat: storage: object doesn't exist${PLACE}`],
    [`${CONFIG}<config/> does not exist${PLACE}`],
    [
      'subprocess ssh: Warning: Permanently added nas.\nFatal: repository does not exist: unable to open config file',
    ],
  ])('missing: %s', (stderr) => {
    expect(codeOf(stderr)).toBe('repository_missing');
  });

  test.each([
    ['Fatal: unable to open repository at sftp:b@nas:/r: unable to start the sftp session, error: EOF'],
    [
      'subprocess ssh: kex_exchange_identification: Connection closed by remote host\nFatal: unable to open repository at sftp:b@nas:/r: unable to start the sftp session, error: EOF',
    ],
    [`${CONFIG}Head "https://nas/r/config": context deadline exceeded${PLACE}`],
    [`${CONFIG}Stat: unexpected HTTP response (503): 503 Service Unavailable${PLACE}`],
    [`${CONFIG}stat /mnt/nas/r/config: stale file handle${PLACE}`],
    ['Fatal: unable to open repository at s3:nas/r: client.BucketExists: dial tcp: lookup nas: no such host'],
  ])('unreachable, which does not say that it is gone: %s', (stderr) => {
    expect(codeOf(stderr)).toBe('network');
  });

  test.each([
    ['Fatal: unable to open repository at /r: ReadDir: open /r/keys: permission denied'],
    [
      'subprocess ssh: b@nas: Permission denied (publickey).\nFatal: unable to open repository at sftp:b@nas:/r: unable to start the sftp session, error: EOF',
    ],
    ['Fatal: unable to open repository at s3:x/r: client.BucketExists: Access Denied.'],
    [`${CONFIG}Stat: unexpected HTTP response (403): 403 Forbidden${PLACE}`],
    [`${CONFIG}Stat: The AWS Access Key Id you provided does not exist in our records.${PLACE}`],
  ])('not allowed: %s', (stderr) => {
    expect(codeOf(stderr)).toBe('permission');
  });

  test('a file of it that is gone is damage, not a missing repository', () => {
    expect(codeOf('Fatal: Load(<index/12>, 0, 0): open /r/index/12: no such file or directory')).toBe(
      'unreadable',
    );
  });

  test('one that was killed or ran out of memory says nothing about the repository', () => {
    expect(codeOf('', { exitCode: null, signal: 'SIGKILL' })).toBe('timeout');
    expect(codeOf('fatal error: runtime: cannot allocate memory', { exitCode: 2 })).toBe('timeout');
    expect(codeOf('something never seen before')).toBe('unreadable');
  });
});

const checkOf = (stderr: string, changed: Partial<ProgramOutcome> = {}) =>
  verificationOf(outcome({ stderr, ...changed }), 'r', 'all', hideCredentials);

describe('a check', () => {
  const PACK = 'a'.repeat(64);
  const END = 'Fatal: repository contains errors';

  test('that could not fetch the data proves nothing', () => {
    expect(
      checkOf(`Load(<data/${PACK}>, 0, 0): dial tcp 10.0.0.1:443: connect: connection refused\n${END}`),
    ).toMatchObject({ result: 'error', errors: null, damaged: [] });
    expect(checkOf(`unable to load tree ${PACK}: Load: connection reset by peer\n${END}`)).toMatchObject({
      result: 'error',
    });
  });

  test('that saw damage and then lost its connection has seen damage', () => {
    expect(checkOf(`pack ${PACK}: does not exist\nLoad: connection refused\n${END}`)).toMatchObject({
      result: 'problems',
      errors: 1,
      damaged: [PACK],
    });
  });

  test('that saw damage and was then stopped has seen damage, but not looked at everything', () => {
    const stopped = { exitCode: null, hasTimedOut: true };
    expect(checkOf(`pack ${PACK}: does not exist`, stopped)).toMatchObject({
      result: 'problems',
      coverage_percent: null,
      message: expect.stringContaining('time limit') as string,
    });
    expect(checkOf('', stopped)).toMatchObject({ result: 'error', errors: null });
  });
});
