import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type CastMsp, HOUR, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { storedVerdicts } from '../data/stored-verdicts';
import { listDependents } from '../data/repository-dependents';
import { readSystem, type SystemDetail } from '../data/system-detail';
import { makeTenantScope, type TenantScope } from '../tenancy/tenant-scope';
import { dataSetMergeForm, mergeDataSets, splitDataSet } from './merge-data-sets';

const NOW = new Date();
const LATER = new Date(NOW.getTime() + HOUR);
const vault = (name: string, ...paths: string[]) => ({
  repositoryKey: name,
  location: `s3:https://s3.eu-central-1.amazonaws.com/${name}`,
  paths,
});

let cast: ScreenCast;
let theirs: CastMsp;
let ours: CastMsp;
let machine: Awaited<ReturnType<CastMsp['newAgent']>>;
let systemId: string;
let count = 0;

beforeAll(async () => {
  cast = await openScreenCast();
  theirs = await cast.newMsp('Northgate');
});
/** A machine whose /srv became /data: the old repository holds the one, the new one the other. */
beforeEach(async () => {
  ours = await cast.newMsp(`Quillmark IT ${++count}`);
  machine = await ours.newAgent('fs-01');
  await machine.backUp([vault('old', '/srv', '/home'), vault('new', '/data')], NOW);
  systemId = await idOf('SELECT system_id AS id FROM app.system WHERE msp_id = $1', [ours.mspId]);
});
afterAll(() => cast.close());

async function idOf(sql: string, values: readonly unknown[]): Promise<string> {
  return String((await cast.rows(sql, values))[0]?.['id']);
}

const dataSet = (name: string) =>
  idOf('SELECT data_set_id AS id FROM app.data_set WHERE msp_id = $1 AND name = $2', [ours.mspId, name]);

const OLD = '/home, /srv';
const NEW = '/data';

async function merge(from = OLD, into = NEW, scope: TenantScope = ours.scope()): Promise<void> {
  const form = { intoDataSetId: await dataSet(into), isSameData: true, reason: 'renamed in spring' } as const;
  await mergeDataSets(cast.web, scope, ours.person, await dataSet(from), form, NOW.getTime());
  await ours.work(LATER);
}

async function split(name = OLD): Promise<void> {
  await splitDataSet(cast.web, ours.scope(), ours.person, await dataSet(name), NOW.getTime());
  await ours.work(LATER);
}

async function screen(): Promise<SystemDetail> {
  const found = await readSystem(cast.web, ours.scope(), systemId, null, LATER);
  if (!found) throw new Error('the system is gone');
  return found;
}

const names = (of: SystemDetail) => of.dataSets.map((one) => one.name).toSorted();
const stored = () => cast.web.inScope(ours.scope(), (tx) => storedVerdicts(tx, ours.mspId, [systemId]));
const code = (refused: Promise<unknown>) =>
  refused.then(
    () => 'taken',
    (error: { code?: string }) => error.code,
  );

test('two data sets that are the same data are judged as one, by whose word is said, and nothing is moved', async () => {
  const before = await cast.rows('SELECT point_id, data_set_id FROM app.recovery_point ORDER BY 1');
  expect(names(await screen())).toEqual([NEW, OLD]);
  await merge();
  const after = await screen();
  expect(names(after)).toEqual([NEW]);
  const [one] = after.dataSets;
  expect(
    one?.verdict.copies.map(({ repositoryName, isCounted, heldAs }) => [repositoryName, isCounted, heldAs]),
  ).toEqual([
    [expect.stringContaining('new'), true, null],
    [expect.stringContaining('old'), true, OLD],
  ]);
  expect(one?.verdict.digits.copies.actual).toBe(3);
  expect(one?.verdict.reasons.at(-1)).toMatchObject({
    code: 'counted-as-one',
    name: OLD,
    by: ours.person.name,
  });
  expect(after.pointCount).toBe(2);
  expect(after.merges).toMatchObject([
    {
      name: OLD,
      intoName: NEW,
      reason: 'renamed in spring',
      mergedByName: ours.person.name,
      isLapsed: false,
    },
  ]);
  expect(await cast.rows('SELECT point_id, data_set_id FROM app.recovery_point ORDER BY 1')).toEqual(before);
});

test('what is stored follows at once: one verdict, no finding left open behind, and it can be taken back', async () => {
  const old = await dataSet(OLD);
  expect(await stored()).toHaveLength(2);
  await merge();
  expect((await stored()).map((one) => one.dataSetName)).toEqual([NEW]);
  const open = 'SELECT 1 FROM app.finding WHERE data_set_id = $1 AND closed_at IS NULL';
  expect(await cast.rows(open, [old])).toEqual([]);
  await split();
  expect((await stored()).map((one) => one.dataSetName).toSorted()).toEqual([NEW, OLD]);
  expect(names(await screen())).toEqual([NEW, OLD]);
  expect((await screen()).merges).toEqual([]);
  const actions = await cast.rows(
    "SELECT action FROM audit.event WHERE msp_id = $1 AND action LIKE 'data-set.%' ORDER BY seq",
    [ours.mspId],
  );
  expect(actions.map((one) => one['action'])).toEqual(['data-set.merged', 'data-set.split']);
});

