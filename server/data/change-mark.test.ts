import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClient } from '../services/create-client';
import { openScreenCast, type CastMsp, type ScreenCast } from '@/test/screen-cast';
import { changeMark } from './change-mark';

const NOW = new Date();
const CLOUD = { repositoryKey: 'cloud', location: 's3:https://s3.eu-central-1.amazonaws.com/vault' };
let cast: ScreenCast;
let ours: CastMsp;
let theirs: CastMsp;

beforeAll(async () => {
  cast = await openScreenCast();
  ours = await cast.newMsp('Quillmark IT');
  theirs = await cast.newMsp('Northgate');
});
afterAll(() => cast.close());

const markOf = (msp: CastMsp, clientId: string | null = null) =>
  cast.web.inScope(msp.scope(), (tx) => changeMark(tx, msp.mspId, clientId));

describe('the mark of changes', () => {
  test('stays while nothing happens, and differs for each step that a report takes', async () => {
    const agent = await ours.newAgent('fs-01');
    const marks = [await markOf(ours)];
    expect(await markOf(ours)).toBe(marks[0]);
    await agent.send({}, NOW, false);
    marks.push(await markOf(ours));
    await ours.work(NOW);
    marks.push(await markOf(ours));
    await agent.backUp([CLOUD], new Date(NOW.getTime() + 1000));
    marks.push(await markOf(ours));
    expect(new Set(marks).size).toBe(4);
  });

  test('differs when somebody changes something', async () => {
    const before = await markOf(ours);
    await createClient(cast.web, ours.scope(), { name: 'New Ltd', timeZone: 'UTC' }, Date.now());
    expect(await markOf(ours)).not.toBe(before);
  });

  test('is that of one client where one is asked for, and never moved by another MSP', async () => {
    const other = await ours.newClient('Quiet Ltd');
    const before = [await markOf(ours), await markOf(ours, other)];
    await (await theirs.newAgent('theirs')).backUp([CLOUD], NOW);
    expect([await markOf(ours), await markOf(ours, other)]).toEqual(before);
    await (await ours.newAgent('fs-02')).backUp([CLOUD], new Date(NOW.getTime() + 2000));
    expect(await markOf(ours)).not.toBe(before[0]);
    expect(await markOf(ours, other)).toBe(before[1]);
  });
});
