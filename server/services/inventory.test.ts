import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DAY } from '@/domain/time/instant';
import { type CastMsp, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { slowTest } from '@/test/slow-test';
import { type CoverageView, readCoverage } from '../data/coverage-screen';
import { makeTenantScope, type TenantScope } from '../tenancy/tenant-scope';
import { excludeMachine, includeMachine } from './exclude-machine';
import { importInventoryFile, replaceInventory } from './import-inventory';
import { previewInventory } from './preview-inventory';
import { undoInventory } from './undo-inventory';

const NOW = new Date();
const NOW_MS = NOW.getTime();
const VIEW: CoverageView = {
  search: '',
  state: null,
  clientId: null,
  sort: 'machine',
  isReversed: false,
  page: 1,
};
const HEAD = { name: 0, kind: null, site: null, client: null };

let cast: ScreenCast;
let theirs: CastMsp;
let ours: CastMsp;
let count = 0;

beforeAll(async () => {
  cast = await openScreenCast();
  theirs = await cast.newMsp('Northgate');
});
beforeEach(async () => {
  ours = await cast.newMsp(`Quillmark IT ${++count}`);
});
afterAll(() => cast.close());

/** Someone of ours who sees this client only. */
const limited = (clientId: string): TenantScope =>
  makeTenantScope({
    mspId: ours.mspId,
    clientIds: [clientId],
    actorId: ours.person.personId,
    role: 'technician',
  });
const bringIn = (
  csv: string,
  clientId: string | null = ours.clientId,
  scope = ours.scope(),
  nowMs = NOW_MS,
) =>
  importInventoryFile(
    cast.web,
    scope,
    ours.person,
    { clientId, csv, columns: null, source: 'RMM export' },
    nowMs,
  );
const undo = (importId = '') => undoInventory(cast.web, ours.scope(), ours.person, importId, NOW_MS);
const put = (...names: string[]) =>
  replaceInventory(
    cast.web,
    ours.scope(),
    ours.person,
    ours.clientId,
    { source: 'script', machines: names.map((name) => ({ name, kind: null, siteName: null })) },
    NOW_MS,
  );
const machinesOf = async (view: Partial<CoverageView> = {}, scope = ours.scope(), now = NOW) =>
  (await readCoverage(cast.web, scope, { ...VIEW, ...view }, now)).machines.map(
    ({ name, state, exclusion }) => `${name}: ${state}${exclusion ? ' (excluded)' : ''}`,
  );
const exclude = (name: string, until: number, clientId = ours.clientId, scope = ours.scope()) =>
  excludeMachine(
    cast.web,
    scope,
    ours.person,
    clientId,
    { name, ownerName: 'Mo Adeyemi', reason: 'a kiosk', until: new Date(until).toISOString() },
    NOW_MS,
  );
const actions = async (): Promise<unknown[]> =>
  (await cast.rows('SELECT action FROM audit.event WHERE msp_id = $1 ORDER BY seq', [ours.mspId])).map(
    (row) => row['action'],
  );

describe('an inventory', () => {
  test('takes the place of the one before, and can be undone list by list', async () => {
    await bringIn('Name\na\nb\n');
    const [second] = await bringIn('Name;Site\na;Leeds\nc;\n');
    expect(second).toMatchObject({ added: 1, changed: 1, same: 0, gone: 1 });
    expect(await machinesOf()).toEqual(['a: not-covered', 'c: not-covered']);
    await undo(second?.importId);
    expect(await machinesOf()).toEqual(['a: not-covered', 'b: not-covered']);
    const screen = await readCoverage(cast.web, ours.scope(), VIEW, NOW);
    await undo(screen.imports[0]?.importId);
    expect(await machinesOf()).toEqual([]);
    expect(await actions()).toEqual([
      'inventory.imported',
      'inventory.imported',
      'inventory.import-undone',
      'inventory.import-undone',
    ]);
  });

  test('is undone newest first, and once', async () => {
    const [first] = await bringIn('Name\na');
    const [second] = await bringIn('Name\nb');
    await expect(undo(first?.importId)).rejects.toMatchObject({ code: 'conflict' });
    await undo(second?.importId);
    await expect(undo(second?.importId)).rejects.toMatchObject({ code: 'not-found' });
  });

  test('is previewed without being changed: what is new, changed, same, gone and unreadable, each with its line', async () => {
    await bringIn('Name,Type\nsame,Server\nchanged,Server\ngone,Server');
    const csv = 'Name,Type\nsame,Server\nchanged,VM\nnew,NAS\n,Server\nnew,NAS\n';
    const form = { clientId: ours.clientId, csv, columns: null };
    const { rows, counts } = await previewInventory(cast.web, ours.scope(), form);
    expect(rows.map(({ state, line, name, problem }) => [state, line, name, problem?.why])).toEqual([
      ['unreadable', 5, '', 'no-name'],
      ['unreadable', 6, 'new', 'twice'],
      ['gone', null, 'gone', undefined],
      ['new', 4, 'new', undefined],
      ['changed', 3, 'changed', undefined],
      ['same', 2, 'same', undefined],
    ]);
    expect(counts).toEqual({ unreadable: 2, gone: 1, new: 1, changed: 1, same: 1 });
    expect(await machinesOf()).toEqual(['changed: not-covered', 'gone: not-covered', 'same: not-covered']);
  });

  test('of several clients goes to those that a column names, and leaves the others alone', async () => {
    const other = await ours.newClient('Ashworth');
    const third = await ours.newClient('Barlow');
    await bringIn('Name\nkept', third);
    const csv = 'Customer,Name\nashworth,x\nBARLOW & Sons,y\n';
    const { rows } = await previewInventory(cast.web, ours.scope(), { clientId: null, csv, columns: null });
    expect(rows.map((row) => [row.state, row.problem?.why])).toEqual([
      ['unreadable', 'unknown-client'],
      ['new', undefined],
    ]);
    await bringIn(csv, null);
    expect(await machinesOf({ clientId: other })).toEqual(['x: not-covered']);
    expect(await machinesOf({ clientId: third })).toEqual(['kept: not-covered']);
  });

  test.each<[string, string, typeof HEAD | null, string]>([
    ['nothing', '', null, 'csv'],
    ['a head that names no column', 'Bezeichnung\nfs-01', null, 'columns'],
    ['a column that is not there', 'Name\nfs-01', { ...HEAD, name: 7 }, 'columns'],
    ['only rows that cannot be read', 'Name,Site\n,Leeds', null, 'csv'],
  ])('is refused with %s, and the field is named', async (_, csv, columns, field) => {
    const form = { clientId: ours.clientId, csv, columns, source: 'RMM export' };
    await expect(
      importInventoryFile(cast.web, ours.scope(), ours.person, form, NOW_MS),
    ).rejects.toMatchObject({ code: 'invalid-request', fields: { [field]: expect.any(String) } });
  });

  test('comes by the API too, each machine once', async () => {
    expect(await put('a', 'b')).toMatchObject({ added: 2, gone: 0 });
    expect(await put('a')).toMatchObject({ added: 0, same: 1, gone: 1 });
    await expect(put('a', 'A.')).rejects.toMatchObject({ fields: { 'machines.1.name': expect.any(String) } });
  });

  slowTest('takes twenty thousand rows', async () => {
    const csv = `Name\n${Array.from({ length: 20_000 }, (_, index) => `pc-${index}`).join('\n')}`;
    expect(await bringIn(csv)).toMatchObject([{ added: 20_000 }]);
    expect(await bringIn(csv)).toMatchObject([{ added: 0, same: 20_000 }]);
  });

  test('is not there for another MSP, nor for who does not see the client', async () => {
    const [made] = await bringIn('Name\na');
    const other = await ours.newClient('Ashworth');
    for (const scope of [theirs.scope(), limited(other)]) {
      const missing = { code: 'not-found' };
      await expect(bringIn('Name\nx', ours.clientId, scope)).rejects.toMatchObject(missing);
      await expect(
        undoInventory(cast.web, scope, ours.person, made?.importId ?? '', NOW_MS),
      ).rejects.toMatchObject(missing);
      await expect(exclude('a', NOW_MS + DAY, ours.clientId, scope)).rejects.toMatchObject(missing);
      expect(await machinesOf({}, scope)).toEqual([]);
    }
    const name = String(
      (await cast.rows('SELECT name FROM app.client WHERE client_id = $1', [ours.clientId]))[0]?.['name'],
    );
    await expect(bringIn(`Client,Name\n${name},x`, null, limited(other))).rejects.toMatchObject({
      fields: { csv: expect.any(String) },
    });
    expect(await machinesOf()).toEqual(['a: not-covered']);
  });
});

describe('the coverage', () => {
  test('is told from both sides once there is an inventory', async () => {
    const machine = await ours.newAgent('fs-01.corp.local');
    const repository = { repositoryKey: 'vault', location: 's3:https://s3.eu-central-1.amazonaws.com/vault' };
    await machine.backUp([repository], NOW);
    expect(await machinesOf()).toEqual([]);
    await bringIn('Name\nFS-01\nhr-02');
    expect(await machinesOf()).toEqual(['FS-01: backed-up', 'hr-02: not-covered']);
    await bringIn('Name\nhr-02');
    expect(await machinesOf()).toEqual(['fs-01.corp.local: not-in-inventory', 'hr-02: not-covered']);
    expect(await machinesOf({ state: 'not-covered' })).toEqual(['hr-02: not-covered']);
    expect(await machinesOf({ search: 'FS-01' })).toEqual(['fs-01.corp.local: not-in-inventory']);
  });

  test('labels what is excluded until it ends, or is taken back', async () => {
    await bringIn('Name\nkiosk');
    const exclusionId = await exclude('KIOSK', NOW_MS + DAY);
    expect(await machinesOf()).toEqual(['kiosk: not-covered (excluded)']);
    expect(await machinesOf({}, ours.scope(), new Date(NOW_MS + DAY))).toEqual(['kiosk: not-covered']);
    await includeMachine(cast.web, ours.scope(), ours.person, exclusionId, NOW_MS);
    expect(await machinesOf()).toEqual(['kiosk: not-covered']);
    const again = includeMachine(cast.web, ours.scope(), ours.person, exclusionId, NOW_MS);
    await expect(again).rejects.toMatchObject({ code: 'not-found' });
    const byOthers = includeMachine(cast.web, theirs.scope(), theirs.person, exclusionId, NOW_MS);
    await expect(byOthers).rejects.toMatchObject({ code: 'not-found' });
  });

  test('takes a newer word about the same machine for the older one', async () => {
    await bringIn('Name\nkiosk');
    await exclude('kiosk', NOW_MS + DAY);
    await exclude('kiosk', NOW_MS + 2 * DAY);
    expect(await machinesOf({}, ours.scope(), new Date(NOW_MS + DAY))).toEqual([
      'kiosk: not-covered (excluded)',
    ]);
  });

  test.each([
    ['past', -1],
    ['more than 400 days away', 400 * DAY + 1],
  ])('takes no exclusion whose end is %s', async (_, inMs) => {
    await expect(exclude('kiosk', NOW_MS + inMs)).rejects.toMatchObject({
      fields: { until: expect.any(String) },
    });
  });
});
