import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { clientSentence } from '@/domain/portal/client-sentence';
import { clientStatus } from '@/domain/protection/system-status';
import { type CastMsp, HOUR, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { listQueue } from '../data/finding-queue';
import { readFleet } from '../data/fleet';
import { readPortal } from '../data/portal';
import { makeTenantScope } from '../tenancy/tenant-scope';
import { decideRisk, riskDecisionForm } from './decide-risk';
import { waiveCauses } from './waive-causes';

const NOW = Date.now();
const DAY = 24 * HOUR;
const CLOUD = { repositoryKey: 'cloud', location: 's3:https://s3.eu-central-1.amazonaws.com/vault' };
const LEADER = { personId: randomUUID(), name: 'Rosalind Tarn' };
const FLEET = { search: '', status: null, sort: 'status', isReversed: false, page: 1 } as const;

let cast: ScreenCast;
let ours: CastMsp;
let otherClientId: string;
let count = 0;

beforeAll(async () => {
  cast = await openScreenCast();
});
/** A client with one machine that has one copy only, and another client. */
beforeEach(async () => {
  ours = await cast.newMsp(`Quillmark IT ${++count}`);
  otherClientId = await ours.newClient('Harrowmere');
  await (await ours.newAgent('fs-01')).backUp([CLOUD], new Date(NOW));
  await (await ours.newAgent('db-01', otherClientId)).backUp([CLOUD], new Date(NOW));
});
afterAll(() => cast.close());

const leader = (clientIds: readonly string[] = [ours.clientId]) =>
  makeTenantScope({ mspId: ours.mspId, clientIds, actorId: LEADER.personId, role: 'leader' });

async function waive(): Promise<string> {
  const { causes } = await cast.web.inScope(ours.scope(), (tx) =>
    listQueue(
      tx,
      { mspId: ours.mspId, personId: ours.person.personId, now: new Date(NOW) },
      {
        tab: 'open',
        search: '',
        severity: null,
        clientId: ours.clientId,
        rule: null,
        group: 'harm',
        page: 1,
      },
    ),
  );
  const made = await waiveCauses(
    cast.web,
    ours.scope(),
    ours.person,
    {
      causes: causes.map(({ causeId }) => ({ causeId, version: null })),
      reason: 'The second copy comes with the new contract.',
      approverName: 'Rosalind Tarn',
      until: new Date(NOW + 30 * DAY).toISOString(),
    },
    NOW,
  );
  return made.changeId;
}

const portalOf = async (clientId = ours.clientId, scope = leader()) =>
  readPortal(cast.web, scope, clientId, new Date(NOW));

const decide = (changeId: string, given: object, scope = leader(), clientId = ours.clientId) =>
  decideRisk(cast.web, scope, LEADER, clientId, riskDecisionForm.parse({ changeId, ...given }), NOW);

async function events(): Promise<unknown[]> {
  const found = await cast.rows('SELECT action FROM audit.event WHERE msp_id = $1 ORDER BY seq', [
    ours.mspId,
  ]);
  return found.map(({ action }) => action);
}

test('the portal’s sentence rests on what the fleet shows of the same client', async () => {
  const portal = await portalOf();
  const fleet = await readFleet(cast.web, ours.scope(), FLEET, [], new Date(NOW));
  const row = fleet.rows.find(({ clientId }) => clientId === ours.clientId);
  expect(portal && clientStatus(portal.counts)).toBe(row?.status);
  expect(portal?.counts).toEqual(row?.counts);
  expect(portal && clientSentence(portal.counts)).toBe('No. Your only system is not protected as agreed.');
  expect(portal?.openPoints.length).toBeGreaterThan(0);
});

test('what waits too long to be judged is no yes: the portal says unknown, as the fleet does', async () => {
  await cast.rows(
    "UPDATE app.system_status SET status = 'compliant', changes_at = $2 WHERE msp_id = $1 AND client_id = $3",
    [ours.mspId, new Date(NOW - HOUR), ours.clientId],
  );
  const portal = await portalOf();
  expect(portal && clientSentence(portal.counts)).toMatch(/^Nobody can say at the moment/);
  expect(portal?.ground.laggingCount).toBe(1);
  const fleet = await readFleet(cast.web, ours.scope(), FLEET, [], new Date(NOW));
  expect(fleet.rows.find(({ clientId }) => clientId === ours.clientId)?.status).toBe('unknown');
});

test('a leader finds their own company, and neither another one nor one of another MSP', async () => {
  expect((await portalOf())?.client.clientId).toBe(ours.clientId);
  expect(await portalOf(otherClientId)).toBeNull();
  const theirs = await cast.newMsp(`Northgate ${count}`);
  expect(await portalOf(theirs.clientId)).toBeNull();
  expect(await portalOf(ours.clientId, leader([]))).toBeNull();
});

test('a signed risk carries the leader’s name, runs on, and is in the log', async () => {
  const changeId = await waive();
  expect((await portalOf())?.risks).toMatchObject([{ changeId, decision: null }]);
  await decide(changeId, { decision: 'signed', comment: '' });
  expect((await portalOf())?.risks).toMatchObject([
    { changeId, decision: 'signed', decidedByName: 'Rosalind Tarn', isWithdrawn: false },
  ]);
  expect((await events()).at(-1)).toBe('risk.signed');
  await expect(decide(changeId, { decision: 'signed', comment: '' })).rejects.toMatchObject({
    code: 'conflict',
  });
});

test('a declined risk is nobody’s any more: it is open again, with what the leader said', async () => {
  const changeId = await waive();
  await ours.work(new Date(NOW));
  expect((await portalOf())?.openPoints).toEqual([]);
  await decide(changeId, { decision: 'declined', comment: 'Order the second copy.' });
  await ours.work(new Date(NOW));
  const portal = await portalOf();
  expect(portal?.openPoints.length).toBeGreaterThan(0);
  expect(portal?.risks).toMatchObject([
    { decision: 'declined', comment: 'Order the second copy.', isWithdrawn: true },
  ]);
  expect((await events()).at(-1)).toBe('risk.declined');
});

test('declining without a word, another company’s risk and one that is not there are refused', async () => {
  const changeId = await waive();
  expect(riskDecisionForm.safeParse({ changeId, decision: 'declined', comment: ' ' }).success).toBe(false);
  const said = { decision: 'signed', comment: '' };
  await expect(decide(changeId, said, leader([otherClientId]))).rejects.toMatchObject({ code: 'not-found' });
  await expect(decide(changeId, said, leader(), otherClientId)).rejects.toMatchObject({ code: 'not-found' });
  await expect(decide(randomUUID(), said)).rejects.toMatchObject({ code: 'not-found' });
  expect((await portalOf())?.risks).toMatchObject([{ decision: null }]);
});
