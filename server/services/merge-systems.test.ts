import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CastMsp, HOUR, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { slowTest } from '@/test/slow-test';
import { listDependents } from '../data/repository-dependents';
import { readFleet } from '../data/fleet';
import { statusHistories } from '../data/status-history';
import { readSystem, type SystemDetail } from '../data/system-detail';
import { decideSystem, undoSystemDecision } from './sort-inbox';

const CLOUD = { repositoryKey: 'cloud', location: 's3:https://s3.eu-central-1.amazonaws.com/vault' };
const OLD_CLOUD = {
  repositoryKey: 'cloud-old',
  location: 's3:https://s3.eu-central-1.amazonaws.com/vault-old',
};
const DISK = { repositoryKey: 'disk', location: '/srv/backup', locationKind: 'local' } as const;
const FLEET = { search: '', status: null, sort: 'status', isReversed: false, page: 1 } as const;
const NOW = new Date();
const LATER = new Date(NOW.getTime() + HOUR);

let cast: ScreenCast;
let theirs: CastMsp;
let ours: CastMsp;
let machine: Awaited<ReturnType<CastMsp['newAgent']>>;
let renamed: Awaited<ReturnType<CastMsp['newAgent']>>;
let count = 0;

beforeAll(async () => {
  cast = await openScreenCast();
  theirs = await cast.newMsp('Northgate');
});
/** One machine that was renamed: both names have backed up the same sources. */
beforeEach(async () => {
  ours = await cast.newMsp(`Quillmark IT ${++count}`);
  machine = await ours.newAgent('fs-01');
  renamed = await ours.newAgent('fs-01-old');
  await renamed.backUp([OLD_CLOUD, DISK], NOW);
  await machine.backUp([CLOUD], NOW);
});
afterAll(() => cast.close());

async function idOf(name: string, msp = ours): Promise<string> {
  const [found] = await cast.rows('SELECT system_id FROM app.system WHERE msp_id = $1 AND name = $2', [
    msp.mspId,
    name,
  ]);
  return String(found?.['system_id']);
}

async function merge(name: string, intoSystemId: string, by = ours): Promise<void> {
  const form = { verb: 'merged', intoSystemId, reason: 'renamed in spring' } as const;
  await decideSystem(cast.web, by.scope(), by.person, await idOf(name), form, NOW.getTime());
  await ours.work(LATER);
}

async function split(name: string): Promise<void> {
  await undoSystemDecision(cast.web, ours.scope(), ours.person, await idOf(name), NOW.getTime());
  await ours.work(LATER);
}

const code = (refused: Promise<unknown>) =>
  refused.then(
    () => 'taken',
    (error: { code?: string }) => error.code,
  );

async function screenOf(name: string): Promise<SystemDetail | null> {
  return readSystem(cast.web, ours.scope(), await idOf(name), null, LATER);
}

async function domainsOf(name: string): Promise<string[] | undefined> {
  const screen = await screenOf(name);
  return screen?.dataSets[0]?.facts.repositories.map((one) => one.failureDomain.value);
}

async function systemsInFleet(): Promise<number> {
  const { totals } = await readFleet(cast.web, ours.scope(), FLEET, [], LATER);
  return Object.values(totals.systems).reduce((sum, one) => sum + one, 0);
}

