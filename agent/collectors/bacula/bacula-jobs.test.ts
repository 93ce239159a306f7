import { describe, expect, test } from 'vitest';
import { jobListing, readJobs, type BaculaJob } from './bacula-jobs';

const CATALOGUE = { tool: 'bacula', key: 'bacula:h:main' } as const;
const NOW = new Date('2026-11-24T00:00:00Z');
/** 2026-11-23 06:29:01 UTC, as the catalogue of a director in UTC has it. */
const ENDED = 1_795_415_341;

/** A full backup that went well, with whatever is different. */
function job(more: Partial<BaculaJob> = {}): BaculaJob {
  const [one] = jobListing.parse([
    {
      JobId: 1,
      Job: 'Docs.2026-11-23_06.28.59_04',
      Name: 'Docs',
      Type: 'B',
      Level: 'F',
      JobStatus: 'T',
      Client: 'files01-fd',
      FileSet: 'Docs',
      FileSetId: 1,
      SchedTime: '2026-11-23 06:28:59',
      StartTime: '2026-11-23 06:29:00',
      EndTime: '2026-11-23 06:29:01',
      JobTDate: ENDED,
      JobFiles: 201,
      JobBytes: 12_537,
      ReadBytes: 34_807,
      JobErrors: 0,
      JobMissingFiles: 0,
      PurgedFiles: 0,
      PriorJobId: 0,
      Volumes: 1,
      HeldVolumes: 1,
      GoneVolumes: 0,
      Volume: 'Vol-0001',
      Storage: 'Disk',
      ...more,
    },
  ]);
  if (!one) throw new Error('a list of one has one');
  return one;
}

/** The same stream, some minutes later. */
function later(minutes: number, more: Partial<BaculaJob> = {}): BaculaJob {
  const time = `2026-11-23 06:${29 + minutes}:01`;
  const own = { JobId: 1 + minutes, Job: `Docs.${minutes}`, StartTime: time, EndTime: time };
  return job({
    ...own,
    JobTDate: ENDED + minutes * 60,
    Level: 'I',
    JobFiles: 1,
    JobBytes: 9,
    ReadBytes: 9,
    ...more,
  });
}

const NO_DATA = {
  JobFiles: 0,
  JobBytes: 0,
  ReadBytes: 0,
  Volumes: 0,
  HeldVolumes: 0,
  Volume: null,
  Storage: null,
};
const GONE = { HeldVolumes: 0, GoneVolumes: 1 };

const statesOf = (...jobs: readonly BaculaJob[]): Record<string, string> =>
  Object.fromEntries(
    readJobs(jobs, CATALOGUE, NOW).points.map(({ point_key: key, state }) => [key.split(':', 1)[0], state]),
  );

const takenAt = (more: Partial<BaculaJob>): string | undefined =>
  readJobs([job(more)], CATALOGUE, NOW).points[0]?.taken_at;

describe('how a job ended', () => {
  test.each([
    [{}, 'success', false],
    [{ JobErrors: 1 }, 'warning', true],
    [{ JobMissingFiles: 2 }, 'warning', true],
    [{ JobStatus: 'W' }, 'warning', true],
    [{ JobStatus: 'E' }, 'failed', false],
    [{ JobStatus: 'e' }, 'failed', false],
    [{ JobStatus: 'f' }, 'failed', false],
    [{ JobStatus: 'D' }, 'failed', false],
    [{ JobStatus: 'I' }, 'failed', true],
    [{ JobStatus: 'A' }, 'cancelled', false],
    [{ JobStatus: 'R' }, 'running', false],
    [{ JobStatus: 'F' }, 'running', false],
    [{ JobStatus: '?' }, 'unknown', false],
  ] as const)('%o is %s', (more, status, partial) => {
    expect(readJobs([job(more)], CATALOGUE, NOW).runs).toMatchObject([{ status, partial }]);
  });

  test.each(['E', 'e', 'f', 'D', 'I', 'A', 'R', 'F', '?'])('with %s it left no point', (JobStatus) => {
    expect(statesOf(job({ JobStatus }))).toEqual({});
  });

  test('tells no run that ended longer ago than two weeks; its point is told', () => {
    const { runs, points } = readJobs([job()], CATALOGUE, new Date('2026-12-08T00:00:00Z'));
    expect({ runs, points }).toMatchObject({ runs: [], points: [{ state: 'complete' }] });
  });

  test.each([
    ['V', 'verify'],
    ['R', 'restore'],
    ['c', 'copy'],
    ['D', 'maintenance'],
  ])('of the type %s it is a run of the kind %s, and no point', (Type, kind) => {
    const { runs, points } = readJobs([job({ Type })], CATALOGUE, NOW);
    expect({ runs, points }).toMatchObject({ runs: [{ kind, point_keys: [] }], points: [] });
  });
});

