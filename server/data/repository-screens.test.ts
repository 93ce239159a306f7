import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nightOf, type ReportInput } from '@/ingest/testing/sample-agent';
import { HOUR, openScreenCast, type CastMsp, type ScreenCast } from '@/test/screen-cast';
import { declarationForm, declare } from '../services/declare';
import { makeTenantScope } from '../tenancy/tenant-scope';
import type { RepositoryView } from './repositories';
import { readRepositories, readRepository } from './repository-screens';

const DAY = 24 * HOUR;
// Noon, so that the hours before it are of the same day.
const NOW = new Date(Math.floor((Date.now() - 12 * HOUR) / DAY) * DAY + 12 * HOUR);
const GIB = 1024 ** 3;
const CLOUD = { repositoryKey: 'cloud', location: 's3:https://s3.eu-central-1.amazonaws.com/vault' };
const ALL: RepositoryView = {
  search: '',
  state: null,
  clientId: null,
  sort: 'name',
  isReversed: false,
  page: 1,
};

let cast: ScreenCast;
let ours: CastMsp;
let theirs: CastMsp;
let second: string;
let nas: string;

/** A night whose repository says how full it is. */
function fullNight(
  agent: Parameters<typeof nightOf>[0],
  at: Date,
  usedGib: number | null,
): Partial<ReportInput> {
  const night = nightOf(agent, at, {
    repositoryKey: 'nas',
    location: 'sftp:nas-01:/b',
    locationKind: 'sftp',
  });
  const capacity =
    usedGib === null
      ? null
      : {
          total: 100 * GIB,
          used: usedGib * GIB,
          free: (100 - usedGib) * GIB,
          quota: null,
          method: 'statfs' as const,
          measured_at: at.toISOString(),
        };
  return { ...night, repositories: night.repositories?.map((one) => ({ ...one, capacity })) ?? [] };
}

beforeAll(async () => {
  cast = await openScreenCast();
  ours = await cast.newMsp('Quillmark IT');
  theirs = await cast.newMsp('Northgate');
  second = await ours.newClient('Second Ltd');
  const files = await ours.newAgent('fs-01');
  const at = (days: number, hours = 0) => new Date(NOW.getTime() - days * DAY - hours * HOUR);
  for (const [when, used] of [
    [at(3), 80],
    [at(2), 85],
    [at(1, 2), 90],
    [at(1, 1), 91],
    [at(0, 2), 92],
    [at(0, 1), null],
  ] as const)
    await files.send(fullNight(files.agent, when, used), when);
  await (await ours.newAgent('sql-01', second)).backUp([CLOUD], NOW);
  await (await theirs.newAgent('their-01')).backUp([{ ...CLOUD, repositoryKey: 'theirs' }], NOW);
  const found = await read();
  nas = found.repositories.find((one) => one.location.startsWith('sftp'))?.repositoryId ?? '';
});
afterAll(() => cast.close());

const read = (changed: Partial<RepositoryView> = {}) =>
  readRepositories(cast.web, ours.scope(), { ...ALL, ...changed }, NOW);
const locations = async (changed: Partial<RepositoryView>) =>
  (await read(changed)).repositories.map((one) => one.location.slice(0, 4));

const declareMedium = (days: number, media: string) =>
  declare(
    cast.web,
    ours.scope(),
    ours.person,
    declarationForm.parse({
      subject: { kind: 'repository', repositoryId: nas },
      said: { attribute: 'media', value: media },
      reason: 'seen',
      validUntil: new Date(NOW.getTime() + days * DAY).toISOString(),
    }),
    NOW.getTime() + days,
  );

describe('the repositories of an MSP', () => {
  test('are listed with their clients and counts, and none of another MSP', async () => {
    const { repositories, total, counts } = await read();
    expect(repositories.map((one) => [one.location.slice(0, 4), one.clientName, one.systemCount])).toEqual(
      expect.arrayContaining([
        ['sftp', "Quillmark IT's client", 1],
        ['s3:h', 'Second Ltd', 1],
      ]),
    );
    expect([total, counts]).toEqual([2, { all: 2, unreadable: 0, low: 1, due: 0 }]);
  });

  test('are found by address, client and what is wrong, and ordered as asked', async () => {
    expect(await locations({ search: 'amazon' })).toEqual(['s3:h']);
    expect(await locations({ clientId: second })).toEqual(['s3:h']);
    expect(await locations({ state: 'low' })).toEqual(['sftp']);
    expect(await locations({ sort: 'free' })).toEqual(['sftp', 's3:h']);
    expect(await locations({ sort: 'client', isReversed: true })).toEqual(['s3:h', 'sftp']);
  });

  test('are due while the newest declaration of something ends within thirty days', async () => {
    await declareMedium(20, 'nas');
    expect(await locations({ state: 'due' })).toEqual(['sftp']);
    await declareMedium(200, 'nas');
    expect(await locations({ state: 'due' })).toEqual([]);
  });
});

describe('a repository', () => {
  test('keeps the last measure of each day, and what a silent report of the day leaves out', async () => {
    const screen = await readRepository(cast.web, ours.scope(), nas, NOW);
    const days = new Map(
      screen?.history.map((day) => [day.measuredAt.toISOString().slice(0, 10), (day.usedBytes ?? 0) / GIB]),
    );
    expect(days.size).toBe(screen?.history.length);
    const dayOf = (hours: number) => new Date(NOW.getTime() - hours * HOUR).toISOString().slice(0, 10);
    expect(days.get(dayOf(72))).toBe(80);
    expect(days.get(dayOf(48))).toBe(85);
    expect(days.get(dayOf(2))).toBe(92);
    expect(screen?.history.every((day) => day.totalBytes === 100 * GIB)).toBe(true);
    expect(screen?.history.every((day) => day.rawReportId)).toBe(true);
  });

  test('says who rests on it and what it is worth to each', async () => {
    const screen = await readRepository(cast.web, ours.scope(), nas, NOW);
    expect(screen?.dependents).toMatchObject([
      { systemName: 'fs-01', copy: { isCounted: true, isOffsite: false } },
    ]);
  });

  test('is worth nothing certain to a data set whose evaluation is long overdue', async () => {
    const later = new Date(NOW.getTime() + 40 * DAY);
    const screen = await readRepository(cast.web, ours.scope(), nas, later);
    expect(screen?.dependents.map((one) => one.copy)).toEqual([null]);
  });

  test('is nothing to another MSP, nor to who is limited to another client', async () => {
    expect(await readRepository(cast.web, theirs.scope(), nas, NOW)).toBeNull();
    const limited = makeTenantScope({ ...ours.scope(), clientIds: [second] });
    expect(await readRepository(cast.web, limited, nas, NOW)).toBeNull();
    const seen = await readRepositories(cast.web, limited, ALL, NOW);
    expect(seen.repositories.map((one) => one.clientName)).toEqual(['Second Ltd']);
    expect(seen.counts.all).toBe(1);
  });
});
