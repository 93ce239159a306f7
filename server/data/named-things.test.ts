import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeTenantScope } from '../tenancy/tenant-scope';
import { openScreenCast, type CastMsp, type ScreenCast } from '@/test/screen-cast';
import { findNamedThings } from './named-things';

const NOW = new Date();
const NAS = { repositoryKey: 'nas', location: 'sftp:backup@nas-01:/backup', locationKind: 'sftp' as const };
let cast: ScreenCast;
let ours: CastMsp;
let theirs: CastMsp;
let other: string;

beforeAll(async () => {
  cast = await openScreenCast();
  ours = await cast.newMsp('Quillmark IT');
  theirs = await cast.newMsp('Northgate');
  other = await ours.newClient('Of fs-01 100%');
  await (await ours.newAgent('fs-01')).backUp([NAS], NOW);
  await (await ours.newAgent('big-fs-01', other)).backUp([NAS], NOW);
  await (await theirs.newAgent('fs-01-theirs')).backUp([NAS], NOW);
});
afterAll(() => cast.close());

const find = (text: string, scope = ours.scope()) =>
  cast.web.inScope(scope, async (tx) =>
    (await findNamedThings(tx, ours.mspId, text)).map(({ kind, name }) => `${kind} ${name}`),
  );

describe('things found by name', () => {
  test('are clients, systems and repositories, those that begin with the text first', async () => {
    expect(await find('FS-01')).toEqual(['client Of fs-01 100%', 'system fs-01', 'system big-fs-01']);
    expect((await find('nas-01')).map((found) => found.split(' ')[0])).toEqual(['repository', 'repository']);
  });

  test('take the signs of a pattern for what they are', async () => {
    expect(await find('100%')).toEqual(['client Of fs-01 100%']);
    expect(await find('f_-01')).toEqual([]);
  });

  test('are never those of another MSP, nor of clients that the person does not see', async () => {
    expect(await find('theirs')).toEqual([]);
    const limited = makeTenantScope({
      mspId: ours.mspId,
      clientIds: [other],
      actorId: ours.person.personId,
      role: 'technician',
    });
    expect(await find('fs-01', limited)).toEqual(['client Of fs-01 100%', 'system big-fs-01']);
  });
});
