import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type CastMsp, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { findChosenFrameworks } from '../data/chosen-frameworks';
import { assignPolicy } from './assign-policy';
import { chooseFrameworks, frameworksForm, readFrameworkUse } from './choose-frameworks';
import { createPolicy } from './publish-policy';

const NOW = Date.parse('2026-10-31T12:00:00Z');

let cast: ScreenCast;
let ours: CastMsp;
let theirs: CastMsp;
let count = 0;

beforeAll(async () => {
  cast = await openScreenCast();
});
beforeEach(async () => {
  ours = await cast.newMsp(`Quillmark IT ${++count}`);
  theirs = await cast.newMsp(`Northgate ${count}`);
});
afterAll(() => cast.close());

const choose = (frameworks: string[]) =>
  chooseFrameworks(cast.web, ours.scope('admin'), ours.person.personId, { frameworks }, new Date(NOW));
const chosenOf = (msp: CastMsp) =>
  cast.web.inScope(msp.scope('read-only'), (tx) => findChosenFrameworks(tx, msp.mspId));

test('what is chosen stands in the order of the table, is noted once, and is nobody else’s', async () => {
  await choose(['SOX', 'HIPAA']);
  await choose(['HIPAA', 'SOX']);
  expect(await chosenOf(ours)).toEqual(['HIPAA', 'SOX']);
  expect(await chosenOf(theirs)).toEqual([]);
  await choose([]);
  expect(await chosenOf(ours)).toEqual([]);
  const events = await cast.rows(
    "SELECT body::jsonb -> 'details' AS details FROM audit.event WHERE msp_id = $1 AND action = 'frameworks.chosen' ORDER BY seq",
    [ours.mspId],
  );
  expect(events.map(({ details }) => details)).toEqual([
    { from: [], frameworks: ['HIPAA', 'SOX'] },
    { from: ['HIPAA', 'SOX'], frameworks: [] },
  ]);
  expect(frameworksForm.safeParse({ frameworks: ['of nobody'] }).success).toBe(false);
});

test('whom a framework binds is told by what holds, with what its clauses have against it', async () => {
  const admin = ours.scope('admin');
  const DAY_S = 86_400;
  const promised = {
    name: 'Quarterly',
    overrides: { frameworks: ['CIS v8'], restoreTestCadenceSeconds: 200 * DAY_S, requiresEncryption: true },
  };
  const policyId = await createPolicy(cast.web, admin, ours.person, promised, NOW);
  const useOf = async (name: string, msp = ours) => {
    const use = await cast.web.inScope(msp.scope('read-only'), (tx) =>
      readFrameworkUse(tx, msp.mspId, new Date(NOW + 1)),
    );
    return use.find(({ framework }) => framework === name);
  };
  expect(await useOf('CIS v8')).toMatchObject({
    clients: [],
    policies: [{ id: policyId, name: 'Quarterly', notes: [{ clause: 'CIS Controls v8, 11.5' }] }],
  });
  const client = { level: 'client', clientId: ours.clientId } as const;
  await assignPolicy(cast.web, admin, ours.person, policyId, client, NOW);
  expect(await useOf('CIS v8')).toMatchObject({
    clients: [{ id: ours.clientId, notes: [{ framework: 'CIS v8', clause: 'CIS Controls v8, 11.5' }] }],
  });
  expect(await useOf('SOX')).toEqual({ framework: 'SOX', clients: [], policies: [] });
  expect(await useOf('CIS v8', theirs)).toMatchObject({ clients: [], policies: [] });
});