describe('a system that is merged into another', () => {
  test('is a further name of it: points, runs and jobs of both stand there, the same sources as one data set', async () => {
    const before = await screenOf('fs-01');
    expect([before?.pointCount, before?.runCount, await systemsInFleet()]).toEqual([1, 1, 2]);
    await merge('fs-01-old', await idOf('fs-01'));
    const after = await screenOf('fs-01');
    expect([after?.pointCount, after?.runCount, await systemsInFleet()]).toEqual([3, 3, 1]);
    expect(after?.dataSets).toHaveLength(1);
    expect(after?.dataSets[0]?.dataSetId).toBe(before?.dataSets[0]?.dataSetId);
    expect(after?.names).toMatchObject([
      { name: 'fs-01-old', reason: 'renamed in spring', mergedByName: ours.person.name },
    ]);
    expect(await screenOf('fs-01-old')).toBeNull();
  });

  test('takes its disks along: what lies on them is no second place', async () => {
    await merge('fs-01-old', await idOf('fs-01'));
    const [dataSet] = (await screenOf('fs-01'))?.dataSets ?? [];
    const disk = dataSet?.facts.repositories.find((one) => one.locationKind === 'local');
    expect(disk?.points).toHaveLength(1);
    expect(disk?.failureDomain.value).toBe(dataSet?.facts.system.failureDomain);
  });

  test('has what is reported of it later counted there, and evaluated', async () => {
    await merge('fs-01-old', await idOf('fs-01'));
    const evaluated = async () =>
      (
        await cast.rows('SELECT evaluated_at FROM app.system_status WHERE system_id = $1', [
          await idOf('fs-01'),
        ])
      )[0];
    const before = await evaluated();
    await renamed.backUp([OLD_CLOUD], new Date(NOW.getTime() + 2 * HOUR));
    expect(await evaluated()).not.toEqual(before);
    const screen = await screenOf('fs-01');
    expect([screen?.pointCount, screen?.runCount]).toEqual([3, 4]); // its listing says that the first point is gone
  });

  test('still rests on its repositories', async () => {
    await merge('fs-01-old', await idOf('fs-01'));
    const [disk] = await cast.rows(
      "SELECT repository_id FROM app.repository WHERE msp_id = $1 AND location_kind = 'local'",
      [ours.mspId],
    );
    const dependents = await cast.web.inScope(ours.scope(), (tx) =>
      listDependents(tx, ours.mspId, String(disk?.['repository_id']), LATER),
    );
    expect(dependents.map((one) => one.systemName)).toEqual(['fs-01']);
  });

  test('is never said to have changed by the merging, and leaves no finding open behind', async () => {
    const old = await idOf('fs-01-old');
    await merge('fs-01-old', await idOf('fs-01'));
    const told = await cast.rows(
      "SELECT 1 FROM audit.event WHERE msp_id = $1 AND action = 'verdict.changed' AND body LIKE '%' || $2 || '%'",
      [ours.mspId, old],
    );
    expect(told).toHaveLength(1);
    const open = 'SELECT 1 FROM app.finding WHERE msp_id = $1 AND system_id = $2 AND closed_at IS NULL';
    expect(await cast.rows(open, [ours.mspId, old])).toEqual([]);
  });

  test('stands for itself again once it is split, with all that was and is reported of it', async () => {
    const before = [await screenOf('fs-01'), await screenOf('fs-01-old')];
    await merge('fs-01-old', await idOf('fs-01'));
    await split('fs-01-old');
    const after = [await screenOf('fs-01'), await screenOf('fs-01-old')];
    expect(after.map((one) => [one?.status, one?.pointCount, one?.runCount, one?.names])).toEqual(
      before.map((one) => [one?.status, one?.pointCount, one?.runCount, []]),
    );
    expect(await systemsInFleet()).toBe(2);
    const open = 'SELECT DISTINCT system_id FROM app.finding WHERE msp_id = $1 AND closed_at IS NULL';
    expect(await cast.rows(open, [ours.mspId])).toHaveLength(2);
    const events = await cast.rows(
      "SELECT action FROM audit.event WHERE msp_id = $1 AND action ~ '^system' ORDER BY seq",
      [ours.mspId],
    );
    expect(events.map((one) => one['action'])).toEqual(['system.merged', 'system.split']);
  });

  test('is merged only into another system of its client that is in the lists, and takes no others along', async () => {
    const [own, third] = [await idOf('fs-01'), await ours.newAgent('fs-03')];
    await third.backUp([CLOUD], NOW);
    const stranger = await ours.newAgent('web-01', await ours.newClient('Other Ltd'));
    await stranger.backUp([CLOUD], NOW);
    expect(await code(merge('fs-01', own))).toBe('conflict');
    expect(await code(merge('fs-01', await idOf('web-01')))).toBe('conflict');
    expect(await code(merge('fs-01', await idOf('fs-01-old'), theirs))).toBe('not-found');
    await merge('fs-01-old', own);
    expect(await code(merge('fs-03', await idOf('fs-01-old')))).toBe('conflict');
    expect(await code(merge('fs-01', await idOf('fs-03')))).toBe('conflict');
    expect(await systemsInFleet()).toBe(3);
  });

  test('is one machine to every system of its client: two copies on it are in one place', async () => {
    const third = await ours.newAgent('fs-03');
    const onMachine = {
      repositoryKey: 'main',
      location: 'sftp:backup@fs-01:/srv',
      locationKind: 'sftp',
    } as const;
    const onOldName = {
      repositoryKey: 'old',
      location: 'sftp:backup@fs-01-old:/srv',
      locationKind: 'sftp',
    } as const;
    await third.backUp([onMachine, onOldName], NOW);
    expect(new Set(await domainsOf('fs-03')).size).toBe(2);
    await merge('fs-01-old', await idOf('fs-01'));
    expect(await domainsOf('fs-03')).toHaveLength(2);
    expect(new Set(await domainsOf('fs-03')).size).toBe(1);
  });

  slowTest('is never merged in a row, whoever is quicker', async () => {
    await (await ours.newAgent('fs-03')).backUp([CLOUD], NOW);
    const [main, third] = [await idOf('fs-01'), await idOf('fs-03')];
    for (let round = 0; round < 5; round++) {
      const codes = await Promise.all([code(merge('fs-01-old', main)), code(merge('fs-01', third))]);
      expect(codes.toSorted()).toEqual(['conflict', 'taken']);
      await split('fs-01-old');
      await split('fs-01');
    }
  });

  test('colours no day after it has left the lists', async () => {
    await merge('fs-01-old', await idOf('fs-01'));
    const old = await idOf('fs-01-old');
    const histories = await cast.web.inScope(ours.scope(), (tx) =>
      statusHistories(tx, ours.mspId, [ours.clientId], new Date(NOW.getTime() - HOUR)),
    );
    const changes = histories.find((one) => one.systemId === old)?.changes.toSorted((a, b) => a.at - b.at);
    expect(changes?.at(0)?.status).toBe('non-compliant');
    expect(changes?.at(-1)?.status).toBeNull();
  });
});
