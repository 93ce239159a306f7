import { describe, expect, test } from 'vitest';
import { readBarmanBackups } from './barman-output';
import { barmanPoints, barmanRetention } from './barman-points';
import { readBarmanCommand } from './barman-run';

const STREAM = { host: 'h', server: 'main' };
const listing = (...backups: object[]): string => JSON.stringify({ main: backups });

describe('the backups of barman', () => {
  test.each([
    ['DONE', 'complete'],
    ['WAITING_FOR_WALS', 'waiting'],
    ['STARTED', 'incomplete'],
    ['EMPTY', 'incomplete'],
    ['SYNCING', 'incomplete'],
    ['FAILED', 'incomplete'],
    ['SOMETHING_NEW', 'unknown'],
  ])('one that is %s is %s', (status, state) => {
    const backups = readBarmanBackups(listing({ backup_id: '20261123T061225', status }), 'main');
    expect(barmanPoints(backups ?? [], 'k', STREAM)).toMatchObject([{ state }]);
  });

  test.each([
    ['of another server', '{"other": []}'],
    ['with a complaint beside it', '{"_EXCEPTION": ["x"], "main": []}'],
    ['that breaks off', '{"main": ['],
    ['with a backup that has no id', listing({ status: 'DONE' })],
  ])('a listing %s is none', (_name, stdout) => {
    expect(readBarmanBackups(stdout, 'main')).toBeNull();
  });
});

test.each([
  ['RECOVERY WINDOW OF 7 DAYS', { last: null, within_days: 7 }],
  ['RECOVERY WINDOW OF 2 MONTHS', { last: null, within_days: 62 }],
  ['REDUNDANCY 3', { last: 3, within_days: null }],
])('%s is what is kept', (retention_policy, keep) => {
  expect(barmanRetention({ retention_policy }, 'k')).toMatchObject([{ keep }]);
});

test('nothing is said of a retention policy that is not understood', () => {
  expect(barmanRetention({ retention_policy: 'ALL OF IT' }, 'k')).toEqual([]);
  expect(barmanRetention({ retention_policy: null }, 'k')).toEqual([]);
});

test.each([
  ['barman backup main', 'main', 'backup'],
  ['barman -c /b.conf -f json backup --wait --wait-timeout 40 main', 'main', 'backup'],
  ['barman backup all', null, 'backup'],
  ['barman backup main other', null, 'backup'],
  ['barman recover main latest /x', 'main', 'restore'],
  ['barman delete main oldest', 'main', 'prune'],
  ['barman cron', null, 'maintenance'],
])('%s', (line, repo, kind) => {
  expect(readBarmanCommand(line.split(' '))).toEqual({ repo, kind });
});
