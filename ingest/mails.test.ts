import http from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PARSERS } from '@/server/inbound/parsers';
import { channelForm, closeChannel, openChannel } from '@/server/services/open-channel';
import { type CastMsp, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { createHeldBytes } from './held-bytes';
import { MAIL_BYTES_MAX } from './mail-door';
import { openIngestDoor } from './testing/ingest-door';
import { mailSamples } from './testing/mail-samples';

const OURS = 'mx.msp.example';
/** As if it had been sent lately. */
const samples = mailSamples().map(({ raw, ...rest }) => ({
  ...rest,
  raw: Buffer.from(raw.toString('latin1').replaceAll('2024-03-1', '2026-03-1'), 'latin1'),
}));
const sampleOf = (file: string): Buffer => samples.find((one) => one.file === file)?.raw ?? Buffer.alloc(0);
const unverified = new Set(
  PARSERS.filter(({ confidence }) => confidence === 'unverified').map(({ product }) => product),
);

let cast: ScreenCast;
let ours: CastMsp;
let door: Awaited<ReturnType<typeof openIngestDoor>>;
let count = 0;

beforeAll(async () => {
  cast = await openScreenCast();
  door = await openIngestDoor(cast.at.ingestUrl, OURS);
});
beforeEach(async () => {
  ours = await cast.newMsp(`Quillmark IT ${++count}`);
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
    channelForm.parse({ kind: 'mail', name: 'backup mails', hostname: 'fs-01', ...form }),
    new Date(),
  );

interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string>;
}
function post(address: string, mail: Buffer, { method = 'POST', headers }: Sent = {}) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const all = { 'content-type': 'message/rfc822', ...headers };
    const request = http.request(`${door.url}/mail/${address}`, { method, headers: all }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
      );
    });
    request.on('error', reject);
    request.end(mail);
  });
}
const problemOf = async (address: string, mail: Buffer, sent?: Sent): Promise<[number, string]> => {
  const { status, text } = await post(address, mail, sent);
  return [status, (JSON.parse(text) as { code: string }).code];
};
const outcomes = () =>
  cast.rows(
    `SELECT i.state, i.reason, u.status, u.trust, u.kind, y.name AS system FROM app.inbox i
     LEFT JOIN app.run u ON u.msp_id = i.msp_id AND u.raw_report_id = i.raw_report_id
     LEFT JOIN app.system y ON y.msp_id = u.msp_id AND y.system_id = u.system_id
     WHERE i.msp_id = $1 ORDER BY i.received_at, u.run_id`,
    [ours.mspId],
  );
const runIds = () => cast.rows('SELECT run_id FROM app.run WHERE msp_id = $1', [ours.mspId]);
const work = () => ours.work(new Date());

/** Of several machines that one mail tells of, what came of the worst. */
const worst = (rows: readonly Record<string, unknown>[]) => rows.toSorted((a, b) => harm(b) - harm(a))[0];
const harm = (row: Record<string, unknown>): number =>
  ['success', 'warning', 'failed'].indexOf(String(row['status']));

describe('each mail that was collected', () => {
  test.each(samples)('$file ends as what it says', async ({ raw, expected }) => {
    const { address } = await open();
    expect(await post(address, raw)).toEqual({ status: 200, text: 'OK' });
    await work();
    const { product, status } = expected as { product: string; status: string };
    const aside = {
      state: 'quarantined',
      status: null,
      reason: expect.stringContaining(`choose ${product} for this channel`) as string,
    };
    const done = { state: 'processed', status, trust: 'unverified' };
    expect(worst(await outcomes())).toMatchObject(unverified.has(product) ? aside : done);
  });

  test.each(samples.filter(({ expected }) => unverified.has(String(expected['product']))))(
    '$file decides where somebody chose its product',
    async ({ raw, expected }) => {
      const { address } = await open({ product: expected['product'] });
      await post(address, raw);
      await work();
      expect(worst(await outcomes())).toMatchObject({ state: 'processed', status: expected['status'] });
    },
  );

  test('is kept byte for byte', async () => {
    const { address } = await open();
    const raw = sampleOf('acronis-failed.eml');
    await post(address, raw, { headers: { 'transfer-encoding': 'chunked' } });
    const [row] = await cast.rows('SELECT body, envelope FROM app.raw_report WHERE msp_id = $1', [
      ours.mspId,
    ]);
    expect(Buffer.compare(row?.['body'] as Buffer, raw)).toBe(0);
    expect(row?.['envelope']).toMatchObject({ ping: null, mail: { from: null, trust: 'unverified' } });
  });
});

