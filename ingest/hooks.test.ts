import { readFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { endService } from '@/server/services/end-client';
import { channelForm, closeChannel, openChannel } from '@/server/services/open-channel';
import { type CastMsp, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { HOOK_BYTES_MAX } from './hook-desk';
import { openIngestDoor } from './testing/ingest-door';

const SAMPLES = path.resolve(import.meta.dirname, '../test/samples/mail');
const sample = (file: string): string => readFileSync(path.join(SAMPLES, file), 'utf8');

let cast: ScreenCast;
let ours: CastMsp;
let door: Awaited<ReturnType<typeof openIngestDoor>>;
let count = 0;

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

const open = (form: Record<string, unknown> = {}) =>
  openChannel(
    cast.web,
    ours.scope(),
    'Mara',
    ours.clientId,
    channelForm.parse({ kind: 'webhook', name: 'nightly', hostname: 'fs-01', ...form }),
    new Date(),
  );

interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}
/** Sends a request and answers what came back; chunked where no length is given. */
function hook(said: string, { method = 'POST', headers = {}, body }: Sent = {}) {
  return new Promise<{ status: number; text: string; headers: http.IncomingHttpHeaders }>(
    (resolve, reject) => {
      const request = http.request(`${door.url}/hook/${said}`, { method, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            text: Buffer.concat(chunks).toString(),
            headers: response.headers,
          }),
        );
      });
      request.on('error', reject);
      request.end(body);
    },
  );
}
const problemOf = async (said: string, sent?: Sent): Promise<[number, string]> => {
  const { status, text } = await hook(said, sent);
  return [status, (JSON.parse(text) as { code: string }).code];
};
const json = (body: unknown): Sent => ({
  headers: { 'content-type': 'application/json' },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
const form = (fields: Record<string, string>): Sent => ({
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams(fields).toString(),
});
const runs = () =>
  cast.rows(
    `SELECT u.status, u.is_partial, u.message, u.trust, u.time_quality, y.name AS system, j.name AS job, j.tool
     FROM app.run u JOIN app.system y ON y.msp_id = u.msp_id AND y.system_id = u.system_id
     JOIN app.job j ON j.msp_id = u.msp_id AND j.job_id = u.job_id WHERE u.msp_id = $1 ORDER BY u.occurred_at, u.run_id`,
    [ours.mspId],
  );
const inbox = () =>
  cast.rows('SELECT state, reason FROM app.inbox WHERE msp_id = $1 ORDER BY received_at, raw_report_id', [
    ours.mspId,
  ]);
const work = () => ours.work(new Date());
/** As if a message of ours had come that long before. */
const setBack = async (seconds: number): Promise<void> => {
  await cast.rows(
    `UPDATE app.raw_report SET received_at = received_at - make_interval(secs => $2) WHERE msp_id = $1`,
    [ours.mspId, seconds],
  );
};

describe('what products post', () => {
  const duplicatiText = sample('duplicati-text-success.eml').replaceAll('\r\n', '\n').split('\n\n').slice(1);
  const formText = `Duplicati Backup report for Shares to B2 (9c2f, DB-3, ACME-SRV01)\n\n${duplicatiText.join('\n\n')}`;
  const [kopiaHead = '', ...kopiaBody] = sample('kopia-webhook-success.txt').split(/\r?\n\r?\n/);
  const kopia: Sent = {
    headers: { subject: /^Subject: (.*)$/m.exec(kopiaHead)?.[1] ?? '', 'content-type': 'text/plain' },
    body: kopiaBody.join('\n\n'),
  };
  const heading = '✅ Backup completed for database "crm"';
  const message = 'Backup completed successfully in 1m 12s.\nCompressed backup size: 412.33 MB';
  const failed = { heading: '❌ Backup failed for database "crm"', message: 'Backup failed: no space left' };

  test.each<[string, string, Sent, Record<string, unknown>]>([
    [
      'Databasus',
      '',
      json(sample('databasus-webhook.json')),
      { status: 'success', job: 'crm', system: 'fs-01' },
    ],
    ['Databasus, failed', '', json(failed), { status: 'failed', job: 'crm' }],
    [
      'Databasus by GET',
      `?${new URLSearchParams({ heading, message }).toString()}`,
      { method: 'GET' },
      { status: 'success', job: 'crm' },
    ],
    [
      'Databasus by GET, failed',
      `?${new URLSearchParams({ ...failed, message: `${failed.message} ${'x'.repeat(3000)}` }).toString()}`,
      { method: 'GET' },
      { status: 'failed', job: 'crm' },
    ],
    [
      'Duplicati as JSON',
      '',
      json(sample('duplicati-json-success.json')),
      { status: 'success', job: 'Shares to B2', system: 'ACME-SRV01', time_quality: 'exact' },
    ],
    [
      'Duplicati as JSON, failed',
      '',
      json(sample('duplicati-json-success.json').replace('"Success"', '"Error"')),
      { status: 'failed' },
    ],
    ['Duplicati as a form', '', form({ message: formText }), { status: 'success', job: 'Shares to B2' }],
    [
      'Duplicati as a form, failed',
      '',
      form({
        message: 'Duplicati Backup report for Shares to B2 (9c2f)\n\nFailed: The remote is away\nDetails: x',
      }),
      { status: 'failed', job: 'Shares to B2', message: 'The remote is away' },
    ],
    ['Kopia', '', kopia, { status: 'success', job: '/srv/data', system: 'srv-files01' }],
    ['Kopia by PUT', '', { ...kopia, method: 'PUT' }, { status: 'success', job: '/srv/data' }],
    [
      'Kopia, failed',
      '',
      { ...kopia, body: String(kopia.body).replace('success', 'fatal') },
      { status: 'failed', job: '/srv/data' },
    ],
    [
      'Synology',
      '',
      json(sample('synology-webhook-partial.json')),
      { status: 'warning', is_partial: true, system: 'host01', job: 'nightly', time_quality: 'assumed_zone' },
    ],
    ['Zerobyte', '', json(sample('zerobyte-webhook-post.json')), { status: 'warning', job: 'x9k2' }],
    [
      'a push',
      '?status=up&msg=OK&ping=',
      { method: 'GET' },
      { status: 'success', job: 'nightly', system: 'fs-01' },
    ],
    ['a push by POST', '?status=down&msg=disk%20full', {}, { status: 'failed', message: 'disk full' }],
    [
      'anything, in our own form',
      '',
      json({
        holdfast: 1,
        status: 'warning',
        job: 'dump',
        host: 'db-01',
        ended_at: '2026-03-12T03:05:40+01:00',
      }),
      { status: 'warning', job: 'dump', system: 'db-01', tool: 'json', time_quality: 'exact' },
    ],
  ])('%s becomes the run that it tells of', async (_, query, sent, expected) => {
    const { address } = await open();
    const { status, text } = await hook(`${address}${query}`, sent);
    expect([status, text]).toEqual([200, 'OK']);
    await work();
    expect(await runs()).toEqual([expect.objectContaining({ trust: 'token', ...expected })]);
  });

  test('of several machines become a run of each', async () => {
    const { address } = await open();
    await hook(address, json(sample('proxmox-webhook.json').replace('1790000000', '1780000000')));
    await work();
    const [one, other, ...rest] = (await runs()).toSorted((a, b) =>
      String(a['system']).localeCompare(String(b['system'])),
    );
    expect(rest).toEqual([]);
    expect(one).toMatchObject({ status: 'failed', job: 'backup-sw', system: 'mc-node', trust: 'token' });
    expect(other).toMatchObject({ status: 'success', job: 'backup-sw', system: 'pfsense' });
  });

  test('that tells of no run is done, and says whose it is', async () => {
    const { address } = await open();
    const before = JSON.stringify({ ...JSON.parse(sample('zerobyte-webhook-post.json')), phase: 'pre' });
    expect((await hook(address, json(before))).status).toBe(200);
    await work();
    expect(await runs()).toEqual([]);
    expect(await inbox()).toEqual([
      { state: 'processed', reason: 'A message of zerobyte that reports no run.' },
    ]);
  });

  test.each<[string, string, Sent]>([
    ['nothing', '', { method: 'GET' }],
    ['a push of neither', '?status=ok&msg=OK', { method: 'GET' }],
    ['words of success', '', { body: 'Backup completed successfully' }],
    ['a JSON that is cut', '', json('{"holdfast":1,"status":"success"')],
    ['our form with a word too many', '', json({ holdfast: 1, status: 'success', jobb: 'x' })],
    ['two products at once', '?status=up', json(sample('databasus-webhook.json'))],
    ['bytes', '', { body: Buffer.from([0, 255, 254, 13, 10, 13, 10, 0]) }],
  ])('%s is kept and put aside', async (_, query, sent) => {
    const { address } = await open();
    expect((await hook(`${address}${query}`, sent)).status).toBe(200);
    await work();
    expect(await runs()).toEqual([]);
    expect(await inbox()).toEqual([
      { state: 'quarantined', reason: 'No product that is known sends such a message.' },
    ]);
  });
});

describe('the same request again', () => {
  test('of a product that says when is one run, whenever it comes', async () => {
    const { address } = await open();
    const sent = json(sample('duplicati-json-success.json'));
    await hook(address, sent);
    await work();
    await setBack(86_400);
    await hook(address, sent);
    await hook(address, { ...sent, headers: { ...sent.headers, 'user-agent': 'another' } });
    await work();
    expect(await runs()).toHaveLength(1);
    expect(await inbox()).toHaveLength(3);
  });

  test.each<[string, string, Sent]>([
    ['a push', '?status=up&msg=OK&ping=', { method: 'GET' }],
    ['Databasus', '', json(sample('databasus-webhook.json'))],
  ])(
    'of what does not say when is one run within a minute, and another one later: %s',
    async (_, query, sent) => {
      const { address } = await open();
      for (let times = 0; times < 3; times++) await hook(`${address}${query}`, sent);
      await work();
      expect(await runs()).toHaveLength(1);
      await setBack(61);
      await hook(`${address}${query}`, sent);
      await work();
      expect(await runs()).toHaveLength(2);
    },
  );

  test('to two channels are two runs', async () => {
    const [one, other] = [await open({ name: 'files' }), await open({ name: 'database' })];
    for (const { address } of [one, other]) await hook(`${address}?status=up`);
    await work();
    expect((await runs()).map((run) => String(run['job'])).toSorted()).toEqual(['database', 'files']);
  });
});

describe('what is refused', () => {
  test('an address of a client that has left, with the next one', async () => {
    const { address } = await open();
    expect((await hook(address, json({}))).status).toBe(200);
    const reason = { reason: 'Contract ended' };
    await endService(cast.web, ours.scope('owner'), ours.person, ours.clientId, reason, Date.now());
    for (let again = 0; again < 2; again++)
      expect(await problemOf(address, json({ again }))).toEqual([403, 'service-ended']);
  });

  test('an address that nobody has, was closed, or is of another kind', async () => {
    const { channelId, address } = await open();
    const mail = await open({ kind: 'mail' });
    expect((await hook(`${address}?status=up`)).status).toBe(200);
    await closeChannel(cast.web, ours.scope(), channelId);
    const others = [
      address,
      mail.address,
      address.toUpperCase(),
      'x',
      `${address}/more`,
      '',
      '%00',
      '..%2fv1%2freports',
    ];
    for (const other of others) expect([other, await problemOf(other)]).toEqual([other, [404, 'not-found']]);
    expect(await inbox()).toHaveLength(1);
  });

  test('other methods', async () => {
    const { address } = await open();
    expect(await problemOf(address, { method: 'DELETE' })).toEqual([405, 'method-not-allowed']);
  });

  test('a body beyond a mebibyte, told or not; one of a mebibyte is kept whole', async () => {
    const { address } = await open();
    const most = Buffer.alloc(HOOK_BYTES_MAX, 0x61);
    const tooLong = Buffer.concat([most, Buffer.from('b')]);
    expect(await problemOf(address, { body: tooLong })).toEqual([413, 'too-large']);
    const chunked = { headers: { 'transfer-encoding': 'chunked' }, body: tooLong };
    expect(await problemOf(address, chunked)).toEqual([413, 'too-large']);
    expect((await hook(address, { body: most })).status).toBe(200);
    const [row] = await cast.rows(
      `SELECT right(encode(body, 'escape'), ${HOOK_BYTES_MAX}) = repeat('a', ${HOOK_BYTES_MAX}) AS is_whole,
         position($2::bytea IN body) AS secret FROM app.raw_report WHERE msp_id = $1`,
      [ours.mspId, Buffer.from(address)],
    );
    expect(row).toEqual({ is_whole: true, secret: 0 });
  });

  test('a loop, but no failure in it', async () => {
    const { address } = await open();
    const many = await Promise.all(Array.from({ length: 80 }, () => hook(`${address}?status=up`)));
    const late = many.filter(({ status }) => status === 429);
    expect(late.length).toBeGreaterThan(5);
    expect(Number(late[0]?.headers['retry-after'])).toBeGreaterThan(0);
    expect(late[0]?.headers['content-type']).toBe('application/problem+json');
    expect((await hook(`${address}?status=down&msg=full`)).status).toBe(200);
    expect((await hook(`${address}?status=down&msg=full`)).status).toBe(429);
  });
});

describe('another MSP', () => {
  test('hears nothing of ours, whatever the message names', async () => {
    const theirs = await cast.newMsp(`Northgate ${count}`);
    const { address } = await open();
    await hook(address, json({ holdfast: 1, status: 'success', host: 'fs-01', msp_id: theirs.mspId }));
    await hook(address, json({ holdfast: 1, status: 'success', host: 'fs-01' }));
    await Promise.all([work(), theirs.work(new Date())]);
    expect(await runs()).toHaveLength(1);
    expect(await cast.rows('SELECT FROM app.run WHERE msp_id = $1', [theirs.mspId])).toEqual([]);
  });
});
