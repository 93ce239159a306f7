import { execFileSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import fs from 'node:fs';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { v7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { installAgent, type AgentProgram } from '@/agent/testing/agent-program';
import { fingerprintOf } from '@/agent/testing/fingerprint';
import type { DrillOutcome } from '@/contract/report';
import { DAY, SECOND } from '@/domain/time/instant';
import { createIngestServer } from '@/ingest/ingest-server';
import { requireTool } from '@/test/require-tool';
import { openScreenCast, type CastMsp, type ScreenCast } from '@/test/screen-cast';
import { slowTest } from '@/test/slow-test';
import { workerScope } from '../auth/system-scope';
import { setting } from '../config';
import { saveCoverageFindings } from '../data/coverage-findings';
import { listPeriodFindings } from '../data/document-facts';
import { openDatabase, type Database } from '../data/database';
import { listDrills } from '../data/drills';
import { openIngestStore, type IngestStore } from '../data/ingest-store';
import { readPortal } from '../data/portal';
import { listNewestRequests } from '../data/restore-requests';
import { log } from '../log';
import { openSmtpSink, type SmtpSink } from '../mail/testing/smtp-sink';
import { sealChannel } from '../notify/channel-address';
import { makeTenantScope } from '../tenancy/tenant-scope';
import { addNotificationRule } from './change-notifications';
import { confirmDrill } from './confirm-drill';
import { decideNotifications } from './decide-notifications';
import { createReportIntake } from './ingest-report';
import { createMessageIntake } from './take-messages';
import { mintEnrolmentToken } from './mint-enrolment-token';
import { requestDrill } from './request-drill';
import { requestDueRestoreTests } from './request-due-restore-tests';
import { requestRestoreTest } from './request-restore-test';
import { sendDueNotifications } from './send-due-notifications';

const NOW = Date.parse('2026-11-24T10:00:00Z');
const MAILBOX = 'alerts@quillmark.example';
const later = (ms: number): Date => new Date(NOW + ms);

let cast: ScreenCast;
let worker: Database;
let smtp: SmtpSink;
let ours: CastMsp;
let count = 0;
const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-drill-mail-'));

beforeAll(async () => {
  cast = await openScreenCast();
  worker = openDatabase({ url: cast.at.workerUrl, contextKey: setting('contextKey') });
  smtp = await openSmtpSink();
});
afterAll(async () => {
  await Promise.all([worker.close(), smtp.close()]);
  await cast.close();
  fs.rmSync(dataDir, { recursive: true });
});
beforeEach(async () => {
  count += 1;
  ours = await cast.newMsp(`Quillmark ${count}`);
  smtp.received.length = 0;
});

/** A rule that sends a mail of what it tells. */
async function addRule(findingRules: string[] | null, nowMs: number): Promise<void> {
  const channelId = v7();
  const sealed = sealChannel(channelId, { address: MAILBOX, signingSecret: null }, setting('secretKey'));
  await cast.rows(
    `INSERT INTO app.notification_channel (msp_id, channel_id, name, kind, shown_address, sealed, created_at, created_by)
      VALUES ($1, $2, 'On call', 'email', 'shown', $3, now(), $4)`,
    [ours.mspId, channelId, Buffer.from(sealed), ours.person.personId],
  );
  const terms = {
    severities: ['critical' as const],
    findingRules,
    clientIds: null,
    tells: ['opened' as const, 'resolved' as const],
    digestHour: null,
    quiet: null,
    escalateAfterMinutes: null,
  };
  const form = { name: 'Broken copies', channelId, escalationChannelId: null, terms };
  await addNotificationRule(cast.web, ours.scope('admin'), ours.person, form, nowMs);
}

/** Decides and sends what rules tell, as the worker does. */
async function tell(nowMs: number): Promise<void> {
  await decideNotifications(worker, ours.mspId, new Date(nowMs));
  const mail = {
    smtpUrl: smtp.url,
    mailFrom: 'holdfast@quillmark.example',
    dataDir,
    appOrigin: 'https://holdfast.example',
    notifiesLoopback: true,
  };
  await sendDueNotifications(worker, ours.mspId, mail, () => new Date(nowMs));
}

const dataSet = async (): Promise<string> =>
  String(
    (
      await cast.rows('SELECT data_set_id::text AS id FROM app.data_set WHERE msp_id = $1', [ours.mspId])
    )[0]?.['id'],
  );
const ask = async (nowMs: number, scope = ours.scope()) =>
  requestDrill(
    cast.web,
    scope,
    ours.person,
    setting('signingKey'),
    { dataSetId: await dataSet(), form: { repositoryId: null } },
    nowMs,
  );
const newest = async () => {
  const dataSetIds = [await dataSet()];
  const [drill] = await cast.web.inScope(ours.scope(), (tx) =>
    listDrills(tx, ours.mspId, { dataSetIds, limit: 1 }),
  );
  if (!drill) throw new Error('there is no drill');
  return drill;
};
const confirm = async (nowMs: number, scope = ours.scope()) =>
  confirmDrill(
    cast.web,
    scope,
    ours.person,
    { dataSetId: await dataSet(), requestId: (await newest()).requestId },
    nowMs,
  );
const openFindings = () =>
  cast.rows(
    `SELECT rule, severity, subject_kind FROM app.finding WHERE msp_id = $1 AND closed_at IS NULL AND rule LIKE 'drill%'`,
    [ours.mspId],
  );
const countOf = async (table: string): Promise<unknown> =>
  (await cast.rows(`SELECT count(*)::int AS n FROM app.${table} WHERE msp_id = $1`, [ours.mspId]))[0]?.['n'];
const actions = async (): Promise<unknown[]> =>
  (
    await cast.rows(
      "SELECT action FROM audit.event WHERE msp_id = $1 AND action LIKE 'restore-drill%' ORDER BY seq",
      [ours.mspId],
    )
  ).map(({ action }) => action);
const verdicts = () =>
  cast.rows('SELECT verdict FROM app.verdict WHERE msp_id = $1 ORDER BY data_set_id', [ours.mspId]);
/** What of a verdict a test would change. */
const proof = async (): Promise<string> => {
  const rows = (await verdicts()) as {
    verdict: { status: string; digits: object; findings: { rule: string }[] };
  }[];
  return JSON.stringify(
    rows.map(({ verdict: { status, digits, findings } }) => [
      status,
      digits,
      findings.map(({ rule }) => rule),
    ]),
  );
};

describe.skipIf(!requireTool('restic'))('a drill from the question to the mailbox', () => {
  let folder: string;
  let agent: AgentProgram;
  let store: IngestStore;
  let url: string;
  let closeServer: () => void;

  beforeAll(async () => {
    folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-drill-')));
    store = openIngestStore({ url: cast.at.ingestUrl, contextKey: setting('contextKey') });
    const server = createIngestServer(
      {
        store,
        intake: createReportIntake(store, () => {}),
        messages: createMessageIntake(store, () => {}),
        identity: { publicKey: createPublicKey(setting('signingKey')), ingestUrl: null },
        log: log('ingest'),
        agentFile: path.join(folder, 'none.mjs'),
      },
      () => false,
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    closeServer = () => server.close().closeAllConnections();
    const sources = path.join(folder, 'src');
    fs.mkdirSync(sources);
    for (let index = 0; index < 30; index++)
      fs.writeFileSync(path.join(sources, `${index}.txt`), `file ${index}\n`.repeat(100 + index));
    for (const args of [['init'], ['backup', sources]])
      execFileSync('restic', ['-r', path.join(folder, 'repo'), ...args], {
        env: { ...process.env, RESTIC_PASSWORD: 'drill' },
        stdio: 'ignore',
      });
  }, 120_000);
  afterAll(async () => {
    closeServer();
    await store.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    agent = await installAgent();
    fs.writeFileSync(
      path.join(agent.folder, 'agent.jsonc'),
      JSON.stringify({
        repositories: [{ tool: 'restic', repo: path.join(folder, 'repo'), stats: false }],
        restore_tests: { keep_free_mb: 0 },
      }),
    );
    const { token } = await mintEnrolmentToken(worker, ours.scope(), ours.clientId, Date.now());
    await agent.run(['enrol', url, token]);
    await report();
    return () => agent.remove();
  });

  async function report(): Promise<void> {
    const done = await agent.run(['report'], { RESTIC_PASSWORD: 'drill' });
    expect(done.exitCode, done.stderr).toBe(0);
    await ours.work(new Date());
  }

  test('damage is made, noticed, told by mail as a DRILL, confirmed; and proves nothing of the copy', async () => {
    await addRule(['restore-test-failed'], Date.now());
    const before = { proof: await proof(), files: fingerprintOf(folder) };
    await ask(Date.now());
    await report();
    const noticed = await newest();
    expect(noticed).toMatchObject({
      state: 'done',
      outcome: 'noticed',
      askedByName: ours.person.name,
      message: expect.stringContaining(noticed.damaged?.path ?? 'no path') as string,
      noticed: [noticed.damaged?.path],
      messages: [],
    });
    expect(noticed.openedAt).not.toBeNull();
    expect(await openFindings()).toEqual([{ rule: 'drill', severity: 'critical', subject_kind: 'drill' }]);
    await expect(confirm(Date.now())).rejects.toMatchObject({ code: 'conflict' });

    const toldAt = Date.now() + 31 * SECOND;
    await tell(toldAt);
    const [mail] = smtp.received;
    expect(mail?.to).toEqual([MAILBOX]);
    expect(mail?.source).toMatch(/^Subject: DRILL on .*nothing is wrong/m);
    expect(mail?.source).toContain('This is a DRILL. Nothing is wrong');
    expect(await newest()).toMatchObject({
      messages: [{ channelName: 'On call', kind: 'email', step: 'opened', state: 'sent', problem: null }],
    });

    await confirm(toldAt);
    await ours.work(new Date(toldAt));
    expect(await openFindings()).toEqual([]);
    expect(await newest()).toMatchObject({ confirmedByName: ours.person.name, closedAt: new Date(toldAt) });
    await tell(toldAt + 31 * SECOND);
    expect(smtp.received.map(({ source }) => /^Subject: (.*)$/m.exec(source)?.[1])).toEqual([
      expect.stringMatching(/^DRILL on/) as string,
      expect.stringMatching(/^DRILL settled:/) as string,
    ]);
    expect(await actions()).toEqual([
      'restore-drill.requested',
      'restore-drill.alarm-raised',
      'restore-drill.confirmed',
      'restore-drill.alarm-closed',
    ]);

    expect(await proof(), 'the verdict is as before').toBe(before.proof);
    for (const table of ['restore_test', 'restore_record'])
      expect(await countOf(table), `no row in ${table}`).toBe(0);
    const client = { clientId: ours.clientId, from: new Date(0), to: new Date(toldAt + DAY) };
    const told = await cast.web.inScope(ours.scope(), (tx) =>
      listPeriodFindings(tx, ours.mspId, client, 1000),
    );
    expect(told.map(({ rule }) => rule)).not.toContain('drill');
    expect(fingerprintOf(folder), 'repository and source were not written to').toBe(before.files);
    const [evidence] = fs.readdirSync(path.join(agent.folder, 'state', 'restore-tests'));
    expect(
      JSON.parse(fs.readFileSync(path.join(agent.folder, 'state', 'restore-tests', evidence ?? ''), 'utf8')),
    ).toMatchObject({
      schema: 'holdfast-restore-drill-1.0',
      result: 'skipped',
      drill: { outcome: 'noticed' },
      bytes_per_second: null,
      scratch_removed: true,
    });
  });

  slowTest(
    'where no rule tells anybody, nobody can confirm it, and after a day it ends as that',
    async () => {
      await addRule(['run-failed'], Date.now());
      await ask(Date.now());
      await report();
      const now = Date.now();
      await tell(now + 31 * SECOND);
      expect(smtp.received).toEqual([]);
      await expect(confirm(now)).rejects.toMatchObject({
        code: 'conflict',
        publicSentence: expect.stringContaining('No message') as string,
      });
      await expect(ask(now)).rejects.toMatchObject({ code: 'conflict' });
      await ours.work(new Date(now + DAY));
      expect(await openFindings()).toEqual([]);
      expect(await newest()).toMatchObject({ confirmedAt: null, closedAt: new Date(now + DAY) });
    },
  );
});

describe('what an agent tells of a drill', () => {
  let agent: Awaited<ReturnType<CastMsp['newAgent']>>;

  beforeEach(async () => {
    agent = await ours.newAgent('fs-01');
    await agent.backUp([{ repositoryKey: 'nas', location: 'sftp:nas:/restic' }], later(0));
    await polled();
  });

  /** As if the agent had asked for requests. */
  const polled = () =>
    cast.rows(
      `INSERT INTO app.agent_request_poll (msp_id, agent_id, client_id, polled_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (msp_id, agent_id) DO NOTHING`,
      [ours.mspId, agent.agent.agentId, ours.clientId, later(0)],
    );
  const answer = async (outcome: DrillOutcome, atMs: number, by = agent, repository_key = 'nas') => {
    const { requestId } = await newest();
    await by.send(
      {
        restore_drills: [
          {
            request_id: requestId,
            point_key: 'any',
            repository_key,
            started_at: later(atMs - 1000).toISOString(),
            ended_at: later(atMs).toISOString(),
            outcome,
            damaged: { path: '/srv/a', offset: 3, was: 1, became: 254 },
            noticed: ['/srv/a'],
          },
        ],
      },
      later(atMs),
    );
  };

  test.each(['unnoticed', 'copy-damaged'] as const)(
    '%s is a real alarm, which a later drill that goes well closes',
    async (outcome) => {
      await addRule(null, NOW);
      await ask(NOW);
      await answer(outcome, 60_000);
      expect(await openFindings()).toEqual([
        { rule: 'drill-failed', severity: 'critical', subject_kind: 'drill' },
      ]);
      await tell(NOW + 120_000);
      expect(smtp.received.map(({ source }) => source).join('\n')).toMatch(
        outcome === 'unnoticed' ? /did not notice a file/ : /is not whole/,
      );
      await expect(confirm(NOW + 120_000)).rejects.toMatchObject({ code: 'conflict' });
      await ours.work(later(3 * DAY));
      expect(await openFindings(), 'time alone does not close it').toHaveLength(1);
      await ask(NOW + DAY);
      await answer('noticed', DAY + 60_000);
      await ours.work(later(DAY + 120_000));
      expect(await openFindings()).toMatchObject([{ rule: 'drill' }]);
    },
  );

  test.each(['error', 'skipped'] as const)('%s raises nothing', async (outcome) => {
    await ask(NOW);
    await answer(outcome, 60_000);
    expect(await openFindings()).toEqual([]);
    expect(await newest()).toMatchObject({ state: 'done', outcome, openedAt: null });
    await ask(NOW + 120_000);
  });

  test('counts once, from the agent that was asked alone, and of the repository that was asked about', async () => {
    const other = await ours.newAgent('ws-09');
    await ask(NOW);
    await answer('noticed', 60_000, other);
    await answer('noticed', 60_000, agent, 'elsewhere');
    expect(await newest()).toMatchObject({ state: 'waiting' });
    await answer('error', 120_000);
    await answer('noticed', 180_000);
    expect(await newest()).toMatchObject({ outcome: 'error' });
  });

  test('as a restore test it answers nothing and is none', async () => {
    await ask(NOW);
    const { requestId } = await newest();
    const [point] = await cast.rows('SELECT point_key FROM app.recovery_point WHERE msp_id = $1', [
      ours.mspId,
    ]);
    await agent.send(
      {
        restore_tests: [
          {
            test_key: requestId,
            point_key: String(point?.['point_key']),
            repository_key: 'nas',
            trigger: 'manual',
            method: 'sample',
            started_at: later(1000).toISOString(),
            ended_at: later(2000).toISOString(),
            level: 'L4',
            result: 'passed',
          },
        ],
      },
      later(60_000),
    );
    expect([await countOf('restore_test'), await countOf('restore_record')]).toEqual([0, 0]);
    expect(await newest()).toMatchObject({ state: 'waiting', outcome: null });
    const left = await cast.rows("SELECT FROM app.inbox WHERE msp_id = $1 AND state <> 'processed'", [
      ours.mspId,
    ]);
    expect(left, 'the report that said so was read').toEqual([]);
  });

  test('a drill and a restore test wait for each other, and no cadence takes a drill for a test', async () => {
    const dataSetId = await dataSet();
    await ask(NOW);
    const askForTest = () =>
      requestRestoreTest(
        cast.web,
        ours.scope(),
        ours.person,
        setting('signingKey'),
        { dataSetId, form: { repositoryId: null, pointId: null, rule: 'sample', files: 20, seed: null } },
        NOW,
      );
    await expect(askForTest()).rejects.toMatchObject({ code: 'conflict' });
    await answer('noticed', 60_000);
    expect(await requestDueRestoreTests(worker, ours.mspId, setting('signingKey'), NOW + 60_000)).toBe(1);
    const [request] = await cast.web.inScope(ours.scope(), (tx) =>
      listNewestRequests(tx, ours.mspId, [dataSetId]),
    );
    expect(request).toMatchObject({ reason: 'policy' });
  });

  test('coverage leaves its alarm alone', async () => {
    await ask(NOW);
    await answer('noticed', 60_000);
    await worker.inScope(workerScope(ours.mspId), (tx) =>
      saveCoverageFindings(tx, ours.mspId, ours.clientId, [], later(120_000)),
    );
    expect(await openFindings()).toHaveLength(1);
  });

  test('the client’s portal says nothing of its alarm, and tells of a drill that failed', async () => {
    const rules = async () => {
      const portal = await readPortal(cast.web, ours.scope(), ours.clientId, later(60_000));
      return portal?.openPoints.flatMap((point) => point.rules) ?? [];
    };
    await ask(NOW);
    await answer('noticed', 60_000);
    expect(await rules()).not.toContain('drill');
    await cast.rows('UPDATE app.restore_request SET alarm_closed_at = $2 WHERE msp_id = $1', [
      ours.mspId,
      later(60_000),
    ]);
    await ask(NOW + 1000);
    await answer('unnoticed', 120_000);
    expect(await rules()).toContain('drill-failed');
  });

  test('of another MSP, or of a client that somebody does not see, there is nothing to ask for or to confirm', async () => {
    await ask(NOW);
    await answer('noticed', 60_000);
    const limited = makeTenantScope({
      mspId: ours.mspId,
      clientIds: [await ours.newClient('Another')],
      actorId: ours.person.personId,
      role: 'technician',
    });
    await expect(ask(NOW, limited)).rejects.toMatchObject({ code: 'not-found' });
    await expect(confirm(NOW, limited)).rejects.toMatchObject({ code: 'not-found' });
    const theirs = (await cast.newMsp(`Northgate ${count}`)).scope();
    await expect(ask(NOW, theirs)).rejects.toMatchObject({ code: 'not-found' });
    await expect(confirm(NOW, theirs)).rejects.toMatchObject({ code: 'not-found' });
  });
});
