import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRsnapshotCommand } from './rsnapshot-command-line';
import { readRsnapshotConfig } from './rsnapshot-config';
import { readRsnapshotLog, type RsnapshotRun } from './rsnapshot-log';
import { rsnapshotPoints } from './rsnapshot-points';
import { rsnapshotRetention } from './rsnapshot-retention';

const logOf = (...lines: string[]): string =>
  lines.map((line, second) => `[2026-03-09T01:30:0${second}] ${line}`).join('\n');

const outcomesOf = (log: string) => readRsnapshotLog(log, () => true).map((one) => one.outcome);

const run = (changed: Partial<RsnapshotRun>): RsnapshotRun => ({
  name: 'daily',
  startedAt: '2026-10-24T03:30:00',
  endedAt: '2026-10-24T03:40:00',
  outcome: 'success',
  said: [],
  ...changed,
});

const stateAt = (changedAt: string, ...runs: RsnapshotRun[]) => {
  const held = [{ host: 'h', paths: ['/srv'] }];
  const folders = [{ interval: 'daily', number: 0, changedAt: new Date(changedAt), held }];
  const [point] = rsnapshotPoints({ folders, runs, written: null }, 'k', []).points;
  return point && { state: point.state, takenAt: point.taken_at };
};

const tabbed = (lines: readonly string[]): string =>
  lines.map((line) => line.replaceAll(' ', '\t')).join('\n');
const NOTHING = (): null => null;

describe('the configuration of rsnapshot', () => {
  test.each([
    ['backup /home/ localhost/', { host: null, path: '/home', place: 'localhost/home' }],
    ['backup root@web:/var/www/ web/', { host: 'web', path: '/var/www', place: 'web/var/www' }],
    ['backup web::www/html/ web/', { host: 'web', path: '/www/html', place: 'web' }],
    ['backup rsync://u:secret@web:873/www/ web/', { host: 'web', path: '/www', place: 'web' }],
    ['backup lvm://vg0/home/x lvm/', { host: null, path: 'lvm://vg0/home/x', place: 'lvm' }],
    ['backup /home/ localhost/ rsync_long_args=--delete', { host: null, path: '/home', place: 'localhost' }],
    [
      'backup_script /usr/bin/mysqldump_-psecret dumps/',
      { host: null, path: 'backup_script dumps', place: 'dumps' },
    ],
  ])('%s', (line, source) => {
    expect(readRsnapshotConfig(tabbed([line]), NOTHING).sources).toEqual([source]);
  });

  test('goes on in lines that begin with a blank, and in files that it includes', () => {
    const text =
      'retain\tdaily\n\t7\n# snapshot_root\t/no/\nsnapshot_root\t/srv/snap/\ninclude_conf\t/etc/more';
    const read = readRsnapshotConfig(text, (file) => (file === '/etc/more' ? 'retain\tweekly\t4' : null));
    expect(read).toMatchObject({
      snapshotRoot: '/srv/snap',
      intervals: [
        { name: 'daily', count: 7 },
        { name: 'weekly', count: 4 },
      ],
      unread: [],
    });
  });

  test('is not followed into a script, nor into itself', () => {
    expect(readRsnapshotConfig('include_conf\t`/bin/x`', () => 'retain\tdaily\t7').unread).toHaveLength(1);
    expect(readRsnapshotConfig('include_conf\t/a', () => 'include_conf\t/a').unread).toEqual([
      'include_conf /a',
    ]);
  });

  test.each([
    [['daily', 'weekly'], 1],
    [['alpha', 'beta'], 0],
    [['daily', 'spare'], 0],
  ])('what is kept by %j is believed only where the names say how often', (names, count) => {
    const intervals = names.map((name) => ({ name, count: 3 }));
    expect(rsnapshotRetention(intervals, 'k')).toHaveLength(count);
  });
});

