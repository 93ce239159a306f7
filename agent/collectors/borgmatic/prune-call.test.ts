import { expect, test } from 'vitest';
import { readPruneCall } from './prune-call';

const NOTHING = {
  last: null,
  hourly: null,
  daily: null,
  weekly: null,
  monthly: null,
  yearly: null,
  within_days: null,
};

test('a call of prune tells what it keeps, of which archives, and where', () => {
  const call =
    'prune --keep-within 2w --keep-hourly 24 --keep-daily 7 --keep-weekly=4 --keep-monthly 6 --keep-yearly 1 --glob-archives {hostname}-* --dry-run /srv/borg';
  expect(readPruneCall(call.split(' '))).toEqual({
    location: '/srv/borg',
    rule: {
      job_key: null,
      source: 'tool_config',
      archives: 'sh:{hostname}-*',
      keep: { last: null, hourly: 24, daily: 7, weekly: 4, monthly: 6, yearly: 1, within_days: 14 },
      observed_oldest_at: null,
      observed_count: null,
    },
  });
});

test.each([
  ['--prefix web-', 'sh:web-*'],
  ['--match-archives re:web-.*', 're:web-.*'],
  ['-a sh:web-*', 'sh:web-*'],
  ['', null],
])('%j speaks of the archives %j', (limit, archives) => {
  const words = ['prune', '--keep-daily', '7', ...limit.split(' ').filter(Boolean), 'ssh://nas/./r'];
  expect(readPruneCall(words)?.rule.archives).toBe(archives);
});

test.each([
  ['--keep-secondly 3', { last: 3 }],
  ['--keep-last 3', { last: 3 }],
  ['--keep-within 36H', { within_days: 1 }],
  ['--keep-within 3H --keep-daily 0', { daily: 0 }],
  ['--keep-daily 7 --keep-yearly -1', { daily: 7 }],
  ['--keep-13weekly 4 --keep-daily 7', { daily: 7 }],
])('%s is reported as no more than it keeps', (words, kept) => {
  expect(readPruneCall(['prune', ...words.split(' '), '/r'])?.rule.keep).toEqual({ ...NOTHING, ...kept });
});

test.each([
  'prune /r',
  'prune --keep-yearly -1 /r',
  'prune --keep-within 5M /r',
  'prune --keep-daily 7 --list',
  '',
])('%j says nothing that can be reported', (call) => {
  expect(readPruneCall(call.split(' '))).toBeNull();
});
