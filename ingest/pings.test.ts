import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { endService, takeBackClient } from '@/server/services/end-client';
import { channelForm, closeChannel, givePingKey, openChannel } from '@/server/services/open-channel';
import { type CastMsp, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { openIngestDoor } from './testing/ingest-door';

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
    channelForm.parse({ kind: 'ping', name: 'nightly files', hostname: 'fs-01', ...form }),
    new Date(),
  );
/** Sends a request and answers what came back. */
async function ping(path: string, options: { method?: string; body?: string | Buffer } = {}) {
  const { method = 'POST', body } = options;
  return new Promise<{ status: number; text: string; headers: http.IncomingHttpHeaders }>(
    (resolve, reject) => {
      const request = http.request(`${door.url}/ping/${path}`, { method }, (response) => {
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
const statusOf = async (path: string, method = 'POST') => {
  const { status, text } = await ping(path, { method });
  return [status, text];
};
const runs = () =>
  cast.rows(
    `SELECT u.status, u.exit_code, u.duration_seconds, u.message, u.trust, y.name AS system FROM app.run u
     JOIN app.system y ON y.msp_id = u.msp_id AND y.system_id = u.system_id WHERE u.msp_id = $1 ORDER BY u.occurred_at, u.run_id`,
    [ours.mspId],
  );

describe('a ping', () => {
  test('becomes a run of the system, with what its tool said', async () => {
    const { address } = await open();
    expect(await statusOf(`${address}/start`)).toEqual([200, 'OK']);
    const { status, headers } = await ping(address, { body: 'Files: 12\nall done\n' });
    expect([status, headers['ping-body-limit'], headers['access-control-allow-origin']]).toEqual([
      200,
      '100000',
      '*',
    ]);
    expect(headers['cache-control']).toContain('no-store');
    await ours.work(new Date());
    expect(await runs()).toMatchObject([
      { status: 'success', system: 'fs-01', trust: 'token', message: 'Files: 12\nall done' },
    ]);
    expect(await statusOf(`${address}/2`)).toEqual([200, 'OK']);
    await ours.work(new Date());
    expect(await runs()).toMatchObject([{ status: 'success' }, { status: 'failed', exit_code: 2 }]);
  });

  test.each(['GET', 'HEAD', 'POST', 'PUT'])('is taken by %s', async (method) => {
    const { address } = await open();
    expect((await statusOf(address, method))[0]).toBe(200);
    expect((await statusOf(`${address}/`, method))[0]).toBe(200);
    await ours.work(new Date());
    expect(await runs()).toHaveLength(2);
  });

  test('is refused in the words of the pinging API', async () => {
    const { address } = await open();
    const key = await givePingKey(cast.web, ours.scope(), ours.clientId, new Date());
    expect(await statusOf(`${address}/256`)).toEqual([400, 'invalid url format']);
    expect(await statusOf(`${key}/Capitals`)).toEqual([400, 'invalid url format']);
    expect(await statusOf(`${address}?rid=1234`)).toEqual([400, 'invalid uuid format']);
    expect(await statusOf(`${address}?rid=`)).toEqual([400, 'invalid uuid format']);
    for (const path of [`${address}/Start`, `${address}/fail/x`, randomUUID(), `${key}/none`, 'x', `x/y`])
      expect([path, ...(await statusOf(path))]).toEqual([path, 404, 'not found']);
  });

  test('by a slug makes its check where it may, once', async () => {
    const key = await givePingKey(cast.web, ours.scope(), ours.clientId, new Date());
    expect(await givePingKey(cast.web, ours.scope(), ours.clientId, new Date())).toBe(key);
    const answers = await Promise.all([1, 2, 3, 4].map(() => statusOf(`${key}/db-01?create=1`)));
    expect(answers.map(([status]) => Number(status)).toSorted((a, b) => a - b)).toEqual([200, 200, 200, 201]);
    expect(await statusOf(`${key}/db-01/fail`)).toEqual([200, 'OK']);
    await ours.work(new Date());
    expect((await runs()).map((run) => [run['system'], run['status']])).toEqual([
      ...Array.from({ length: 4 }, () => ['db-01', 'success']),
      ['db-01', 'failed'],
    ]);
  });

  test('by a slug that two checks have is ambiguous', async () => {
    const key = await givePingKey(cast.web, ours.scope(), ours.clientId, new Date());
    await open({ check: { slug: 'twin' } });
    await open({ check: { slug: 'twin' } });
    expect(await statusOf(`${key}/twin`)).toEqual([409, 'ambiguous slug']);
  });

  test('keeps the first 100,000 bytes of its body, whatever they are', async () => {
    const { address } = await open();
    const body = Buffer.alloc(300_000, 0xff);
    expect((await ping(address, { body })).status).toBe(200);
    const [row] = await cast.rows(
      `SELECT octet_length(body) AS size, encode(substring(body FROM 1 FOR 4), 'escape') AS head FROM app.raw_report WHERE msp_id = $1`,
      [ours.mspId],
    );
    expect(row?.['head']).toBe('POST');
    expect(Number(row?.['size'])).toBeGreaterThan(100_000);
    expect(Number(row?.['size'])).toBeLessThan(101_000);
    await ours.work(new Date());
    expect(await runs()).toHaveLength(1);
  });

  test('of a client that has left is refused with the next one, with the reason', async () => {
    const { address } = await open();
    const key = await givePingKey(cast.web, ours.scope(), ours.clientId, new Date());
    expect(await statusOf(address)).toEqual([200, 'OK']);
    const reason = { reason: 'Contract ended' };
    await endService(cast.web, ours.scope('owner'), ours.person, ours.clientId, reason, Date.now());
    for (const path of [address, address, `${key}/db-01?create=1`])
      expect(await statusOf(path)).toEqual([410, 'service ended']);
    await takeBackClient(cast.web, ours.scope('owner'), ours.clientId, Date.now());
    expect(await statusOf(address)).toEqual([200, 'OK']);
  });

  test('to a channel that was closed is refused with the next one', async () => {
    const { channelId, address } = await open();
    expect((await statusOf(address))[0]).toBe(200);
    await closeChannel(cast.web, ours.scope(), channelId);
    expect(await statusOf(address)).toEqual([404, 'not found']);
  });

  test('of a loop is held back, but no kind of failure is lost', async () => {
    const { address } = await open();
    const many = await Promise.all(Array.from({ length: 80 }, () => ping(address)));
    const late = many.filter(({ status }) => status === 429);
    expect(late.length).toBeGreaterThan(5);
    expect(Number(late[0]?.headers['retry-after'])).toBeGreaterThan(0);
    expect(await statusOf(`${address}/fail`)).toEqual([200, 'OK']);
    expect(await statusOf(`${address}/3`)).toEqual([200, 'OK']);
    expect(await statusOf(`${address}/fail`)).toEqual([200, 'OK']);
    const failures = await Promise.all(Array.from({ length: 700 }, () => statusOf(`${address}/fail`)));
    expect(failures.filter(([status]) => status === 200).length).toBeGreaterThanOrEqual(600);
    expect(failures.some(([status]) => status === 429)).toBe(true);
    expect(await statusOf(`${address}/1`), 'another failure').toEqual([200, 'OK']);
    expect(await statusOf(`${address}/fail`), 'after another one').toEqual([200, 'OK']);
  });

  test('of another MSP’s check says nothing of ours', async () => {
    const theirs = await cast.newMsp(`Northgate ${count}`);
    const { address } = await openChannel(
      cast.web,
      theirs.scope(),
      'Niamh',
      theirs.clientId,
      channelForm.parse({ kind: 'ping', name: 'fs-01' }),
      new Date(),
    );
    expect((await statusOf(address))[0]).toBe(200);
    await ours.work(new Date());
    expect(await runs()).toEqual([]);
    await expect(
      openChannel(
        cast.web,
        ours.scope(),
        'Mara',
        theirs.clientId,
        channelForm.parse({ kind: 'ping', name: 'x' }),
        new Date(),
      ),
    ).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('a success', () => {
  test('of a check whose repository was named claims a point there, which a failure of the same run takes back', async () => {
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
    const rid = randomUUID();
    const points = () =>
      cast.rows(
        `SELECT outcome, state FROM app.recovery_point WHERE msp_id = $1 AND point_key LIKE 'claimed:%'`,
        [ours.mspId],
      );
    expect((await statusOf(`${address}?rid=${rid}`))[0]).toBe(200);
    await ours.work(new Date());
    expect(await points()).toEqual([{ outcome: 'claimed', state: 'unknown' }]);
    expect((await statusOf(`${address}/fail?rid=${rid}`))[0]).toBe(200);
    await ours.work(new Date());
    expect(await points()).toEqual([{ outcome: 'failed', state: 'unknown' }]);
  });
});

/** The agent's report of a run that ended a minute ago, with its job. */
const agentRun = (status: 'success' | 'failed') => ({
  run_key: `restic-${randomUUID()}`,
  job_key: 'restic:fs-01:/srv',
  job_name: 'files of fs-01',
  kind: 'backup' as const,
  status,
  started_at: new Date(Date.now() - 5 * 60_000).toISOString(),
  ended_at: new Date(Date.now() - 60_000).toISOString(),
});
const told = () =>
  cast.rows(
    `SELECT u.status, u.trust, u.disagreement, u.message FROM app.run u JOIN app.job j ON j.msp_id = u.msp_id AND j.job_id = u.job_id
     WHERE u.msp_id = $1 AND u.occurred_at > now() - interval '20 minutes' ORDER BY u.occurred_at`,
    [ours.mspId],
  );

describe('a run that the agent tells of, too', () => {
  let machine: Awaited<ReturnType<CastMsp['newAgent']>>;
  let address: string;

  beforeEach(async () => {
    machine = await ours.newAgent('fs-01');
    await machine.send(
      {
        runs: [
          { ...agentRun('success'), started_at: '2026-11-20T01:00:00Z', ended_at: '2026-11-20T01:05:00Z' },
        ],
      },
      new Date(Date.now() - 3_600_000),
    );
    const [job] = await cast.rows('SELECT job_id::text AS id FROM app.job WHERE msp_id = $1', [ours.mspId]);
    ({ address } = await open({ jobId: job?.['id'] }));
  });

  test('is one, whoever is first, with the size and words of both', async () => {
    await ping(`${address}/start`);
    await ping(address, { body: 'said by the script' });
    await ours.work(new Date());
    await machine.send({ runs: [agentRun('success')] }, new Date());
    expect(await told()).toEqual([
      { status: 'success', trust: 'signed', disagreement: null, message: 'said by the script' },
    ]);
    expect(await statusOf(address)).toEqual([200, 'OK']);
    await ours.work(new Date());
    // A ping more is a run more: the agent tells of each run once.
    expect(await told()).toHaveLength(2);
  });

  test.each([
    ['agent', 'ping'],
    ['ping', 'agent'],
  ])('ended as its agent signed, and says what the ping said instead (first: %s)', async (first) => {
    const run = agentRun('success');
    if (first === 'agent') await machine.send({ runs: [run] }, new Date());
    await ping(`${address}/fail`, { body: 'after the backup: hook failed' });
    await ours.work(new Date());
    if (first === 'ping') await machine.send({ runs: [run] }, new Date());
    expect(await told()).toEqual([
      {
        status: 'success',
        trust: 'signed',
        disagreement: { status: 'failed', trust: 'token' },
        message: 'after the backup: hook failed',
      },
    ]);
  });

  test('failed, whatever better a ping said', async () => {
    await ping(address);
    await ours.work(new Date());
    await machine.send({ runs: [agentRun('failed')] }, new Date());
    expect(await told()).toMatchObject([
      { status: 'failed', trust: 'signed', disagreement: { status: 'success', trust: 'token' } },
    ]);
  });
});