describe('the command line of rsnapshot', () => {
  const config = tabbed(['retain daily 7', 'retain weekly 4']);
  test.each([
    ['rsnapshot daily', '/etc/rsnapshot.conf', 'backup'],
    ['rsnapshot -c /r.conf daily', '/r.conf', 'backup'],
    ['/usr/bin/rsnapshot -vc /r.conf weekly', '/r.conf', 'maintenance'],
    ['rsnapshot -c/r.conf sync', '/r.conf', 'backup'],
    ['rsnapshot -t daily', '/etc/rsnapshot.conf', 'maintenance'],
    ['rsnapshot configtest', '/etc/rsnapshot.conf', 'maintenance'],
    ['rsnapshot du', '/etc/rsnapshot.conf', 'maintenance'],
  ])('%s', (line, configFile, kind) => {
    expect(readRsnapshotCommand(line.split(' '), () => config)).toEqual({ configFile, kind });
  });

  test('that takes what was synchronised before copies nothing', () => {
    const kinds = ['daily', 'sync'].map(
      (name) => readRsnapshotCommand(['rsnapshot', name], () => `${config}\nsync_first\t1`)?.kind,
    );
    expect(kinds).toEqual(['maintenance', 'backup']);
  });

  test('of something else is none', () => {
    expect(readRsnapshotCommand(['rsync', '-a', '/', '/x'], NOTHING)).toBeNull();
  });
});

describe('the log of rsnapshot', () => {
  const call = '/usr/bin/rsnapshot -c /r.conf daily';

  test.each([
    ['completed successfully', `${call}: completed successfully`, 'success'],
    ['completed with errors', `${call}: ERROR: ${call}: completed, but with some errors`, 'errors'],
    ['completed with warnings', `WARNING: ${call}: completed, but with some warnings`, 'warnings'],
    ['without an end', 'touch /root/daily.0/', 'unfinished'],
    [
      'refused by a lock',
      `${call}: ERROR: Lockfile /pid exists and so does its process, can not continue`,
      'errors',
    ],
  ])('a call %s', (_name, end, outcome) => {
    expect(outcomesOf(logOf(`${call}: started`, end))).toEqual([outcome]);
  });

  test('a call that a lock refuses takes nothing from the one that holds it', () => {
    const log = logOf(
      `${call}: started`,
      `${call}: started`,
      `${call}: ERROR: Lockfile /pid exists and so does its process, can not continue`,
      `${call}: completed successfully`,
    );
    expect(outcomesOf(log)).toEqual(['success', 'errors']);
  });
});

describe('the snapshots of rsnapshot', () => {
  const zone = process.env['TZ'];
  beforeAll(() => {
    process.env['TZ'] = 'Europe/Berlin';
  });
  afterAll(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });

  test.each([
    ['success', [], 'complete'],
    ['warnings', [], 'complete'],
    ['warnings', ['Some files and/or directories in /srv vanished during rsync operation'], 'complete'],
    ['warnings', ['Some files and/or directories in /srv only transferred partially'], 'partial'],
    ['errors', [], 'partial'],
  ] as const)('after a run with %s that said %j it is %s', (outcome, said, state) => {
    expect(stateAt('2026-10-24T01:39:59Z', run({ outcome, said }))).toEqual({
      state,
      takenAt: '2026-10-24T01:30:00.000Z',
    });
  });

  test('that no run of the log made is of unknown state', () => {
    expect(stateAt('2026-10-24T01:41:00Z', run({}))?.state).toBe('unknown');
    expect(stateAt('2026-10-24T01:29:59Z', run({}))?.state).toBe('unknown');
  });

  test.each(['2026-10-25T00:35:00Z', '2026-10-25T01:35:00Z'])(
    'finds its run in the hour that is repeated, at %s',
    (changedAt) => {
      const night = run({ startedAt: '2026-10-25T02:30:00', endedAt: '2026-10-25T02:40:00' });
      expect(stateAt(changedAt, night)?.state).toBe('complete');
    },
  );

  test('of two runs that fit and differ, neither is believed', () => {
    expect(stateAt('2026-10-24T01:35:00Z', run({}), run({ outcome: 'errors' }))?.state).toBe('unknown');
  });
});
