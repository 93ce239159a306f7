import { describe, expect, test } from 'vitest';
import type { ProgramOutcome } from '@/agent/tools/run-program';
import { readBorgCommand } from './borg-command-line';
import { readBorgLocation } from './borg-location';
import { borgProblemOf } from './borg-problem';

const read = (line: string, env = {}) => readBorgCommand(line.split(' '), env);

describe('the command line of borg', () => {
  test.each([
    ['borg create /r::a /srv /etc', '/r', ['/srv', '/etc']],
    ['borg --lock-wait 5 create -C zstd,3 --exclude /srv/tmp /r::a /srv', '/r', ['/srv']],
    ['borg create ssh://u@h:22/./r::{now:%H:%M} /srv', 'ssh://u@h:22/./r', ['/srv']],
    ['borg create --stats -- /r::a /srv', '/r', ['/srv']],
    ['borg create --stdin-name db.sql /r::a -', '/r', []],
    ['borg create --patterns-from p /r::a', '/r', []],
    ['borg create --content-from-command /r::a -- pg_dump db', '/r', []],
    ['borg prune -d 7 --keep-weekly 4 /r', '/r', []],
  ])('%s', (line, repo, sourcePaths) => {
    expect(read(line)).toMatchObject({ repo, sourcePaths });
  });

  test('takes the repository from the environment when it is left out', () => {
    expect(read('borg create ::a /srv', { BORG_REPO: '/r' })).toMatchObject({
      repo: '/r',
      sourcePaths: ['/srv'],
    });
  });

  test.each([
    ['borg create /r::a /srv', 'backup'],
    ['borg check /r', 'check'],
    ['borg prune -d 7 /r', 'prune'],
    ['borg extract /r::a', 'restore'],
    ['borg create --dry-run /r::a /srv', 'maintenance'],
    ['borg create -nv /r::a /srv', 'maintenance'],
    ['borg compact /r', 'maintenance'],
  ])('%s is of kind %s', (line, kind) => {
    expect(read(line)?.kind).toBe(kind);
  });

  test.each(['borgmatic create', 'restic backup /srv', './backup.sh'])('%s is none', (line) => {
    expect(read(line)).toBeNull();
  });
});

test.each([
  ['/srv/r', '/srv/r', 'local'],
  ['file:///srv/r', '/srv/r', 'local'],
  ['/srv/a:b', '/srv/a:b', 'local'],
  ['ssh://u:secret@nas:22/./r', 'ssh://nas:22/./r', 'ssh'],
  ['backup@nas:r', 'backup@nas:r', 'ssh'],
])('%s lies at %s', (repo, location, kind) => {
  expect(readBorgLocation(repo)).toEqual({ location, kind, media: null });
});

const outcome = (changed: Partial<ProgramOutcome>): ProgramOutcome => ({
  exitCode: 2,
  signal: null,
  startError: null,
  stdout: '',
  stderr: '',
  hasTimedOut: false,
  startedAt: new Date('2026-11-24T10:00:00Z'),
  endedAt: new Date('2026-11-24T10:01:00Z'),
  ...changed,
});
const CLOSED =
  '\n{"type": "log_message", "message": "Connection closed by remote host. Is borg working on the server?", "levelname": "ERROR", "msgid": "ConnectionClosedWithHint"}';

describe('what borg says of a repository that it cannot read', () => {
  test.each([
    ['ssh is refused', { stderr: `Remote: u@nas: Permission denied (publickey).${CLOSED}` }, 'permission'],
    ['an unknown host key', { stderr: `Remote: Host key verification failed.${CLOSED}` }, 'permission'],
    ['a closed connection', { stderr: CLOSED }, 'network'],
    ['modern exit codes without words', { exitCode: 52 }, 'wrong_password'],
    ['a modern code for a lock', { exitCode: 73 }, 'repository_locked'],
    ['an exit that says nothing', {}, 'unreadable'],
    ['a time limit', { exitCode: null, hasTimedOut: true }, 'timeout'],
    ['a borg that was killed', { exitCode: null, signal: 'SIGKILL' as const }, 'timeout'],
    ['a borg that is not there', { exitCode: null, startError: 'ENOENT' }, 'tool_missing'],
  ])('%s', (_name, changed, code) => {
    expect(borgProblemOf(outcome(changed), (text) => text)?.code).toBe(code);
  });

  test.each([0, 1, 100, 107, 127])('ending with %d is no problem of the repository', (exitCode) => {
    expect(borgProblemOf(outcome({ exitCode }), (text) => text)).toBeNull();
  });
});
