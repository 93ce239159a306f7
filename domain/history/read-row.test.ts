import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY, HOUR } from '../time/instant';
import { LEFT_OUT_REASONS, RowReader } from './read-row';
import { guessHistoryColumns, type HistorySettings, presetOfStatus } from './settings';
import { HistorySurveyor, lacksOf } from './survey';

const NOW = Date.UTC(2026, 2, 20, 12);
const FS_01 = '018f0000-0000-7000-8000-000000000001';
const FS_02 = '018f0000-0000-7000-8000-000000000002';
const SYSTEMS = new Map([
  ['fs-01', [FS_01]],
  ['fs-02', [FS_02]],
  ['fs', [FS_01, FS_02]],
]);
const HEAD = ['host', 'job', 'start', 'end', 'took', 'status', 'size', 'why'];
const SETTINGS: HistorySettings = {
  columns: {
    system: 0,
    job: 1,
    started: 2,
    ended: 3,
    duration: 4,
    status: 5,
    size: 6,
    message: 7,
    tool: null,
    repository: null,
  },
  systemId: null,
  jobName: '',
  dates: 'ymd',
  timeZone: 'UTC',
  sizeUnit: 'MB',
  statuses: [
    { word: 'ok', as: 'success' },
    { word: 'not so good', as: 'warning' },
    { word: 'skipped', as: 'leave-out' },
  ],
  systems: [],
};

let line = 1;
const record = (...cells: string[]) => ({ line: ++line, cells, isOpen: false });
const readOne = (cells: string[], changed: Partial<HistorySettings> = {}) =>
  new RowReader({ ...SETTINGS, ...changed }, HEAD.length, SYSTEMS, NOW).read(record(...cells));
const why = (cells: string[], changed: Partial<HistorySettings> = {}) => {
  const read = readOne(cells, changed);
  return 'why' in read ? read.why : 'read';
};
const GOOD = ['fs-01', 'nightly', '2026-03-12 01:00', '2026-03-12 02:00', '', 'OK', '12', ''];
const withCell = (place: number, cell: string): string[] =>
  GOOD.map((one, at) => (at === place ? cell : one));

describe('a row', () => {
  test('is a run with what it says', () => {
    expect(
      readOne([
        ' FS-01. ',
        'nightly',
        '2026-03-12 01:00',
        '',
        '1h 5m',
        ' Not  so good',
        '1.5 GB',
        'late\u{7}',
      ]),
    ).toEqual({
      line,
      systemId: FS_01,
      occurredAt: Date.UTC(2026, 2, 12, 1),
      startedAt: Date.UTC(2026, 2, 12, 1),
      endedAt: Date.UTC(2026, 2, 12, 2, 5),
      status: 'warning',
      jobName: 'nightly',
      tool: null,
      repositoryName: null,
      sizeBytes: 1.5 * 1024 ** 3,
      message: 'late␇',
    });
  });

  test('that says only when it ended is placed there, or before it by how long it took', () => {
    expect(readOne(['fs-01', 'n', '', '2026-03-12 02:00', '', 'ok', '', ''])).toMatchObject({
      occurredAt: Date.UTC(2026, 2, 12, 2),
      startedAt: null,
    });
    expect(readOne(['fs-01', 'n', '', '2026-03-12 02:00', '3600', 'ok', '', ''])).toMatchObject({
      occurredAt: Date.UTC(2026, 2, 12, 1),
    });
  });

  test('has a size in the unit that was chosen where it names none, and none where it cannot be read', () => {
    expect(readOne(GOOD)).toMatchObject({ sizeBytes: 12 * 1024 ** 2 });
    expect(readOne(GOOD, { sizeUnit: 'B' })).toMatchObject({ sizeBytes: 12 });
    expect(readOne(withCell(6, 'a lot'))).toMatchObject({ sizeBytes: null });
  });

  test.each([
    ['unknown-system', withCell(0, 'elsewhere')],
    ['ambiguous-system', withCell(0, 'FS')],
    ['no-system', withCell(0, ' ')],
    ['no-job', withCell(1, '')],
    ['status-not-explained', withCell(5, 'fine')],
    ['status-not-explained', withCell(5, '')],
    ['status-left-out', withCell(5, 'SKIPPED')],
    ['no-date', ['fs-01', 'n', '', '', '', 'ok', '', '']],
    ['unreadable-date', withCell(2, '12/03/2026')],
    ['unreadable-date', withCell(3, 'soon')],
    ['ends-before-start', withCell(3, '2026-03-12 00:59')],
    ['future', ['fs-01', 'n', new Date(NOW + HOUR).toISOString(), '', '', 'ok', '', '']],
    ['future', withCell(3, new Date(NOW + HOUR).toISOString())],
    ['too-old', ['fs-01', 'n', new Date(NOW - 4000 * DAY).toISOString(), '', '', 'ok', '', '']],
    ['too-many-cells', [...GOOD, 'x']],
    ['read', [...GOOD, '']],
  ])('is left out, %s: %j', (reason, cells) => {
    expect(why(cells)).toBe(reason);
  });

  test('is of the system that somebody chose for its name, or of none', () => {
    expect(readOne(withCell(0, 'FS'), { systems: [{ name: 'fs', systemId: FS_02 }] })).toMatchObject({
      systemId: FS_02,
    });
    expect(why(withCell(0, 'elsewhere'), { systems: [{ name: 'elsewhere', systemId: null }] })).toBe(
      'system-left-out',
    );
    const columns = { ...SETTINGS.columns, system: null };
    expect(why(GOOD, { columns })).toBe('no-system');
    expect(readOne(GOOD, { columns, systemId: FS_02 })).toMatchObject({ systemId: FS_02 });
  });

  test('without dates that somebody chose is not read', () => {
    expect(why(GOOD, { dates: null })).toBe('unreadable-date');
  });

  test('that stands in the file twice is a run once', () => {
    const reader = new RowReader(SETTINGS, HEAD.length, SYSTEMS, NOW);
    const [first, second] = [record(...GOOD), record(...withCell(1, 'NIGHTLY'))];
    expect(reader.read(first)).toMatchObject({ status: 'success' });
    expect(reader.read(second)).toEqual({
      line: second.line,
      why: 'twice',
      detail: `the same as ${first.line}`,
    });
  });

  test('is never a success by any word that nobody explained, and never a run beside a reason', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 8, maxLength: 9 }), (cells) => {
        const read = readOne([...GOOD.slice(0, 5), ...cells.slice(5)]);
        const word = (cells[0] ?? '').trim().replaceAll(/\s+/g, ' ').toLowerCase();
        const isExplained = ['ok', 'not so good'].includes(word);
        expect('why' in read ? LEFT_OUT_REASONS.includes(read.why) : isExplained).toBe(true);
      }),
    );
  });
});

