import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openIngestDoor } from '@/ingest/testing/ingest-door';
import { mailSamples } from '@/ingest/testing/mail-samples';
import { type CastMsp, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { channelForm, openChannel } from './open-channel';
import { chooseProduct, KNOWN_PRODUCTS, reparseMessages } from './reparse-messages';

let cast: ScreenCast;
let ours: CastMsp;
let door: Awaited<ReturnType<typeof openIngestDoor>>;
let count = 0;
const mail = mailSamples().find(({ file }) => file === 'nakivo-job-report.eml')?.raw ?? Buffer.alloc(0);

beforeAll(async () => {
  cast = await openScreenCast();
  door = await openIngestDoor(cast.at.ingestUrl);
});
beforeEach(async () => {
  ours = await cast.newMsp(`Quillmark IT ${++count}`);
});
afterAll(async () => {
  await door.close();
  await cast.close();
});

/** A channel with two messages that were put aside: one that looks like NAKIVO, one that looks like nothing. */
async function openWithMessages(msp = ours) {
  const { channelId, address } = await openChannel(
    cast.web,
    msp.scope(),
    'Mara',
    msp.clientId,
    channelForm.parse({ kind: 'mail', name: 'backup mails' }),
    new Date(),
  );
  for (const body of [mail, Buffer.from('Subject: x\r\n\r\nx')])
    await fetch(`${door.url}/mail/${address}`, {
      method: 'POST',
      headers: { 'content-type': 'message/rfc822' },
      body: new Uint8Array(body),
    });
  await msp.work(new Date());
  return channelId;
}
const states = async () =>
  (
    await cast.rows('SELECT state FROM app.inbox WHERE msp_id = $1 ORDER BY received_at, raw_report_id', [
      ours.mspId,
    ])
  ).map((row) => row['state']);
const runs = () => cast.rows('SELECT status FROM app.run WHERE msp_id = $1 ORDER BY status', [ours.mspId]);
const actions = () =>
  cast.rows(
    `SELECT action FROM audit.event WHERE msp_id = $1 AND action ~ '^channel.(product|messages)' ORDER BY seq`,
    [ours.mspId],
  );
const choose = (channelId: string, product: string | null) =>
  chooseProduct(cast.web, ours.scope(), channelId, product, new Date());

describe('messages that were put aside', () => {
  test('are read again once somebody says what sends them', async () => {
    const channelId = await openWithMessages();
    expect(await states()).toEqual(['quarantined', 'quarantined']);
    expect(await choose(channelId, 'nakivo')).toBe(2);
    expect(await states()).toEqual(['pending', 'pending']);
    await ours.work(new Date());
    expect(await states()).toEqual(['processed', 'quarantined']);
    expect(await runs()).toEqual([{ status: 'failed' }, { status: 'success' }]);
    expect((await actions()).map((row) => row['action'])).toEqual([
      'channel.product-chosen',
      'channel.messages-retried',
    ]);
  });

  test('of another product stay where they are', async () => {
    const channelId = await openWithMessages();
    await choose(channelId, 'msp360');
    await ours.work(new Date());
    expect(await states()).toEqual(['quarantined', 'quarantined']);
    expect(await runs()).toEqual([]);
  });

  test('are read again when asked to, as when a parser has come', async () => {
    const channelId = await openWithMessages();
    const other = await openWithMessages();
    expect(await reparseMessages(cast.web, ours.scope(), channelId, new Date())).toBe(2);
    expect(await states()).toEqual(['pending', 'pending', 'quarantined', 'quarantined']);
    await ours.work(new Date());
    expect(await states()).toEqual(Array.from({ length: 4 }, () => 'quarantined'));
    expect(other).not.toBe(channelId);
  });

  test('that were read once are not read again', async () => {
    const channelId = await openWithMessages();
    await choose(channelId, 'nakivo');
    await ours.work(new Date());
    expect(await choose(channelId, 'nakivo')).toBe(1);
    await ours.work(new Date());
    expect(await choose(channelId, null)).toBe(1);
    expect(await runs()).toHaveLength(2);
    expect(
      await cast.rows('SELECT product FROM app.inbound_channel WHERE msp_id = $1', [ours.mspId]),
    ).toEqual([{ product: null }]);
  });
});

describe('a product is refused', () => {
  test('whose messages nobody reads, and for a channel of another MSP', async () => {
    const theirs = await cast.newMsp(`Northgate ${count}`);
    const [channelId, foreign] = [await openWithMessages(), await openWithMessages(theirs)];
    await expect(choose(channelId, 'homemade')).rejects.toMatchObject({ code: 'invalid-request' });
    await expect(choose(foreign, 'nakivo')).rejects.toMatchObject({ code: 'not-found' });
    await expect(reparseMessages(cast.web, ours.scope(), foreign, new Date())).rejects.toMatchObject({
      code: 'not-found',
    });
    expect(await states()).toEqual(['quarantined', 'quarantined']);
    expect(await actions()).toEqual([]);
    expect(KNOWN_PRODUCTS).toContain('push');
    expect(new Set(KNOWN_PRODUCTS).size).toBe(KNOWN_PRODUCTS.length);
  });
});
