import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openIngestDoor } from '@/ingest/testing/ingest-door';
import { deliveryOf } from '@/ingest/testing/sample-agent';
import { HOSTILE_TEXTS } from '@/test/hostile-texts';
import { openScreenCast, type CastMsp, type ScreenCast } from '@/test/screen-cast';
import { setting } from '../config';
import { openIngestStore } from '../data/ingest-store';
import { readRawReportBody } from '../data/raw-reports';
import { createReportIntake } from './ingest-report';
import { channelForm, openChannel } from './open-channel';
import { readableMessage } from './readable-message';
import { showReport } from './show-report';

const NOW = new Date();
const CLOUD = { repositoryKey: 'cloud', location: 's3:https://s3.eu-central-1.amazonaws.com/vault' };

let cast: ScreenCast;
let ours: CastMsp;
let theirs: CastMsp;
let reportId: string;

beforeAll(async () => {
  cast = await openScreenCast();
  ours = await cast.newMsp('Quillmark IT');
  theirs = await cast.newMsp('Northgate');
  await (await ours.newAgent('fs-01')).backUp([CLOUD], NOW);
  const [row] = await cast.rows('SELECT raw_report_id AS id FROM app.raw_report WHERE msp_id = $1', [
    ours.mspId,
  ]);
  reportId = String(row?.['id']);
});
afterAll(() => cast.close());

test('a report shows what became of it, what rests on it, and its words', async () => {
  const shown = await showReport(cast.web, ours.scope(), reportId);
  expect(shown?.report).toMatchObject({
    state: 'processed',
    sequence: 1,
    hostname: 'fs-01',
    clientId: ours.clientId,
  });
  expect(shown?.derived.map((fact) => fact.kind).toSorted()).toEqual(['recovery-point', 'repository', 'run']);
  expect(JSON.parse(shown?.text ?? '')).toMatchObject({ sequence: 1, agent: { hostname: 'fs-01' } });
  expect(shown?.isWhole).toBe(true);
});

test('its bytes are exactly those that were signed', async () => {
  const found = await cast.web.inScope(ours.scope(), (tx) => readRawReportBody(tx, ours.mspId, reportId));
  const [kept] = await cast.rows('SELECT body FROM app.raw_report WHERE raw_report_id = $1', [reportId]);
  expect(Buffer.from(found?.body ?? []).equals(kept?.['body'] as Buffer)).toBe(true);
  expect(JSON.parse(gunzipSync(found?.body ?? Buffer.alloc(0)).toString())).toMatchObject({ sequence: 1 });
});

test('its signature is checked with the key that its agent had then, also after the key was changed', async () => {
  const { publicKey } = generateKeyPairSync('ed25519');
  const [{ agentId } = { agentId: '' }] = (await cast.rows(
    `INSERT INTO app.agent_public_key (msp_id, agent_id, client_id, used_from, public_key)
     SELECT msp_id, agent_id, client_id, now() + interval '1 day', $2 FROM app.raw_report WHERE raw_report_id = $1
     RETURNING agent_id AS "agentId"`,
    [reportId, publicKey.export({ format: 'der', type: 'spki' })],
  )) as { agentId: string }[];
  const shown = await showReport(cast.web, ours.scope(), reportId);
  const [first] = await cast.rows(
    `SELECT encode(public_key, 'base64') AS key FROM identity.agent_key WHERE agent_id = $1`,
    [agentId],
  );
  expect(shown?.signingKey?.publicKey).toBe(first?.['key']);
});

test('bytes that are not those that were signed have no key', async () => {
  const body = `set_byte(body, 20, get_byte(body, 20) # 1)`;
  const change = `UPDATE app.raw_report SET body = ${body} WHERE raw_report_id = $1`;
  await cast.rows(change, [reportId]);
  expect((await showReport(cast.web, ours.scope(), reportId))?.signingKey).toBeNull();
  await cast.rows(change, [reportId]);
  expect((await showReport(cast.web, ours.scope(), reportId))?.signingKey).not.toBeNull();
});

