import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { setting } from '@/server/config';
import { openDatabase, type Database } from '@/server/data/database';
import { readChannel } from '@/server/data/channel-screens';
import { listMspsWithWork } from '@/server/data/work-due';
import { requireTool } from '@/test/require-tool';
import { messageRuleBody } from '@/test/authorisation/matrix';
import { type CastMsp, HOUR, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { pullReach } from '../pull/pull-networks';
import {
  fakeTask,
  type FakePbs,
  type FakeVeeam,
  openFakePbs,
  openFakeVeeam,
  PBS_TOKEN,
  VEEAM_ACCOUNT,
} from '../pull/testing/fake-servers';
import { openTlsServer, type TlsServer } from '../pull/testing/tls-server';
import { changePull, pullChange, pullNow } from './change-pull';
import { connectPull, pullForm } from './connect-pull';
import { makeMessageRule, newMessageRuleForm } from './change-message-rules';
import { closeChannel } from './open-channel';
import { claimPull, pullFromServer, type PullParts } from './pull-from-server';
import { connectionForm } from './connect-pull';
import { previewForm, previewPull, testConnection, testConnector } from './try-pull';

const NOW = new Date('2026-03-12T12:00:00Z');
const ago = (hours: number) => new Date(NOW.getTime() - hours * HOUR);

const later = (hours: number) => ago(-hours);

const parts = (at: Date, said: Partial<PullParts> = {}): PullParts => ({
  secretKey: setting('secretKey'),
  reach: pullReach(['127.0.0.0/8']),
  signal: new AbortController().signal,
  now: () => at,
  pace: { gapMs: 0, timeoutMs: 1000 },
  ...said,
});

const DONE_RULE = {
  ...messageRuleBody('the vault').definition,
  holds: [{ pointer: '/vault', equals: null }],
  outcomes: [{ pointer: '/result', value: 'all done', means: 'success' }],
};

const session = (id: string, hours: number, result: string, said: object = {}) => ({
  id,
  name: 'Nightly VMs',
  jobId: 'b1',
  sessionType: 'BackupJob',
  creationTime: ago(hours).toISOString(),
  endTime: ago(hours - 0.5).toISOString(),
  state: 'Stopped',
  progressPercent: 100,
  result: { result, message: result === 'Success' ? '' : 'Disk is full', isCanceled: false },
  ...said,
});

const run = (id: string, hours: number, status: string) => ({
  holdfast: 1,
  status,
  job: id,
  host: 'db-01',
  ended_at: ago(hours).toISOString(),
});

describe.skipIf(!requireTool('openssl'))('a connector', () => {
  let cast: ScreenCast;
  let worker: Database;
  let pbs: FakePbs;
  let veeam: FakeVeeam;
  let ours: CastMsp;
  let theirs: CastMsp;
  let count = 0;

  beforeAll(async () => {
    cast = await openScreenCast();
    worker = openDatabase({ url: cast.at.workerUrl, contextKey: setting('contextKey') });
    pbs = await openFakePbs();
    veeam = await openFakeVeeam();
  });
  beforeEach(async () => {
    ours = await cast.newMsp(`Quillmark IT ${++count}`);
    theirs = await cast.newMsp(`Northgate ${count}`);
  });
  afterEach(() => {
    pbs.tasks.length = 0;
    pbs.seen.length = 0;
    pbs.misbehave = null;
    veeam.sessions.length = 0;
    veeam.machines.clear();
  });
  afterAll(async () => {
    await Promise.all([pbs.close(), veeam.close(), worker.close()]);
    await cast.close();
  });

  const pbsConnection = (said: object = {}) => ({
    baseUrl: pbs.url,
    settings: { kind: 'pbs' },
    credentials: { kind: 'pbs', ...PBS_TOKEN },
    fingerprint: pbs.fingerprint,
    ...said,
  });
  const connect = (said: object = {}, msp = ours) =>
    connectPull(
      cast.web,
      msp.scope(),
      'Mara',
      msp.clientId,
      pullForm.parse({
        name: 'the backup server',
        hostname: 'pbs1',
        capture: 'image',
        ...pbsConnection(),
        ...said,
      }),
      NOW,
    );
  /** Pulls once as the worker does, and has what came read. */
  const pull = async (at = NOW, said: Partial<PullParts> = {}, msp = ours) => {
    const claimed = await claimPull(worker, msp.mspId, at);
    if (!claimed) return 'nothing is due';
    const ended = await pullFromServer(worker, msp.mspId, claimed, parts(at, said));
    await msp.work(at);
    return ended;
  };
  const screen = async (channelId: string, at = NOW) => {
    const read = await readChannel(cast.web, ours.scope(), channelId, at);
    if (!read?.connector) throw new Error('no connector');
    return { ...read, connector: read.connector };
  };
  const runs = async () =>
    (
      await cast.rows(
        `SELECT y.name AS system, j.name AS job, u.status FROM app.run u JOIN app.job j ON j.job_id = u.job_id
         JOIN app.system y ON y.system_id = u.system_id WHERE u.msp_id = $1 ORDER BY u.occurred_at, y.name`,
        [ours.mspId],
      )
    ).map(({ system, job, status }) => [system, job, status]);

  const change = (channelId: string, said: object, msp = ours) =>
    changePull(cast.web, msp.scope(), channelId, pullChange.parse(said), NOW.getTime());

  const tested = (said: object) =>
    testConnection(
      cast.web,
      ours.scope(),
      ours.clientId,
      connectionForm.parse(pbsConnection(said)),
      NOW.getTime(),
    );

  describe('of Proxmox Backup Server', () => {
    test('tells of what ended, each task once, and asks from where it came to', async () => {
      const running = fakeTask(ago(1), { id: 'store1:vm/102', status: null });
      pbs.tasks.push(
        fakeTask(ago(30)),
        fakeTask(ago(20), { id: 'store1:host/web1', status: 'WARNINGS: 2' }),
        fakeTask(ago(10), { id: 'store1:ct/101', status: 'connection error: timed out' }),
        fakeTask(ago(9), { type: 'verificationjob', id: 'store1:v-1', status: 'verification failed' }),
        fakeTask(ago(8), { type: 'garbage_collection', id: 'store1' }),
        fakeTask(ago(7), { type: 'termproxy', id: '' }),
        running,
      );
      const { channelId } = await connect();
      expect(await pull()).toMatchObject({ problem: null, items: 5, fresh: 5 });
      expect(await runs()).toEqual([
        ['vm/100', 'Backup to store1', 'success'],
        ['web1', 'Backup to store1', 'warning'],
        ['ct/101', 'Backup to store1', 'failed'],
        ['pbs1', 'Verification of store1', 'failed'],
        ['pbs1', 'Garbage collection of store1', 'success'],
      ]);
      const { connector, channel } = await screen(channelId);
      expect(connector.recent).toMatchObject([{ problem: null, fresh: 5 }]);
      expect(channel).toMatchObject({ state: 'reporting', messageCount: 5 });
      expect(connector.nextPullAt?.getTime()).toBeGreaterThan(NOW.getTime() + 0.8 * HOUR);
      expect(await pull()).toBe('nothing is due');

      const index = pbs.tasks.indexOf(running);
      pbs.tasks[index] = { ...running, endtime: ago(-1).getTime() / 1000, status: 'OK' };
      pbs.seen.length = 0;
      expect(await pull(later(2))).toMatchObject({ problem: null, fresh: 1 });
      const since = pbs.seen.map(({ url }) => Number(url.searchParams.get('since')));
      // The one that had not ended held it back, and no more than that.
      expect(Math.min(...since)).toBe(ago(1).getTime() / 1000 - 600);
      expect((await runs()).at(-1)).toEqual(['vm/102', 'Backup to store1', 'success']);
      expect(await pull(later(4))).toMatchObject({ problem: null, fresh: 0 });
      expect((await screen(channelId, later(4))).channel).toMatchObject({
        state: 'reporting',
        messageCount: 6,
      });
    });

    test('keeps each task as a message, with no secret in it', async () => {
      pbs.tasks.push(fakeTask(ago(3)));
      await connect();
      await pull();
      const [message] = await cast.rows(
        `SELECT convert_from(r.body, 'UTF8') AS body, r.envelope FROM app.raw_report r WHERE r.msp_id = $1`,
        [ours.mspId],
      );
      expect(String(message?.['body'])).toMatch(/^GET \/api2\/json\/nodes\/localhost\/tasks HTTP\/1\.1\r\n/);
      expect(String(message?.['body'])).toContain('"worker_id":"store1:vm/100"');
      expect(message?.['envelope']).toMatchObject({ pull: { key: expect.any(String) } });
      const everything = JSON.stringify(
        await cast.rows(
          `SELECT (SELECT jsonb_agg(to_jsonb(c) - 'sealed') FROM app.pull_connector c WHERE c.msp_id = $1) AS c,
             (SELECT jsonb_agg(e.body) FROM audit.event e WHERE e.msp_id = $1) AS e`,
          [ours.mspId],
        ),
      );
      expect(everything).toContain('channel.opened');
      for (const text of [everything, String(message?.['body'])])
        expect(text).not.toContain(PBS_TOKEN.secret);
    });

    test('claims a copy at most: no system is green by it', async () => {
      pbs.tasks.push(fakeTask(ago(3)));
      await connect();
      await pull();
      const [status] = await cast.rows(
        `SELECT s.status FROM app.system_status s JOIN app.system y ON y.msp_id = s.msp_id AND y.system_id = s.system_id
         WHERE s.msp_id = $1 AND y.name = 'vm/100'`,
        [ours.mspId],
      );
      expect(status?.['status']).not.toBe('compliant');
    });

    test('of one datastore and namespace tells of no other', async () => {
      pbs.tasks.push(
        fakeTask(ago(5), { id: 'store1:site-a:vm/100' }),
        fakeTask(ago(4), { id: 'store1:site-b:vm/100' }),
        fakeTask(ago(3), { id: 'offsite:site-a:vm/100' }),
      );
      await connect({ settings: { kind: 'pbs', datastore: 'store1', namespace: 'site-a' } });
      expect(await pull()).toMatchObject({ items: 1 });
      expect(await runs()).toEqual([['site-a/vm/100', 'Backup to store1/site-a', 'success']]);
    });
  });

  test('of Veeam tells of each machine of a session, and of none that has not ended', async () => {
    veeam.sessions.push(
      session('s1', 30, 'Success'),
      session('s2', 6, 'Failed'),
      session('s3', 5, 'Success', { sessionType: 'ConfigurationBackup' }),
      session('s4', 4, 'Success'),
      session('s5', 1, 'None', { state: 'Working', endTime: null }),
    );
    veeam.machines.set('s1', [
      { name: 'erp01', result: 'Success' },
      { name: 'sql01', result: 'Success' },
    ]);
    veeam.machines.set('s4', []);
    const { channelId } = await connect({
      baseUrl: veeam.url,
      settings: { kind: 'veeam' },
      credentials: { kind: 'veeam', ...VEEAM_ACCOUNT },
      fingerprint: veeam.fingerprint,
      hostname: 'vbr01',
    });
    expect(await pull()).toMatchObject({ problem: null, items: 3, fresh: 3 });
    expect(await runs()).toEqual([
      ['erp01', 'Nightly VMs', 'success'],
      ['sql01', 'Nightly VMs', 'success'],
      ['vbr01', 'Nightly VMs', 'failed'],
    ]);
    // A success of no machine at all says nothing.
    const { messages } = await screen(channelId);
    expect(messages[0]).toMatchObject({ state: 'quarantined' });
    expect(veeam.seen.at(-1)?.headers['x-api-version']).toBe('1.1-rev1');
    // Nobody asks again for the machines of a session that was told.
    veeam.seen.length = 0;
    expect(await pull(later(2))).toMatchObject({ problem: null, fresh: 0 });
    expect(veeam.seen.filter(({ url }) => url.pathname.endsWith('/taskSessions'))).toEqual([]);
  });

  test('of any JSON reads page by page, from the newest time on', async () => {
    const server: TlsServer = await openTlsServer(({ url, headers }) => {
      if (headers['x-key'] !== 'let me in') return { status: 403, json: {} };
      const page = url.searchParams.get('page') ?? '1';
      const next = page === '1' ? `${url.pathname}?page=2` : null;
      return {
        json: { data: [run(`job ${page}`, Number(page), page === '1' ? 'success' : 'failed')], next },
      };
    });
    try {
      await connect({
        baseUrl: `${server.url}/runs?after={since}`,
        settings: {
          kind: 'http-json',
          itemsAt: '/data',
          nextAt: '/next',
          timeAt: '/ended_at',
          sinceForm: 'epoch',
        },
        credentials: { kind: 'http-json', header: 'X-Key: let me in' },
        fingerprint: server.fingerprint,
      });
      expect(await pull()).toMatchObject({ problem: null, items: 2, fresh: 2 });
      expect(await runs()).toEqual([
        ['db-01', 'job 2', 'failed'],
        ['db-01', 'job 1', 'success'],
      ]);
      server.seen.length = 0;
      expect(await pull(later(2))).toMatchObject({ fresh: 0 });
      expect(server.seen[0]?.url.searchParams.get('after')).toBe(String(ago(1).getTime() / 1000 - 600));
    } finally {
      await server.close();
    }
  });

  test('of a JSON that no parser reads is read by a rule, in a dry run and when it is read again', async () => {
    const item = { result: 'all done', vault: 'v1', finished: ago(3).toISOString() };
    const server: TlsServer = await openTlsServer(() => ({ json: [item] }));
    try {
      const form = {
        name: 'the vault',
        hostname: 'vault-01',
        baseUrl: `${server.url}/runs`,
        settings: { kind: 'http-json', itemsAt: '', nextAt: '', timeAt: '' },
        credentials: { kind: 'http-json', header: 'X-Key: let me in' },
        fingerprint: server.fingerprint,
      };
      const preview = async () => {
        const { hostname: _, ...typed } = form;
        const asked = previewForm.parse({ ...typed, capture: 'files' });
        const seen = await previewPull(cast.web, ours.scope(), ours.clientId, asked, NOW.getTime());
        return seen.isReached ? seen.items.map(({ status }) => status) : seen.problem;
      };
      expect(await preview()).toEqual([null]);
      await connect(form);
      expect(await pull()).toMatchObject({ problem: null, fresh: 1 });
      expect(await runs()).toEqual([]);
      const made = await makeMessageRule(
        cast.web,
        ours.scope(),
        ours.person,
        newMessageRuleForm.parse({ ...messageRuleBody('the vault'), definition: DONE_RULE }),
        NOW,
      );
      expect(made).toMatchObject({ retriedCount: 1 });
      await ours.work(NOW);
      expect((await runs()).map(([system, , status]) => [system, status])).toEqual([['vault-01', 'success']]);
      expect(await preview()).toEqual(['success']);
    } finally {
      await server.close();
    }
  });

  describe('that comes to nothing', () => {
    const misbehaving: readonly (readonly [string, NonNullable<TlsServer['misbehave']>, object])[] = [
      ['401', (response) => response.writeHead(401).end('no'), { problem: 'not-let-in', httpStatus: 401 }],
      ['403', (response) => response.writeHead(403).end('no'), { problem: 'not-allowed' }],
      ['500', (response) => response.writeHead(500).end('oh'), { problem: 'server-error', detail: 'oh' }],
      [
        'a redirect',
        (response) => response.writeHead(302, { location: 'https://elsewhere.example/' }).end(),
        { problem: 'redirected' },
      ],
      [
        'a web page',
        (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in</html>'),
        { problem: 'no-json', detail: '<html>Sign in</html>' },
      ],
      ['other JSON', (response) => response.end('{"data":[{"upid":1}]}'), { problem: 'unexpected-answer' }],
      ['silence', () => {}, { problem: 'too-slow' }],
      [
        'an answer without end',
        (response) => {
          const more = () => {
            if (!response.destroyed) response.write('x'.repeat(1_000_000), () => setImmediate(more));
          };
          more();
        },
        { problem: 'too-large' },
      ],
      ['a hang-up', (response) => response.destroy(), { problem: 'unreachable' }],
    ];

    test.each(misbehaving)(
      'by %s says so, keeps nothing, and comes back later',
      async (_, misbehave, expected) => {
        pbs.tasks.push(fakeTask(ago(3)));
        const { channelId } = await connect();
        pbs.misbehave = misbehave;
        expect(await pull()).toMatchObject({ ...expected, fresh: 0 });
        const { connector, channel } = await screen(channelId);
        expect(connector).toMatchObject({ failures: 1, succeededAt: null });
        expect(connector.nextPullAt?.getTime()).toBeGreaterThan(NOW.getTime() + 50_000);
        expect(channel.state).toBe('never-heard');
        pbs.misbehave = null;
        expect(await pull(later(7))).toMatchObject({ problem: null, fresh: 1 });
        expect((await screen(channelId, later(7))).connector.failures).toBe(0);
      },
    );

    test('waits as long as the server asks for', async () => {
      const { channelId } = await connect();
      pbs.misbehave = (response) => response.writeHead(429, { 'retry-after': '7200' }).end();
      expect(await pull()).toMatchObject({ problem: 'busy' });
      const { nextPullAt } = (await screen(channelId)).connector;
      expect(nextPullAt?.getTime()).toBeGreaterThan(NOW.getTime() + 1.7 * HOUR);
    });

    test('says nothing to a server with another certificate, and nothing to one within', async () => {
      await connect({ fingerprint: veeam.fingerprint });
      expect(await pull()).toMatchObject({ problem: 'other-certificate' });
      expect(pbs.seen).toEqual([]);
      const { channelId } = await connect({ name: 'second' });
      expect(await pull(NOW, { reach: pullReach([]) })).toMatchObject({ problem: 'forbidden-address' });
      expect(pbs.seen).toEqual([]);
      await closeChannel(cast.web, ours.scope(), channelId);
      await connect({ name: 'by name', baseUrl: pbs.url.replace('127.0.0.1', 'localhost') });
      expect(await pull(NOW, { reach: pullReach([]) })).toMatchObject({ problem: 'forbidden-address' });
      expect(pbs.seen).toEqual([]);
    });

    test('falls silent, and what it told of is unknown then, until the server is reached again', async () => {
      pbs.tasks.push(fakeTask(ago(3)));
      const { channelId } = await connect();
      await pull();
      expect((await screen(channelId, later(2.9))).channel.state).toBe('reporting');
      expect((await screen(channelId, later(3.1))).channel.state).toBe('silent');
      await ours.work(later(3.1));
      const status = async () =>
        (
          await cast.rows(
            `SELECT s.status FROM app.system_status s JOIN app.system y ON y.msp_id = s.msp_id AND y.system_id = s.system_id
             WHERE s.msp_id = $1 AND y.name = 'vm/100'`,
            [ours.mspId],
          )
        )[0]?.['status'];
      const silent = await status();
      expect(['unknown', 'non-compliant']).toContain(silent);
      expect(await pull(later(4))).toMatchObject({ problem: null, fresh: 0 });
      expect((await screen(channelId, later(4))).channel.state).toBe('reporting');
    });

    test('never shows what it signed in with, whatever the server says of it', async () => {
      const { channelId } = await connect();
      pbs.misbehave = (response) => response.writeHead(401).end(`token ${PBS_TOKEN.secret} is wrong`);
      expect(await pull()).toMatchObject({ detail: 'token … is wrong' });
      expect(JSON.stringify(await screen(channelId))).not.toContain(PBS_TOKEN.secret);
    });
  });

  describe('whose worker dies', () => {
    test('between two batches tells the rest once another takes over, and nothing twice', async () => {
      pbs.tasks.push(fakeTask(ago(100)), fakeTask(ago(50)), fakeTask(ago(2)));
      await connect();
      const claimed = await claimPull(worker, ours.mspId, NOW);
      if (!claimed) throw new Error('nothing is due');
      let asks = 0;
      const dies = () => {
        if (++asks > 4) throw new Error('the power fails');
        return NOW;
      };
      await expect(pullFromServer(worker, ours.mspId, claimed, { ...parts(NOW), now: dies })).rejects.toThrow(
        'the power fails',
      );
      const [between] = await cast.rows('SELECT count(*)::int AS n FROM app.raw_report WHERE msp_id = $1', [
        ours.mspId,
      ]);
      expect(between?.['n']).toBe(1);
      await pull(later(1));
      expect(await runs()).toHaveLength(3);
      const [after] = await cast.rows('SELECT count(*)::int AS n FROM app.raw_report WHERE msp_id = $1', [
        ours.mspId,
      ]);
      expect(after?.['n']).toBe(3);
    });

    test('gives its connector back after ten minutes; what it still sends then is refused', async () => {
      pbs.tasks.push(fakeTask(ago(2)));
      await connect();
      const dead = await claimPull(worker, ours.mspId, NOW);
      if (!dead) throw new Error('nothing is due');
      expect(await pull(new Date(NOW.getTime() + 9 * 60_000))).toBe('nothing is due');
      expect(await pull(new Date(NOW.getTime() + 11 * 60_000))).toMatchObject({ fresh: 1 });
      expect(await pullFromServer(worker, ours.mspId, dead, parts(NOW))).toBeNull();
      expect(await runs()).toHaveLength(1);
    });

    test('is never at one connector twice', async () => {
      await connect();
      const claims = await Promise.all([1, 2, 3, 4].map(() => claimPull(worker, ours.mspId, NOW)));
      expect(claims.filter((one) => one !== null)).toHaveLength(1);
    });
  });

  describe('and people', () => {
    test('of another MSP find nothing', async () => {
      const { channelId } = await connect();
      await expect(change(channelId, { version: 1 }, theirs)).rejects.toMatchObject({ code: 'not-found' });
      await expect(pullNow(cast.web, theirs.scope(), channelId, NOW.getTime())).rejects.toMatchObject({
        code: 'not-found',
      });
      await expect(testConnector(cast.web, theirs.scope(), channelId, NOW.getTime())).rejects.toMatchObject({
        code: 'not-found',
      });
      await expect(connect({}, { ...ours, scope: theirs.scope })).rejects.toMatchObject({
        code: 'not-found',
      });
      expect(await claimPull(worker, theirs.mspId, NOW)).toBeNull();
    });

    test('change, pause and hasten it; the log has it without secrets', async () => {
      const { channelId } = await connect();
      await change(channelId, { version: 1, intervalMinutes: 30 });
      await expect(change(channelId, { version: 1, intervalMinutes: 45 })).rejects.toMatchObject({
        code: 'conflict',
      });
      await change(channelId, { version: 2, isPaused: true });
      expect(await pull()).toBe('nothing is due');
      await expect(pullNow(cast.web, ours.scope(), channelId, NOW.getTime())).rejects.toMatchObject({
        code: 'conflict',
      });
      await change(channelId, {
        version: 3,
        isPaused: false,
        credentials: { kind: 'pbs', tokenId: 'other@pbs!pull', secret: 'another secret' },
      });
      expect(await pull()).toMatchObject({ problem: 'not-let-in' });
      await expect(pullNow(cast.web, ours.scope(), channelId, NOW.getTime() + 1000)).rejects.toMatchObject({
        code: 'rate-limited',
      });
      await pullNow(cast.web, ours.scope(), channelId, NOW.getTime() + 61_000);
      expect(await listMspsWithWork(worker, ['pull'], later(1), 1000)).toContain(ours.mspId);
      const events = await cast.rows(
        `SELECT action, body FROM audit.event WHERE msp_id = $1 AND action LIKE 'pull-connector.%' ORDER BY seq`,
        [ours.mspId],
      );
      expect(events.map(({ action }) => action)).toEqual([
        'pull-connector.changed',
        'pull-connector.paused',
        'pull-connector.resumed',
        'pull-connector.hastened',
      ]);
      expect(JSON.stringify(events)).not.toContain('another secret');
    });

    test('cannot send what was kept to another server, nor ask within', async () => {
      const { channelId } = await connect();
      await expect(change(channelId, { version: 1, baseUrl: veeam.url })).rejects.toMatchObject({
        fields: { credentials: expect.stringContaining('another server') },
      });
      for (const baseUrl of ['https://10.1.2.3:8007', 'https://169.254.169.254', 'https://[::1]:8007'])
        await expect(connect({ baseUrl })).rejects.toMatchObject({
          fields: { baseUrl: expect.stringContaining('HOLDFAST_PULL_NETWORKS') },
        });
      await expect(connect({ baseUrl: 'http://backup.example' })).rejects.toMatchObject({
        fields: { baseUrl: expect.stringContaining('https://') },
      });
    });

    test('close it: it asks no more, and what it signed in with is gone', async () => {
      const { channelId } = await connect();
      await closeChannel(cast.web, ours.scope(), channelId);
      expect(await pull()).toBe('nothing is due');
      const [row] = await cast.rows(
        'SELECT length(sealed) AS n FROM app.pull_connector WHERE channel_id = $1',
        [channelId],
      );
      expect(row?.['n']).toBe(0);
      await expect(change(channelId, { version: 1 })).rejects.toMatchObject({ code: 'conflict' });
    });

    test('try a connection out: who is believed by nobody is told of with a certificate to pin', async () => {
      expect(await tested({ fingerprint: null })).toMatchObject({
        isReached: false,
        problem: 'untrusted-certificate',
        certificate: { fingerprint: pbs.fingerprint },
      });
      expect(pbs.seen).toEqual([]);
      expect(await tested({})).toMatchObject({
        isReached: true,
        server: 'Proxmox Backup Server 3.2-1',
        facts: ['2 datastores that this token may see: store1, offsite'],
      });
      const wrong = { kind: 'pbs', tokenId: PBS_TOKEN.tokenId, secret: 'wrong secret' };
      const refused = await tested({ credentials: wrong });
      expect(refused).toMatchObject({ isReached: false, problem: 'not-let-in', httpStatus: 401 });
      expect(JSON.stringify(refused)).not.toContain('wrong secret');
    });

    test('see what the first pull would bring, and nothing is kept of it', async () => {
      pbs.tasks.push(fakeTask(ago(3)), fakeTask(ago(2), { id: 'store1:vm/101', status: 'unknown' }));
      const form = previewForm.parse({ name: 'the backup server', capture: 'image', ...pbsConnection() });
      const preview = await previewPull(cast.web, ours.scope(), ours.clientId, form, NOW.getTime());
      expect(preview).toMatchObject({ isReached: true, count: 2, readable: 1, hasMore: false });
      expect(preview.isReached && preview.items.map(({ system, status }) => [system, status])).toEqual([
        ['vm/100', 'success'],
        ['the backup server', null],
      ]);
      const [kept] = await cast.rows('SELECT count(*)::int AS n FROM app.raw_report WHERE msp_id = $1', [
        ours.mspId,
      ]);
      expect(kept?.['n']).toBe(0);
    });
  });
});