describe('a mail', () => {
  test('that comes twice is one run; another one of the same device is another', async () => {
    const { address } = await open();
    const raw = sampleOf('acronis-succeeded.eml');
    const other = Buffer.from(
      raw.toString('latin1').replace(/^Date: .*$/m, 'Date: Fri, 13 Mar 2026 03:05:41 +0000'),
      'latin1',
    );
    const again = Buffer.concat([Buffer.from('Received: from another.example\r\n'), raw]);
    for (const one of [raw, raw, again]) await post(address, one);
    await work();
    expect(await runIds()).toHaveLength(1);
    await post(address, other);
    await work();
    expect(await runIds()).toHaveLength(2);
  });

  test('is verified by the word of our mail server alone', async () => {
    const { address } = await open();
    const raw = sampleOf('acronis-failed.eml');
    const domain = /^From:.*@([\w.-]+)/m.exec(raw.toString('latin1'))?.[1] ?? '';
    const by = (server: string) =>
      Buffer.from(`Authentication-Results: ${server}; dkim=pass header.d=${domain}\r\n`);
    await post(address, Buffer.concat([by('mx.evil.example'), raw]));
    await work();
    expect((await outcomes()).map((one) => one['trust'])).toEqual(['unverified']);
    await post(address, Buffer.concat([by(OURS), raw]));
    await work();
    expect(new Set((await outcomes()).flatMap((one) => one['trust'] ?? []))).toEqual(
      new Set(['verified_mail']),
    );
  });

  test('that nobody can read is kept and put aside', async () => {
    const { address } = await open();
    for (const raw of ['', 'x', 'Subject: Backup successful\r\n\r\nAll backups completed successfully.\r\n'])
      expect((await post(address, Buffer.from(raw))).status).toBe(200);
    await work();
    expect((await outcomes()).map(({ state, status }) => [state, status])).toEqual(
      Array.from({ length: 3 }, () => ['quarantined', null]),
    );
  });

  test('of long ago makes no run, and says why', async () => {
    const { address } = await open();
    const old = mailSamples().find(({ file }) => file === 'wsb-success-script.eml')?.raw ?? Buffer.alloc(0);
    await post(address, old);
    await work();
    expect(await outcomes()).toMatchObject([
      { state: 'quarantined', status: null, reason: expect.stringContaining('more than 14 months ago') },
    ]);
  });

  test('makes a claimed point at most', async () => {
    const machine = await ours.newAgent('fs-01');
    await machine.backUp(
      [{ repositoryKey: 'nas', location: 'sftp:nas:/r' }],
      new Date(Date.now() - 3_600_000),
    );
    const [repository] = await cast.rows(
      'SELECT repository_id::text AS id FROM app.repository WHERE msp_id = $1',
      [ours.mspId],
    );
    const { address } = await open({ repositoryId: repository?.['id'] });
    for (const file of ['acronis-succeeded.eml', 'veeam-vbr-warning.eml', 'pbs-gc-ok.eml'])
      await post(address, sampleOf(file));
    await work();
    const points = await cast.rows(
      `SELECT DISTINCT outcome, state FROM app.recovery_point WHERE msp_id = $1 AND point_key LIKE 'claimed:%'`,
      [ours.mspId],
    );
    expect(points).toEqual([{ outcome: 'claimed', state: 'unknown' }]);
  });
});

describe('what is refused', () => {
  test('an address that nobody has, was closed, or is of another kind', async () => {
    const { channelId, address } = await open();
    const hook = await open({ kind: 'webhook' });
    expect((await post(address, Buffer.from('x'))).status).toBe(200);
    await closeChannel(cast.web, ours.scope(), channelId);
    for (const other of [address, hook.address, 'x', `${address}/more`])
      expect(await problemOf(other, Buffer.from('x'))).toEqual([404, 'not-found']);
    expect(await outcomes()).toHaveLength(1);
  });

  test('what is no mail, and other methods', async () => {
    const { address } = await open();
    const plain = { headers: { 'content-type': 'text/plain' } };
    expect(await problemOf(address, Buffer.from('x'), plain)).toEqual([415, 'unsupported-media-type']);
    expect(await problemOf(address, Buffer.from('x'), { method: 'PUT' })).toEqual([
      405,
      'method-not-allowed',
    ]);
  });

  test('a mail beyond 25 MiB, told or not', async () => {
    const { address } = await open();
    const body = Buffer.alloc(MAIL_BYTES_MAX + 1, 0x61);
    expect(await problemOf(address, body)).toEqual([413, 'too-large']);
    const chunked = { headers: { 'transfer-encoding': 'chunked' } };
    expect(await problemOf(address, body, chunked)).toEqual([413, 'too-large']);
    expect(await outcomes()).toEqual([]);
  });
});

describe('the room for mails on their way', () => {
  test('is shared, grows as they come, and is given back once', () => {
    const held = createHeldBytes(300_000);
    const [one, other] = [held.open(200_000), held.open(200_000)];
    expect(one.add(Buffer.alloc(150_000, 1))).toBe('added');
    expect(one.add(Buffer.alloc(60_000))).toBe('too-large');
    expect(other.add(Buffer.alloc(150_000, 2))).toBe('added');
    expect(other.add(Buffer.alloc(1))).toBe('no-room');
    expect(other.bytes().equals(Buffer.alloc(150_000, 2))).toBe(true);
    one.close();
    one.close();
    expect(other.add(Buffer.from([3]))).toBe('added');
    expect(other.bytes().at(-1)).toBe(3);
    expect(held.open(200_000).add(Buffer.alloc(200_000))).toBe('no-room');
  });
});
