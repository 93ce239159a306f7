import { describe, expect, test } from 'vitest';
import type { ProgramOutcome } from '@/agent/tools/run-program';
import { readDuplicityLocation, withoutPassword } from './duplicity-location';
import { duplicityProblemOf } from './duplicity-problem';
import { duplicityPoints } from './duplicity-points';
import { readDuplicityCommand } from './duplicity-run';
import { readDuplicityStatus } from './duplicity-status';

const setOf = (kind: 'full' | 'inc', day: number, volumes: number) => ({
  kind,
  takenAt: `2026-10-0${day}T01:00:00.000Z`,
  volumes,
  isEncrypted: true,
});

const outcome = (changed: Partial<ProgramOutcome>): ProgramOutcome => ({
  exitCode: 50,
  signal: null,
  startError: null,
  stdout: '',
  stderr: '',
  hasTimedOut: false,
  startedAt: new Date('2026-11-24T10:00:00Z'),
  endedAt: new Date('2026-11-24T10:01:00Z'),
  ...changed,
});

const statusOf = (...lines: string[]): string =>
  ['NOTICE 1', '. Last full backup date: none', '', 'INFO 3 ', ...lines, '. Collection Status', ''].join(
    '\n',
  );

describe('the collection status of duplicity', () => {
  test('has the backups of every chain, also of those before the last', () => {
    const status = readDuplicityStatus(
      statusOf(
        'backend BackendWrapper',
        'chain-no-sig 0',
        ' full 20260901T010000Z 3 noenc',
        'chain-complete',
        ' full 20261001T010000Z 2 enc',
        ' inc 20261002T010000Z 1 enc',
        'orphaned-sets-num 1',
        'incomplete-sets-num 2',
      ),
    );
    expect(status?.sets.map(({ kind, takenAt, isEncrypted }) => [kind, takenAt, isEncrypted])).toEqual([
      ['full', '2026-09-01T01:00:00.000Z', false],
      ['full', '2026-10-01T01:00:00.000Z', true],
      ['inc', '2026-10-02T01:00:00.000Z', true],
    ]);
    expect(status).toMatchObject({ orphanedCount: 1, incompleteCount: 2 });
  });

  test('of an empty repository has none', () => {
    expect(readDuplicityStatus(statusOf('orphaned-sets-num 0', 'incomplete-sets-num 0'))?.sets).toEqual([]);
  });

  test.each([
    ['that breaks off', ['chain-complete', ' full 20261001T010000Z 2 enc']],
    [
      'with a line that is not understood',
      [' full yesterday', 'orphaned-sets-num 0', 'incomplete-sets-num 0'],
    ],
  ])('%s is none', (_name, lines) => {
    expect(readDuplicityStatus(statusOf(...lines))).toBeNull();
  });
});

test('an increment holds nothing without the backups before it in its chain', () => {
  const sets = [
    setOf('inc', 1, 1),
    setOf('full', 2, 1),
    setOf('inc', 3, 1),
    setOf('inc', 4, 0),
    setOf('inc', 5, 1),
    setOf('full', 6, 0),
    setOf('inc', 7, 1),
    setOf('full', 8, 1),
  ];
  const stream = { tool: 'duplicity', host: 'h', paths: ['/srv'] } as const;
  const whole = duplicityPoints(sets, 'k', stream, []).filter(({ state }) => state === 'complete');
  expect(whole.map((one) => one.taken_at.slice(9, 10))).toEqual(['8', '3', '2']);
});

test.each([
  ['duplicity full /srv file:///b', 'file:///b', ['/srv'], 'backup'],
  ['duplicity --encrypt-key X incr /srv sftp://u@nas/b', 'sftp://u@nas/b', ['/srv'], 'backup'],
  ['duplicity /srv file:///b', 'file:///b', ['/srv'], 'backup'],
  ['duplicity backup --name n /srv file:///b', 'file:///b', ['/srv'], 'backup'],
  ['duplicity full --dry-run /srv file:///b', 'file:///b', [], 'maintenance'],
  ['duplicity file:///b /x', 'file:///b', [], 'restore'],
  ['duplicity restore file:///b /x', 'file:///b', [], 'restore'],
  ['duplicity verify file:///b /srv', 'file:///b', [], 'verify'],
  ['duplicity remove-older-than 1Y --force file:///b', 'file:///b', [], 'prune'],
  ['duplicity collection-status file:///b', 'file:///b', [], 'maintenance'],
  ['duplicity --version', null, [], 'maintenance'],
])('%s', (line, repo, sourcePaths, kind) => {
  const read = readDuplicityCommand(line.split(' '));
  expect(read).toMatchObject({ repo, kind });
  expect(kind === 'backup' ? read?.sourcePaths : []).toEqual(sourcePaths);
});

test.each([
  ['file:///srv/b', '/srv/b', 'local'],
  ['par2+file:///srv/b/', '/srv/b', 'local'],
  ['sftp://u:p4ssw0rd@nas:22/b', 'sftp://nas:22/b', 'sftp'],
  ['boto3+s3://bucket/b', 'boto3+s3://bucket/b', 's3'],
  ['s3+http://bucket/b', 's3+http://bucket/b', 's3'],
  ['b2://account:key@bucket/b', 'b2://bucket/b', 'b2'],
  ['rclone://remote:/b', 'rclone://remote:/b', 'rclone'],
  ['webdavs://u:p@cloud/b', 'webdavs://cloud/b', 'webdav'],
  ['tahoe://alias/b', 'tahoe://alias/b', 'unknown'],
])('%s lies at %s', (url, location, kind) => {
  expect(readDuplicityLocation(url, new Date())).toMatchObject({ location, kind });
});

test.each([
  ['sftp://u:a%40b@nas/b', 'sftp://u@nas/b', 'a@b'],
  ['sftp://u:100%@nas/b', 'sftp://u@nas/b', '100%'],
  ['sftp://u@nas/b', 'sftp://u@nas/b', null],
  ['file:///a:b@c', 'file:///a:b@c', null],
])('the password of %s goes apart', (given, url, password) => {
  expect(withoutPassword(given)).toEqual({ url, password });
});

describe('what duplicity says of a repository that it cannot read', () => {
  test.each([
    [
      'a backend without its module',
      { exitCode: 23, stderr: "ERROR 23 X\n. No module named 'paramiko'\n" },
      'tool_missing',
    ],
    ['a refused right', { exitCode: 51 }, 'permission'],
    ['a place that is not there', { exitCode: 52 }, 'repository_missing'],
    ['a failed connection', { exitCode: 38 }, 'network'],
    ['a refused connection', { stderr: 'Connection refused' }, 'network'],
    [
      'a key that is missing',
      { exitCode: 31, stderr: 'gpg: decryption failed: No secret key' },
      'wrong_password',
    ],
    ['a server that failed', { exitCode: 50 }, 'network'],
    ['an error that says nothing', { exitCode: 30 }, 'unreadable'],
    ['a time limit', { exitCode: null, hasTimedOut: true }, 'timeout'],
    ['a duplicity that is not there', { exitCode: null, startError: 'ENOENT' }, 'tool_missing'],
  ])('%s', (_name, changed, code) => {
    expect(duplicityProblemOf(outcome(changed), (text) => text)?.code).toBe(code);
  });
});