describe('what still lies on volumes', () => {
  test.each([
    ['whole', {}, 'complete'],
    ['with errors counted', { JobErrors: 1 }, 'partial'],
    ['on a volume that is gone, or was emptied', GONE, undefined],
    ['with no volume that the catalogue knows', { Volumes: 0, HeldVolumes: 0 }, undefined],
    ['with one of two volumes gone', { Volumes: 2, GoneVolumes: 1 }, 'incomplete'],
    ['with a volume in a state that does not say', { HeldVolumes: 0 }, 'unknown'],
    ['with its files purged from the catalogue', { PurgedFiles: 1 }, undefined],
    ['full, of nothing at all', NO_DATA, undefined],
    ['of a level that is none of the known', { Level: 'B' }, 'unknown'],
    ['of such a level, on a volume that is gone', { Level: 'B', ...GONE }, undefined],
  ])('a backup %s', (_, more, state) => {
    expect(statesOf(job(more))['1']).toBe(state);
  });

  test('changes are worth what lies below them', () => {
    expect(statesOf(job(), later(1), later(2))).toEqual({ 1: 'complete', 2: 'complete', 3: 'complete' });
    expect(statesOf(later(1)), 'no full backup at all').toEqual({ 2: 'incomplete' });
    expect(statesOf(job(GONE), later(1)), 'its volume is gone').toEqual({ 2: 'incomplete' });
    expect(statesOf(job({ JobStatus: 'f' }), later(1)), 'it failed').toEqual({ 2: 'incomplete' });
    expect(statesOf(job(), later(1, GONE), later(2)), 'one between is gone').toEqual({
      1: 'complete',
      3: 'incomplete',
    });
    expect(
      statesOf(job(), later(1, GONE), later(2, { Level: 'D' }), later(3)),
      'a differential needs the full alone',
    ).toEqual({
      1: 'complete',
      3: 'complete',
      4: 'complete',
    });
    expect(statesOf(job(), later(1, { FileSetId: 2 })), 'another file set').toMatchObject({
      2: 'incomplete',
    });
  });

  test('where nothing had changed, all lies where it lay', () => {
    const { points } = readJobs([job(), later(1, NO_DATA)], CATALOGUE, NOW);
    expect(points).toMatchObject([
      { state: 'complete', repository_key: 'bacula:h:main:Disk', bytes: { logical: null, stored: 0 } },
      { state: 'complete' },
    ]);
    expect(statesOf(job(GONE), later(1, NO_DATA)), 'which is gone').toEqual({ 2: 'incomplete' });
    expect(statesOf(later(1, NO_DATA)), 'which is nowhere').toEqual({});
    expect(statesOf(job(), later(1, { ...NO_DATA, JobErrors: 1 })), 'it did not say so cleanly').toEqual({
      1: 'complete',
    });
  });

  test('a copy is as whole as what it copies, which it does not say itself', () => {
    const copy = (more: Partial<BaculaJob> = {}) =>
      job({ JobId: 9, Job: 'Docs.9', Type: 'C', PriorJobId: 1, Storage: 'Tape', ReadBytes: 0, ...more });
    expect(statesOf(job(), copy())).toEqual({ 1: 'complete', 9: 'complete' });
    expect(statesOf(job({ JobErrors: 1 }), copy())).toEqual({ 1: 'partial', 9: 'partial' });
    expect(statesOf(copy({ Type: 'B' })), 'the original was removed from the catalogue').toEqual({
      9: 'unknown',
    });
    expect(readJobs([copy({ Type: 'B' })], CATALOGUE, NOW).runs, 'nor is it a run').toEqual([]);
  });
});

describe('when it was', () => {
  test('is told by the seconds, whatever the zone of the director', () => {
    expect(takenAt({})).toBe('2026-11-23T06:29:00.000Z');
    const NewYork = { StartTime: '2026-11-23 01:29:00', EndTime: '2026-11-23T01:29:01' };
    expect(takenAt(NewYork)).toBe('2026-11-23T06:29:00.000Z');
    const Nepal = { StartTime: '2026-11-23 12:14:00', EndTime: '2026-11-23 12:14:01' };
    expect(takenAt(Nepal)).toBe('2026-11-23T06:29:00.000Z');
  });

  test('is never after its end, though clocks were put back meanwhile', () => {
    expect(takenAt({ StartTime: '2026-11-23 07:15:00' })).toBe('2026-11-23T06:29:01.000Z');
  });

  test.each([
    { JobTDate: ENDED + 400 },
    { JobTDate: 0 },
    { JobTDate: ENDED - 86_400 },
    { EndTime: 0, StartTime: 0 },
    { EndTime: 'yesterday', StartTime: '2026-13-45 00:00:00' },
  ])('is not guessed: %o', (more) => {
    expect(takenAt(more)).toBeUndefined();
  });
});
