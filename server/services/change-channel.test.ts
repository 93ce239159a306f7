import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { proposedProduct } from '@/domain/connect/undecided';
import { openIngestDoor } from '@/ingest/testing/ingest-door';
import { setting } from '@/server/config';
import { openIngestStore } from '@/server/data/ingest-store';
import { readArrivedMessages, readChannel, readChannels } from '@/server/data/channel-screens';
import type { ChannelView } from '@/server/data/channel-lists';
import { type CastMsp, HOUR, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { changeChannel, channelChange, channelVersion, setCheckPaused } from './change-channel';
import { channelForm, closeChannel, openChannel } from './open-channel';
import { retryReports } from './sort-inbox';
import { createMessageIntake } from './take-messages';

let cast: ScreenCast;
let ours: CastMsp;
let theirs: CastMsp;
let door: Awaited<ReturnType<typeof openIngestDoor>>;
let count = 0;

beforeAll(async () => {
  cast = await openScreenCast();
  door = await openIngestDoor(cast.at.ingestUrl);
});
beforeEach(async () => {
  ours = await cast.newMsp(`Quillmark IT ${++count}`);
  theirs = await cast.newMsp(`Northgate ${count}`);
});
afterAll(async () => {
  await door.close();
  await cast.close();
});

const open = (form: Record<string, unknown> = {}) =>
  openChannel(
    cast.web,
    ours.scope(),
    'Mara',
    ours.clientId,
    channelForm.parse({ kind: 'ping', name: 'nightly files', hostname: 'fs-01', ...form }),
    new Date(),
  );
const change = (channelId: string, said: Record<string, unknown>, msp = ours) =>
  changeChannel(cast.web, msp.scope(), channelId, channelChange.parse(said), Date.now());
const ping = async (asked: string, body = '') => {
  const { status } = await fetch(`${door.url}/ping/${asked}`, { method: 'POST', body });
  expect(status).toBe(200);
  await ours.work(new Date());
};
const screen = async (channelId: string, now = new Date()) => {
  const read = await readChannel(cast.web, ours.scope(), channelId, now);
  if (!read) throw new Error('no channel');
  return read;
};
const ALL: ChannelView = {
  search: '',
  state: null,
  clientId: null,
  sort: 'state',
  isReversed: false,
  page: 1,
};
const list = (view: Partial<ChannelView> = {}, now = new Date()) =>
  readChannels(cast.web, ours.scope(), { ...ALL, ...view }, now);
const events = async () =>
  (
    await cast.rows(
      `SELECT action, body::jsonb -> 'details' AS details FROM audit.event
       WHERE msp_id = $1 AND action LIKE 'channel.%' ORDER BY seq`,
      [ours.mspId],
    )
  ).map(({ action, details }) => [action, details]);

describe('a channel is changed', () => {
  test('and its next message tells of what was said anew; before and after are in the log', async () => {
    const { channelId, address } = await open();
    await ping(address);
    await change(channelId, { name: 'weekly files', hostname: 'fs-02', check: { graceSeconds: 7200 } });
    await ping(address);
    const { messages, settings } = await screen(channelId);
    expect(messages.map(({ runs }) => runs.map(({ systemName }) => systemName))).toEqual([
      ['fs-02'],
      ['fs-01'],
    ]);
    expect(settings).toMatchObject({
      name: 'weekly files',
      check: { graceSeconds: 7200, timeoutSeconds: 86_400 },
    });
    expect((await events()).at(-1)).toEqual([
      'channel.changed',
      {
        name: 'weekly files',
        before: { name: 'nightly files', hostname: 'fs-01', graceSeconds: 3600 },
        after: { name: 'weekly files', hostname: 'fs-02', graceSeconds: 7200 },
      },
    ]);
  });

  test('and what says the same changes and logs nothing', async () => {
    const { channelId } = await open();
    const before = await events();
    await change(channelId, { name: 'nightly files', check: { graceSeconds: 3600 } });
    expect(await events()).toEqual(before);
  });

  test('and its silence moves with its settings at once', async () => {
    const { channelId, address } = await open();
    await ping(address);
    const now = new Date();
    const at = (hours: number) => new Date(now.getTime() + hours * HOUR);
    expect((await screen(channelId, at(24.5))).channel.state).toBe('reporting');
    await change(channelId, { check: { timeoutSeconds: 3600, graceSeconds: 3600 } });
    expect((await screen(channelId, at(1.9))).channel.state).toBe('reporting');
    expect((await screen(channelId, at(2.1))).channel.state).toBe('silent');
  });

  test('not over what somebody else said meanwhile', async () => {
    const { channelId } = await open();
    const version = channelVersion((await screen(channelId)).settings);
    await change(channelId, { version, name: 'first' });
    await expect(change(channelId, { version, name: 'second' })).rejects.toMatchObject({ code: 'conflict' });
    expect((await screen(channelId)).settings.name).toBe('first');
  });

  test('not when it is closed, nor by another MSP, nor to a repository or job that is not its client’s', async () => {
    const { channelId } = await open();
    await expect(change(channelId, { name: 'x' }, theirs)).rejects.toMatchObject({ code: 'not-found' });
    await expect(change(channelId, { repositoryId: randomUUID() })).rejects.toMatchObject({
      code: 'not-found',
    });
    await expect(change(channelId, { jobId: randomUUID() })).rejects.toMatchObject({ code: 'not-found' });
    await closeChannel(cast.web, ours.scope(), channelId);
    await expect(change(channelId, { name: 'x' })).rejects.toMatchObject({ code: 'conflict' });
    expect((await screen(channelId)).settings.name).toBe('nightly files');
  });

  test('a mail has no check', async () => {
    const { channelId } = await open({ kind: 'mail' });
    await change(channelId, { product: 'cove' });
    await expect(change(channelId, { check: { graceSeconds: 60 } })).rejects.toMatchObject({
      code: 'invalid-request',
    });
  });
});

test.each([
  ['an empty name', { name: '  ' }],
  ['an unknown field', { address: 'mine' }],
  ['a minute that is none', { check: { timeoutSeconds: 59 } }],
  ['a schedule that is none', { check: { schedule: 'every night' } }],
  ['a zone that is none', { check: { timeZone: 'Mars/Olympus' } }],
  ['a slug with capitals', { check: { slug: 'Nightly' } }],
])('%s is refused', (_, said) => {
  expect(channelChange.safeParse(said).success).toBe(false);
});

describe('the list of channels', () => {
  test('says of each whether it is heard, and what became of its last message', async () => {
    const heard = await open({ name: 'heard' });
    const { channelId: neverHeard } = await open({ name: 'never' });
    const { channelId: closed } = await open({ name: 'closed' });
    await closeChannel(cast.web, ours.scope(), closed);
    await ping(`${heard.address}/3`);
    const { channels, counts, total } = await list({ sort: 'name' });
    expect(channels.map(({ name, state, newest }) => [name, state, newest?.state ?? null])).toEqual([
      ['heard', 'reporting', 'processed'],
      ['never', 'never-heard', null],
    ]);
    expect([total, counts]).toEqual([2, { silent: 0, 'never-heard': 1, reporting: 1, closed: 1, aside: 0 }]);
    const later = await list({ state: 'silent' }, new Date(Date.now() + 26 * HOUR));
    expect(later.channels.map(({ channelId }) => channelId)).toEqual([heard.channelId]);
    expect((await list({ search: 'NEVER' })).channels.map(({ channelId }) => channelId)).toEqual([
      neverHeard,
    ]);
    expect((await list({ search: '%' })).channels).toEqual([]);
  });

  test('has nothing of another MSP, and none of its clients’ agents', async () => {
    await open();
    await ours.newAgent('backup-01');
    const read = await readChannels(cast.web, theirs.scope(), ALL, new Date());
    expect([read.channels, read.total]).toEqual([[], 0]);
    expect((await list()).total).toBe(1);
  });
});

describe('what arrived', () => {
  test('leads to the run that it became, also from its start', async () => {
    const { channelId, address } = await open();
    await ping(`${address}/start`);
    await ping(`${address}/log`, 'half of it');
    await ping(address);
    const { messages } = await screen(channelId);
    expect(
      messages.map(({ number, ping: said, runs }) => [number, said?.kind, runs.map(({ status }) => status)]),
    ).toEqual([
      [3, 'success', ['success']],
      [2, 'log', []],
      [1, 'start', ['success']],
    ]);
    expect(new Set(messages.flatMap(({ runs }) => runs.map(({ runId }) => runId))).size).toBe(1);
  });

  test('is nobody else’s, and says how the systems stand that it told of', async () => {
    const { channelId, address } = await open();
    await ping(`${address}/fail`);
    expect(await readArrivedMessages(cast.web, theirs.scope(), channelId, new Date())).toBeNull();
    const arrived = await readArrivedMessages(cast.web, ours.scope(), channelId, new Date());
    expect(arrived?.systems).toMatchObject([{ name: 'fs-01', status: 'non-compliant' }]);
  });
});

test('a message that only looks like a product’s waits, names the product, and is read once somebody chose it', async () => {
  const { channelId } = await open({ kind: 'mail', name: 'cloud', hostname: 'acme-srv01' });
  const body = readFileSync(
    path.resolve(import.meta.dirname, '../../test/samples/mail/cove-device-status.eml'),
  );
  const store = openIngestStore({ url: cast.at.ingestUrl, contextKey: setting('contextKey') });
  const message = { channelId, receivedAt: new Date(), body, ping: null, mail: null };
  expect(await createMessageIntake(store, () => {}).take(ours.mspId, message)).toBe('kept');
  await store.close();
  await ours.work(new Date());
  const [aside] = (await screen(channelId)).messages;
  expect(aside).toMatchObject({ state: 'quarantined', runs: [] });
  expect((await list({ state: 'aside' })).channels.map((one) => one.channelId)).toEqual([channelId]);
  const reason = aside?.reason ?? '';
  expect(proposedProduct(reason)).toBe('cove');
  await change(channelId, { product: proposedProduct(reason) });
  await retryReports(cast.web, ours.scope(), channelId, { cause: reason }, Date.now());
  await ours.work(new Date());
  const [read] = (await screen(channelId)).messages;
  expect(read?.state).toBe('processed');
  expect(read?.runs.length).toBeGreaterThan(0);
});

const pause = (channelId: string, isPaused: boolean, msp = ours) =>
  setCheckPaused(cast.web, msp.scope(), channelId, isPaused, new Date());
const soon = () => new Date(Date.now() + HOUR);
const later = () => new Date(Date.now() + 90 * HOUR);

describe('a check is paused', () => {
  test('and is silent by the policy alone until it goes on; both are in the log, once each', async () => {
    const { channelId, address } = await open();
    await ping(address);
    await change(channelId, { check: { timeoutSeconds: 600, graceSeconds: 600 } });
    expect((await screen(channelId, soon())).channel.state).toBe('silent');
    await pause(channelId, true);
    await pause(channelId, true);
    expect((await screen(channelId, soon())).channel).toMatchObject({
      state: 'reporting',
      pausedAt: expect.any(Date),
    });
    expect((await screen(channelId, later())).channel.state, 'unknown is never green').toBe('silent');
    await pause(channelId, false);
    await pause(channelId, false);
    expect((await screen(channelId)).channel.pausedAt).toBeNull();
    await ping(address);
    expect((await screen(channelId, soon())).channel.state).toBe('silent');
    expect((await events()).slice(2)).toEqual([
      ['channel.paused', { name: 'nightly files' }],
      ['channel.resumed', { name: 'nightly files' }],
    ]);
  });

  test('and goes on with its next ping, unless somebody has to say so', async () => {
    const { channelId, address } = await open();
    await pause(channelId, true);
    await ping(address);
    expect((await screen(channelId)).channel.pausedAt).toBeNull();
    await change(channelId, { check: { isResumedByHand: true } });
    await pause(channelId, true);
    await ping(address);
    expect((await screen(channelId)).channel.pausedAt).not.toBeNull();
  });

  test('but not another MSP’s, a closed one, or what is none', async () => {
    const { channelId } = await open();
    await expect(pause(channelId, true, theirs)).rejects.toMatchObject({ code: 'not-found' });
    const mail = await open({ kind: 'mail', hostname: undefined });
    await expect(pause(mail.channelId, true)).rejects.toMatchObject({ code: 'invalid-request' });
    await closeChannel(cast.web, ours.scope(), channelId);
    await expect(pause(channelId, true)).rejects.toMatchObject({ code: 'conflict' });
  });
});
