import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CastMsp, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { decideSystem } from '../services/sort-inbox';
import { makeTenantScope } from '../tenancy/tenant-scope';
import { findMergeTargets, hasMergeTargets } from './merge-targets';

const NOW = new Date();
const NAS = { repositoryKey: 'nas', location: 'sftp:backup@nas-01:/backup', locationKind: 'sftp' as const };
let cast: ScreenCast;
let ours: CastMsp;
let other: string;

beforeAll(async () => {
  cast = await openScreenCast();
  ours = await cast.newMsp('Quillmark IT');
  const theirs = await cast.newMsp('Northgate');
  other = await ours.newClient('Other client');
  for (const name of ['fs-01', 'big-fs-01', 'db-01', 'formerly-db']) await backUp(name);
  await (await ours.newAgent('fs-of-other', other)).backUp([NAS], NOW);
  await (await theirs.newAgent('fs-of-theirs')).backUp([NAS], NOW);
});
afterAll(() => cast.close());

async function backUp(name: string): Promise<void> {
  await (await ours.newAgent(name)).backUp([NAS], NOW);
}

async function idOf(name: string): Promise<string> {
  const [row] = await cast.rows('SELECT system_id FROM app.system WHERE name = $1', [name]);
  return String(row?.['system_id']);
}

const find = async (name: string, text: string, scope = ours.scope()) => {
  const systemId = await idOf(name);
  return cast.web.inScope(scope, (tx) => findMergeTargets(tx, scope.mspId, systemId, text));
};
const names = async (name: string, text: string) =>
  (await find(name, text))?.targets.map((target) => target.name);

describe('what a system may be merged into', () => {
  test('are the other systems of its client, those that begin with the text first', async () => {
    expect(await names('db-01', '')).toEqual(['big-fs-01', 'formerly-db', 'fs-01']);
    expect(await names('db-01', 'FS-0')).toEqual(['fs-01', 'big-fs-01']);
    expect(await names('fs-01', 'f_-01')).toEqual([]);
  });

  test('is found by a name that was merged into it, and is nothing that was merged or ignored', async () => {
    const into = await idOf('db-01');
    const merged = { verb: 'merged', intoSystemId: into, reason: 'one machine' } as const;
    await decideSystem(cast.web, ours.scope(), ours.person, await idOf('formerly-db'), merged, Date.now());
    expect(await names('fs-01', 'formerly')).toEqual(['db-01']);
    expect(await names('fs-01', '')).toEqual(['big-fs-01', 'db-01']);
  });

  test('is told in part where there is too much', async () => {
    const scope = ours.scope();
    await cast.rows(
      `INSERT INTO app.system (msp_id, system_id, client_id, name, host_key, kind)
       SELECT $1, gen_random_uuid(), $2, 'many-' || n, 'many-' || n, 'server' FROM generate_series(1, 30) n`,
      [scope.mspId, ours.clientId],
    );
    const found = await find('fs-01', 'many-');
    expect(found?.targets).toHaveLength(20);
    expect(found?.hasMore).toBe(true);
    expect(await find('fs-01', 'many-30')).toMatchObject({ targets: [{ name: 'many-30' }], hasMore: false });
  });

  test('is nothing at all where there is one system', async () => {
    const ask = (systemId: string, clientId: string) =>
      cast.web.inScope(ours.scope(), (tx) => hasMergeTargets(tx, ours.mspId, { systemId, clientId }));
    expect(await ask(await idOf('fs-of-other'), other)).toBe(false);
    expect(await ask(await idOf('fs-01'), ours.clientId)).toBe(true);
  });

  test("of another MSP's system, or of one that the person does not see, is not there", async () => {
    expect(await find('fs-of-theirs', '')).toBeNull();
    const limited = makeTenantScope({
      mspId: ours.mspId,
      clientIds: [other],
      actorId: ours.person.personId,
      role: 'technician',
    });
    expect(await find('fs-01', '', limited)).toBeNull();
    expect(await find('fs-of-other', '', limited)).toEqual({ targets: [], hasMore: false });
  });
});