const survey = (rows: string[][], settings: HistorySettings) => {
  const surveyor = new HistorySurveyor(settings, SYSTEMS);
  for (const cells of rows) surveyor.add(record(...cells));
  return surveyor.survey();
};

describe('what has to be said of a file', () => {
  test('is nothing once all is said', () => {
    const found = survey([GOOD], SETTINGS);
    expect(lacksOf(SETTINGS, found)).toEqual([]);
    expect(found).toMatchObject({ matchedSystems: 1, systems: [], dateForms: ['ymd'], hasLocalTimes: true });
  });

  test('is each column, word and name that may mean several things', () => {
    const columns = {
      ...SETTINGS.columns,
      system: null,
      job: null,
      status: null,
      started: null,
      ended: null,
    };
    const bare = { ...SETTINGS, columns, statuses: [] };
    expect(lacksOf(bare, survey([GOOD], bare))).toEqual(['system', 'job', 'status', 'when']);
    const open = { ...SETTINGS, dates: null, statuses: [] };
    const found = survey([withCell(0, 'FS'), withCell(0, 'elsewhere'), GOOD], open);
    expect(lacksOf(open, found)).toEqual(['dates', 'statuses', 'ambiguous-systems']);
    expect(found.systems.map(({ key, systemIds }) => [key, systemIds.length])).toEqual([
      ['fs', 2],
      ['elsewhere', 0],
    ]);
    const many = Array.from({ length: 101 }, (_, n) => withCell(5, `word ${n}`));
    expect(lacksOf(SETTINGS, survey(many, SETTINGS))).toEqual(['too-many-statuses']);
  });
});

describe('what the head of a file suggests', () => {
  test.each([
    [
      ['Device', 'Job Name', 'Status', 'Start Time', 'End Time', 'Size', 'Error Message'],
      { system: 0, job: 1, status: 2, started: 3, ended: 4, size: 5, message: 6 },
    ],
    [
      ['hostname', 'plan', 'result', 'date', 'duration'],
      { system: 0, job: 1, status: 2, started: 3, duration: 4 },
    ],
    [['a', 'b'], {}],
  ])('%j', (head, columns) => {
    const none = Object.fromEntries(Object.keys(SETTINGS.columns).map((field) => [field, null]));
    expect(guessHistoryColumns(head)).toEqual({ ...none, ...columns });
  });

  test('gives no column to two fields', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('status', 'type', 'name', 'host', 'time', 'date', 'backup', 'job')),
        (head) => {
          const chosen = Object.values(guessHistoryColumns(head)).filter((place) => place !== null);
          expect(new Set(chosen).size).toBe(chosen.length);
        },
      ),
    );
  });
});

test('no word means success before somebody says so', () => {
  for (const word of [
    'ok',
    'success',
    'successful',
    'completed',
    '0',
    'true',
    'done',
    'failed: 0',
    'no errors',
  ])
    expect(presetOfStatus(word)).toBeNull();
  expect(['failed', 'error', 'warning'].map(presetOfStatus)).toEqual(['failed', 'failed', 'warning']);
});
