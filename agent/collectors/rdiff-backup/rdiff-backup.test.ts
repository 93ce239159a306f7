import { describe, expect, test } from 'vitest';
import { doubleColonLocation } from '@/agent/collectors/place-key';
import { readStatistics } from '@/agent/collectors/session-statistics';
import { secondIn } from './rdiff-folder';
import { readRdiffListing } from './rdiff-listing';
import { rdiffPoints } from './rdiff-points';
import { readRdiffCommand, readRdiffResult } from './rdiff-run';

const stateAfter = (text: string | null, unfinishedSecond: number | null = null) => {
  const sessions = new Map(text === null ? [] : [[SECOND, readStatistics(text)] as const]);
  const folder = { seconds: [SECOND], sessions, unfinishedSecond, sourcePath: null, lock: null };
  const stream = { tool: 'rdiff-backup', host: 'h', paths: ['/srv'] } as const;
  const increments = [{ takenAt: AT, sizeBytes: null }];
  return rdiffPoints({ increments, folder, stream }, 'k', []).points[0]?.state;
};

const counted = (changed: string): string =>
  `SourceFiles 20\nSourceFileSize 100 (100 bytes)\nMirrorFiles 20\nDeletedFiles 0\n${changed}`;

const AT = '2026-11-23T06:12:46.000Z';
const SECOND = Date.parse(AT) / 1000;

describe('the listing of rdiff-backup', () => {
  test.each([
    ['nothing', ''],
    ['words', 'Found 1 increments:\n'],
    ['a list that breaks off', '---\n- size: 81\n  time: 1795414366\n'],
    ['a time that is none', '---\n- size: 81\n  time: soon\n...\n'],
  ])('that is %s is none', (_name, stdout) => {
    expect(readRdiffListing(stdout)).toBeNull();
  });

  test('may leave out sizes', () => {
    const stdout = `---\n- base: increments.x.dir\n  time: ${SECOND}\n  type: directory\n...\n`;
    expect(readRdiffListing(stdout)).toEqual([{ takenAt: AT, sizeBytes: null }]);
  });
});

test.each([
  ['session_statistics.2026-11-23T06:12:46Z.data', SECOND],
  ['session_statistics.2026-11-23T07:12:46+01:00.data', SECOND],
  ['session_statistics.2026-11-23T01-12-46-05-00.data', SECOND],
  ['session_statistics.2026-11-23T06:12:46Z.data.gz', null],
  ['current_mirror.2026-11-23T06:12:46Z.data', null],
])('%s is of %s', (name, second) => {
  expect(secondIn(name, 'session_statistics')).toBe(second);
});

describe('a backup of rdiff-backup', () => {
  test.each([
    ['without errors', counted('Errors 0'), 'complete'],
    ['with files that failed', counted('Errors 1'), 'partial'],
    ['of nothing', 'SourceFiles 1\nSourceFileSize 0 (0 bytes)\nErrors 0', 'incomplete'],
    ['that deleted half', 'SourceFileSize 9\nMirrorFiles 20\nDeletedFiles 10\nErrors 0', 'complete'],
    ['that deleted more than half', 'SourceFileSize 9\nMirrorFiles 20\nDeletedFiles 11\nErrors 0', 'partial'],
    ['that deleted most of a few', 'SourceFileSize 9\nMirrorFiles 10\nDeletedFiles 9\nErrors 0', 'complete'],
    ['whose statistics say no errors', counted(''), 'unknown'],
    ['without statistics', null, 'unknown'],
  ])('%s', (_name, text, state) => {
    expect(stateAfter(text)).toBe(state);
  });

  test('that has not ended is incomplete, whatever its statistics say', () => {
    expect(stateAfter(counted('Errors 0'), SECOND)).toBe('incomplete');
  });
});

test.each([
  ['rdiff-backup backup /srv /b', '/b', ['/srv'], 'backup'],
  ['rdiff-backup --api-version 201 backup --print-statistics /srv u@h::/b', 'u@h::/b', ['/srv'], 'backup'],
  ['rdiff-backup /srv /b', '/b', ['/srv'], 'backup'],
  ['rdiff-backup --exclude /srv/tmp u@h::/srv /b', '/b', [], 'backup'],
  ['rdiff-backup restore --at now /b /x', null, [], 'restore'],
  ['rdiff-backup remove increments --older-than 1M /b', null, [], 'prune'],
  ['rdiff-backup list increments /b', null, [], 'maintenance'],
  ['rdiff-backup -l /b', null, [], 'maintenance'],
  ['rdiff-backup --remove-older-than 1M /b', null, [], 'maintenance'],
])('%s', (line, repo, sourcePaths, kind) => {
  expect(readRdiffCommand(line.split(' '))).toEqual({ repo, sourcePaths, kind });
});

test.each([
  [0, '', 'success', false],
  [0, 'WARNING: ListError: /srv/x [Errno 13] Permission denied\n', 'warning', true],
  [2, '', 'warning', false],
  [8, '', 'warning', false],
  [1, 'ERROR:   Source path /srv does not exist\n', 'failed', false],
  [5, '', 'failed', false],
  [0, 'Traceback (most recent call last):\n', 'failed', false],
])('ending with %d and saying %j is a %s', (exitCode, stderr, status, partial) => {
  const { run } = readRdiffResult({ exitCode, signal: null, stdout: '', stderr }, 'backup');
  expect(run).toMatchObject({ status, partial });
});

test.each([
  ['u@nas::/srv/r', 'u@nas::/srv/r', 'ssh'],
  ['/srv/r', '/srv/r', 'local'],
  ['/srv/a::b', '/srv/a::b', 'local'],
])('%s lies at %s', (repo, location, kind) => {
  expect(doubleColonLocation(repo)).toEqual({ location, kind, media: null });
});
