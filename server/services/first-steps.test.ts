import { randomUUID } from 'node:crypto';
import os from 'node:os';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { firstSteps } from '@/domain/first-hour/first-steps';
import { type CastMsp, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { setting } from '../config';
import { findMsp } from '../data/clients';
import { type Database, openDatabase } from '../data/database';
import { findTourSystem, hasEndedTour } from '../data/ended-tours';
import { findFirstSteps } from '../data/first-steps';
import { newestMailTo } from '../data/mail-outbox';
import { countSamples } from '../data/sample-clients';
import { openSmtpSink } from '../mail/testing/smtp-sink';
import { endTour } from './end-tour';
import { makeTenantScope } from '../tenancy/tenant-scope';
import { changeMsp, leaveOut, takeUp, testMail } from './first-steps';
import { sendDueMail } from './send-due-mail';

const NOW = Date.now();
const NAS = { repositoryKey: 'nas', location: 'sftp:backup@nas-01:/backup', locationKind: 'sftp' as const };
const OWEN = { personId: randomUUID(), email: 'owen@quillmark.example' };

let cast: ScreenCast;
let worker: Database;
let ours: CastMsp;
let theirs: CastMsp;

beforeAll(async () => {
  cast = await openScreenCast();
  worker = openDatabase({ url: cast.at.workerUrl, contextKey: setting('contextKey') });
  theirs = await cast.newMsp('Northgate');
  await (await theirs.newAgent('fs-01')).backUp([NAS], new Date(NOW));
});
beforeEach(async () => {
  ours = await cast.newMsp(`Quillmark ${randomUUID().slice(0, 8)}`);
});
afterAll(async () => {
  await worker.close();
  await cast.close();
});

const found = () => cast.web.inScope(ours.scope('owner'), (tx) => findFirstSteps(tx, ours.mspId));
const states = async () => firstSteps(await found()).states;
const events = async () =>
  (await cast.rows('SELECT action FROM audit.event WHERE msp_id = $1 ORDER BY seq', [ours.mspId])).map(
    ({ action }) => action,
  );

describe('the first steps of an MSP', () => {
  test('follow from what is there: a client, what was connected, what it reported', async () => {
    await cast.rows('UPDATE app.client SET archived_at = now() WHERE msp_id = $1', [ours.mspId]);
    expect(await states()).toEqual({ msp: 'done', mail: 'open', client: 'open', connection: 'open' });
    const clientId = await ours.newClient('Larkwell');
    const agent = await ours.newAgent('fs-01', clientId);
    expect(await found()).toMatchObject({ client: { name: 'Larkwell' }, awaitedCount: 1, firstReport: null });
    expect(await states()).toMatchObject({ client: 'done', connection: 'waiting' });
    await agent.backUp([NAS], new Date(NOW));
    expect(await found()).toMatchObject({
      awaitedCount: 0,
      firstReport: { from: 'fs-01', systemName: 'fs-01' },
    });
    expect(await states()).toMatchObject({ connection: 'done' });
  });

  test('are not done by sample data', async () => {
    await (await ours.newAgent('invented-01')).backUp([NAS], new Date(NOW));
    await ours.newAgent('invented-02');
    await cast.rows('INSERT INTO app.sample_client VALUES ($1, $2, now())', [ours.mspId, ours.clientId]);
    expect(await found()).toMatchObject({ clientCount: 0, client: null, awaitedCount: 0, firstReport: null });
    const share = await cast.web.inScope(ours.scope(), (tx) => countSamples(tx, ours.mspId));
    expect(share).toEqual({ samples: 1, clients: 1 });
  });

  test('can be left out and taken up again, as the log tells', async () => {
    const owner = ours.scope('owner');
    await leaveOut(cast.web, owner, OWEN, 'mail', NOW);
    await leaveOut(cast.web, owner, OWEN, 'line', NOW);
    expect((await found()).leftOut.toSorted()).toEqual(['line', 'mail']);
    await takeUp(cast.web, owner, OWEN, 'mail');
    expect((await found()).leftOut).toEqual(['line']);
    expect(await events()).toEqual(['first-step.left-out', 'first-step.left-out', 'first-step.taken-up']);
  });
});

test('an MSP gets another name and zone, and saying the same again is no event', async () => {
  const form = { name: 'Quill & Mark', timeZone: 'Europe/Dublin' };
  await changeMsp(cast.web, ours.scope('owner'), form);
  await changeMsp(cast.web, ours.scope('owner'), form);
  expect(await cast.web.inScope(ours.scope(), (tx) => findMsp(tx, ours.mspId))).toEqual(form);
  expect(await cast.web.inScope(theirs.scope(), (tx) => findMsp(tx, theirs.mspId))).toMatchObject({
    name: 'Northgate',
  });
  expect(await events()).toEqual(['msp.changed']);
});

const newest = () =>
  cast.web.inScope(ours.scope('owner'), (tx) => newestMailTo(tx, ours.mspId, OWEN.personId, 'mail-test'));
const send = (smtpUrl: string, nowMs: number) =>
  sendDueMail(
    worker,
    ours.mspId,
    { smtpUrl, mailFrom: 'holdfast@quillmark.example', dataDir: os.tmpdir() },
    () => new Date(nowMs),
  );

describe('a test of the mail', () => {
  test('is tried once, and tells what the server answered, whether it took it or not', async () => {
    const smtp = await openSmtpSink();
    try {
      smtp.refusal = '450 4.2.0 greylisted, come back';
      await testMail(cast.web, ours.scope('owner'), OWEN, NOW);
      await expect(testMail(cast.web, ours.scope('owner'), OWEN, NOW + 1000)).rejects.toMatchObject({
        code: 'conflict',
      });
      await send(smtp.url, NOW + 1000);
      expect(await newest()).toMatchObject({
        state: 'failed',
        problem: 'deferred',
        serverAnswer: '450 4.2.0 greylisted, come back',
      });
      expect((await found()).isMailTaken).toBe(false);

      smtp.refusal = null;
      await testMail(cast.web, ours.scope('owner'), OWEN, NOW + 10_000);
      await send(smtp.url, NOW + 10_000);
      expect(await newest()).toMatchObject({
        state: 'sent',
        sentVia: 'smtp',
        serverAnswer: expect.stringMatching(/^250 /),
        problem: null,
      });
      expect(smtp.received).toMatchObject([{ to: [OWEN.email] }]);
      expect((await found()).isMailTaken).toBe(true);
    } finally {
      await smtp.close();
    }
  });
});

test('the tour is remembered for a person alone, shows the worst system, and none of another MSP', async () => {
  const inOurs = <T>(work: Parameters<typeof cast.web.inScope<T>>[1]) => cast.web.inScope(ours.scope(), work);
  expect(await inOurs((tx) => findTourSystem(tx, ours.mspId))).toBeNull();
  await (await ours.newAgent('fs-01')).backUp([NAS], new Date(NOW));
  const [system] = await cast.rows('SELECT system_id::text AS id FROM app.system WHERE msp_id = $1', [
    ours.mspId,
  ]);
  expect(await inOurs((tx) => findTourSystem(tx, ours.mspId))).toBe(system?.['id']);
  const [mara, tom] = [randomUUID(), randomUUID()];
  const limited = makeTenantScope({
    mspId: ours.mspId,
    clientIds: [ours.clientId],
    actorId: mara,
    role: 'technician',
  });
  await endTour(cast.web, limited, mara, 'skipped', NOW);
  await endTour(cast.web, ours.scope(), mara, 'finished', NOW);
  expect(await inOurs((tx) => hasEndedTour(tx, ours.mspId, mara))).toBe(true);
  expect(await inOurs((tx) => hasEndedTour(tx, ours.mspId, tom))).toBe(false);
  expect(await events()).toEqual(expect.arrayContaining(['tour.skipped', 'tour.finished']));
});