test("another MSP's report is not there, and neither is one that does not exist", async () => {
  expect(await showReport(cast.web, theirs.scope(), reportId)).toBeNull();
  expect(await showReport(cast.web, ours.scope(), randomUUID())).toBeNull();
  expect(
    await cast.web.inScope(theirs.scope(), (tx) => readRawReportBody(tx, theirs.mspId, reportId)),
  ).toBeNull();
});

test('a report that nobody could read is shown as it came, with the reason', async () => {
  const { agent } = await ours.newAgent('garbled');
  const store = openIngestStore({ url: cast.at.ingestUrl, contextKey: setting('contextKey') });
  const body = Buffer.from('\u0000 not JSON <script>');
  await createReportIntake(store, () => {}).receive(deliveryOf(agent, body, { contentEncoding: 'identity' }));
  await store.close();
  const [row] = await cast.rows(
    "SELECT raw_report_id AS id FROM app.inbox WHERE msp_id = $1 AND state = 'quarantined'",
    [ours.mspId],
  );
  const shown = await showReport(cast.web, ours.scope(), String(row?.['id']));
  expect(shown).toMatchObject({ text: '␀ not JSON <script>', derived: [], report: { state: 'quarantined' } });
  expect(shown?.report.reason).toMatch(/cannot be read/);
});

describe('a message of a channel', () => {
  const HIDDEN = /(?![\t\n])[\p{Cc}\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;

  test('is shown with its head and its words, without its secret, a key or a signature', async () => {
    const form = channelForm.parse({ kind: 'ping', name: 'nightly', hostname: 'fs-02' });
    const opened = await openChannel(cast.web, ours.scope(), 'Mara', ours.clientId, form, NOW);
    const door = await openIngestDoor(cast.at.ingestUrl);
    const body = `{"files": 12}\u001b[2J<script>`;
    await fetch(`${door.url}/ping/${opened.address}/1`, { method: 'POST', body });
    await door.close();
    await ours.work(new Date());
    const [row] = await cast.rows('SELECT raw_report_id AS id FROM app.raw_report WHERE agent_id = $1', [
      opened.channelId,
    ]);
    const shown = await showReport(cast.web, ours.scope(), String(row?.['id']));
    expect(shown).toMatchObject({
      signingKey: null,
      isWhole: true,
      report: { channel: 'ping', envelope: { ping: { kind: 'fail', exitStatus: 1 } } },
      message: { texts: ['{"files": 12}␛[2J<script>'] },
    });
    expect(shown?.derived).toContainEqual(expect.objectContaining({ kind: 'run', systemName: 'fs-02' }));
    expect(shown?.message?.head).toMatch(/^POST \/ping\/1 HTTP\/1\.1\n/);
    expect(JSON.stringify(shown)).not.toContain(opened.address);
  });

  test.each(HOSTILE_TEXTS)('of $what hides nothing, by whichever way it came', async ({ text }) => {
    const request = Buffer.from(`POST /hook HTTP/1.1\r\nuser-agent: ${text}\r\n\r\n${text}`);
    const mail = Buffer.from(`Subject: ${text}\r\nContent-Type: text/html\r\n\r\n<p>${text}</p>`);
    for (const [kind, raw] of [
      ['ping', request],
      ['webhook', request],
      ['mail', mail],
    ] as const) {
      const { head, texts } = await readableMessage(kind, raw);
      expect(head + texts.join('')).not.toMatch(HIDDEN);
    }
    expect((await readableMessage('ping', Buffer.from(`a\n\n${text}`))).texts[0]?.length).toBeGreaterThan(0);
  });

  test('that is endless is shown by its beginning', async () => {
    const { texts, isWhole } = await readableMessage(
      'webhook',
      Buffer.from(`a: b\r\n\r\n${'x'.repeat(300_000)}`),
    );
    expect([texts[0]?.length, isWhole]).toEqual([200_000, false]);
  });

  test('that no mail reader understands is shown as it came', async () => {
    const deep = `Content-Type: multipart/mixed; boundary=x\r\n\r\n${'--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n'.repeat(50)}`;
    const { texts } = await readableMessage('mail', Buffer.from(deep));
    expect(texts[0]).toContain('--x');
    expect((await readableMessage('mail', Buffer.from([0xff, 0xfe, 0]))).texts[0]).toBe('��␀');
  });
});