test('a link to the data set that was merged leads to the one that it is, and its repository tells its copy', async () => {
  const old = await dataSet(OLD);
  await merge();
  expect((await readSystem(cast.web, ours.scope(), systemId, old, LATER))?.chosen?.name).toBe(NEW);
  const repositoryId = await idOf(
    "SELECT repository_id AS id FROM app.repository WHERE msp_id = $1 AND location LIKE '%old'",
    [ours.mspId],
  );
  const dependents = await cast.web.inScope(ours.scope(), (tx) =>
    listDependents(tx, ours.mspId, repositoryId, LATER),
  );
  expect(dependents).toMatchObject([{ dataSetName: OLD, copy: { isCounted: true, heldAs: OLD } }]);
});

test('a point that lacks a source of its own name is no copy under the other either', async () => {
  await merge();
  await machine.backUp([vault('old', '/srv')], LATER);
  const [one] = (await screen()).dataSets;
  const copy = one?.verdict.copies.find(({ repositoryName }) => repositoryName.includes('old'));
  expect(copy?.rejections).toMatchObject([{ code: 'sources-missing', missing: ['/home'] }]);
});

test('once one of them holds more, the word holds no longer: each is judged for itself, and the screen says so', async () => {
  await merge();
  await machine.backUp([vault('new', '/data', '/etc')], LATER);
  const after = await screen();
  expect(after.dataSets).toHaveLength(2);
  expect(after.merges).toMatchObject([{ isLapsed: true }]);
  expect(await stored()).toHaveLength(2);
  for (const { verdict } of after.dataSets) expect(verdict.digits.copies.actual).toBe(2);
});

test('only what may be the same data is merged', async () => {
  await machine.backUp([vault('third', '/mail'), vault('fourth', '/home', '/mail', '/web')], NOW);
  const web = '/home, /mail, /web';
  const refused = (from: string, into: string) => code(merge(from, into));
  expect(await refused(OLD, OLD)).toBe('conflict');
  await merge();
  expect(await refused(OLD, web)).toBe('conflict'); // merged already
  expect(await refused(NEW, web)).toBe('conflict'); // has another merged into it
  expect(await refused(web, OLD)).toBe('conflict'); // merged itself
  await split();
  const other = await ours.newAgent('fs-02');
  await other.backUp([vault('elsewhere', '/other')], NOW);
  expect(await refused(OLD, '/other')).toBe('conflict');
  await cast.rows("UPDATE app.data_set SET capture = 'database' WHERE data_set_id = $1", [
    await dataSet(NEW),
  ]);
  expect(await refused(OLD, NEW)).toBe('conflict');
  await cast.rows("UPDATE app.data_set SET capture = 'files', sources = '{/srv}' WHERE data_set_id = $1", [
    await dataSet(NEW),
  ]);
  expect(await refused(OLD, NEW)).toBe('conflict'); // a part of the other
  await cast.rows("UPDATE app.data_set SET sources = '{}' WHERE data_set_id = $1", [await dataSet(NEW)]);
  expect(await refused(OLD, NEW)).toBe('conflict'); // nobody knows what it holds
});

test('nobody merges without saying that it is the same data, nor without a reason', () => {
  const form = { intoDataSetId: randomUUID(), isSameData: true, reason: 'renamed' };
  expect(dataSetMergeForm.safeParse(form).success).toBe(true);
  for (const wrong of [{ isSameData: false }, { isSameData: undefined }, { reason: ' ' }])
    expect(dataSetMergeForm.safeParse({ ...form, ...wrong }).success).toBe(false);
});

test('another MSP’s data set, and one of a client that is not seen, is not there', async () => {
  expect(await code(merge(OLD, NEW, theirs.scope()))).toBe('not-found');
  const elsewhere = makeTenantScope({
    mspId: ours.mspId,
    clientIds: [await ours.newClient('Another')],
    actorId: ours.person.personId,
    role: 'technician',
  });
  expect(await code(merge(OLD, NEW, elsewhere))).toBe('not-found');
  await merge();
  expect(await code(splitDataSet(cast.web, theirs.scope(), theirs.person, await dataSet(OLD), 0))).toBe(
    'not-found',
  );
  expect(names(await screen())).toEqual([NEW]);
});

test('of two who merge crosswise at once one is refused, and neither data set is lost', async () => {
  const outcomes = await Promise.all([code(merge(OLD, NEW)), code(merge(NEW, OLD))]);
  expect(outcomes.toSorted()).toEqual(['conflict', 'taken']);
  expect((await screen()).dataSets).toHaveLength(1);
});
