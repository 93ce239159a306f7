import { createPublicKey, randomUUID, sign, verify } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  questionSigningText,
  requestSigningText,
  restoreRequest,
  type RestoreRequest,
} from '@/contract/restore-request';
import type { ReportInput } from '@/ingest/testing/sample-agent';
import { setting } from '@/server/config';
import { openDatabase, type Database } from '@/server/data/database';
import { openIngestStore, type IngestStore } from '@/server/data/ingest-store';
import { listNewestRequests } from '@/server/data/restore-requests';
import {
  createRestoreRequestDesk,
  type RestoreRequestDesk,
} from '@/server/services/hand-out-restore-requests';
import { requestDueRestoreTests } from '@/server/services/request-due-restore-tests';
import { requestRestoreTest, restoreRequestForm } from '@/server/services/request-restore-test';
import { createAgentKeys, sha256 } from '@/server/services/verify-delivery';
import { HOUR, openScreenCast, type CastMsp, type ScreenCast } from '@/test/screen-cast';

const NOW = new Date('2026-11-24T10:00:00Z');
const DAY = 24 * HOUR;
const later = (ms: number): Date => new Date(NOW.getTime() + ms);
const FORM = { repositoryId: null, pointId: null, rule: 'sample', files: 20, seed: null } as const;

describe('a restore test that is asked for', () => {
  let cast: ScreenCast;
  let store: IngestStore;
  let worker: Database;
  let desk: RestoreRequestDesk;
  let ours: CastMsp;
  let agent: Awaited<ReturnType<CastMsp['newAgent']>>;
  let dataSetId: string;
  let count = 0;

  beforeAll(async () => {
    cast = await openScreenCast();
    store = openIngestStore({ url: cast.at.ingestUrl, contextKey: setting('contextKey') });
    worker = openDatabase({ url: cast.at.workerUrl, contextKey: setting('contextKey') });
  });
  afterAll(async () => {
    await Promise.all([store.close(), worker.close()]);
    await cast.close();
  });
  beforeEach(async () => {
    count += 1;
    desk = createRestoreRequestDesk(store, createAgentKeys(store));
    ours = await cast.newMsp(`Quillmark ${count}`);
    agent = await ours.newAgent('fs-01');
    await agent.backUp(
      [
        { repositoryKey: 'nas', location: 'sftp:nas:/restic' },
        { repositoryKey: 'cloud', location: 's3:https://s3.example.com/restic', locationKind: 's3' },
      ],
      NOW,
    );
    const [row] = await cast.rows('SELECT data_set_id::text AS id FROM app.data_set WHERE msp_id = $1', [
      ours.mspId,
    ]);
    dataSetId = String(row?.['id']);
  });

  /** Asks as an agent does; answers the requests, read. */
  async function poll(
    by = agent,
    at = NOW,
    changes: { sentAt?: string; body?: Buffer } = {},
  ): Promise<RestoreRequest[]> {
    const body = Buffer.from(JSON.stringify({ agent_version: '1.0.0' }));
    const sentAt = at.toISOString();
    const { agentId, privateKey } = by.agent;
    const text = questionSigningText({ sentAt, agentId, bodySha256: sha256(body).toString('hex') });
    const signature = sign(null, Buffer.from(text), privateKey).toString('base64');
    const { requests } = await desk.answer({ agentId, sentAt, signature, body, receivedAt: at, ...changes });
    const publicKey = createPublicKey(setting('signingKey'));
    return requests.map((one) => {
      const isSigned = verify(
        null,
        Buffer.from(requestSigningText(one.body)),
        publicKey,
        Buffer.from(one.signature, 'base64'),
      );
      expect(isSigned, 'signed with the pinned key').toBe(true);
      return restoreRequest.parse(JSON.parse(one.body));
    });
  }

  const ask = (form: Partial<typeof FORM> | object = {}, scope = ours.scope(), of = dataSetId) =>
    requestRestoreTest(
      cast.web,
      scope,
      ours.person,
      setting('signingKey'),
      { dataSetId: of, form: restoreRequestForm.parse({ ...FORM, ...form }) },
      NOW.getTime(),
    );
  const due = (at = NOW) => requestDueRestoreTests(worker, ours.mspId, setting('signingKey'), at.getTime());
  const newest = async () =>
    (await cast.web.inScope(ours.scope(), (tx) => listNewestRequests(tx, ours.mspId, [dataSetId])))[0];

  test('goes to the agent that reads the copy, once it takes requests, and its result is tied to it', async () => {
    await expect(ask()).rejects.toMatchObject({ code: 'conflict' });
    expect(await poll()).toEqual([]);
    const made = await ask({ seed: 42 });
    expect(await newest()).toMatchObject({ state: 'waiting', askedByName: ours.person.name, seed: 42 });
    const [request] = await poll();
    expect(request).toMatchObject({
      request_id: made.requestId,
      agent_id: agent.agent.agentId,
      trigger: 'manual',
      point: 'newest',
      rule: 'sample',
      files: 20,
      seed: 42,
      level: 'L4',
    });
    expect(await newest()).toMatchObject({ state: 'fetched' });
    if (!request) throw new Error('no request');
    await agent.send(resultOf(request, 'failed'), later(HOUR));
    const after = await newest();
    expect(after).toMatchObject({ state: 'done', result: 'failed', message: 'told why' });
    const [kept] = await cast.rows(
      'SELECT restore_test_id::text AS id, result FROM app.restore_test WHERE msp_id = $1',
      [ours.mspId],
    );
    expect([after?.restoreTestId, kept?.['result']]).toEqual([kept?.['id'], 'failed']);
    expect(await poll(agent, later(2 * HOUR))).toEqual([]);
    const events = await cast.rows('SELECT action FROM audit.event WHERE msp_id = $1 AND action = $2', [
      ours.mspId,
      'restore-test.requested',
    ]);
    expect(events).toHaveLength(1);
  });

  test('is given again until it is answered, and a later result changes nothing', async () => {
    await poll();
    await ask();
    const [first] = await poll();
    const [again] = await poll(agent, later(60_000));
    expect(again).toEqual(first);
    if (!first) throw new Error('no request');
    await agent.send(resultOf(first, 'error'), later(HOUR));
    await agent.send(resultOf(first, 'passed'), later(2 * HOUR));
    expect(await newest()).toMatchObject({ state: 'done', result: 'error' });
  });

  test('at most one of a data set is open', async () => {
    await poll();
    await ask();
    await expect(ask({ seed: 1 })).rejects.toMatchObject({ code: 'conflict' });
    expect(await due()).toBe(0);
  });

  test('another agent neither gets nor answers it', async () => {
    const other = await ours.newAgent('ws-09');
    await poll();
    await ask();
    const [request] = await poll();
    if (!request) throw new Error('no request');
    expect(await poll(other)).toEqual([]);
    await other.send(resultOf(request, 'passed'), later(HOUR));
    expect(await newest()).toMatchObject({ state: 'fetched', result: null });
  });

  test('a result of another repository than was asked about answers nothing', async () => {
    await poll();
    await ask();
    const [request] = await poll();
    if (!request) throw new Error('no request');
    const elsewhere = request.repository_key === 'nas' ? 'cloud' : 'nas';
    await agent.send(resultOf(request, 'passed', { repository_key: elsewhere }), later(HOUR));
    expect(await newest()).toMatchObject({ state: 'fetched' });
  });

  test('one that ended before there was a point is answered without a test', async () => {
    await poll();
    await ask();
    const [request] = await poll();
    if (!request) throw new Error('no request');
    await agent.send(resultOf(request, 'skipped', { point_key: 'unknown' }), later(HOUR));
    expect(await newest()).toMatchObject({ state: 'done', result: 'skipped', restoreTestId: null });
  });

  test('questions that are altered, old, unsigned or of a revoked agent are refused', async () => {
    await expect(poll(agent, NOW, { sentAt: later(1000).toISOString() })).rejects.toMatchObject({
      code: 'signature-invalid',
    });
    await expect(poll(agent, NOW, { body: Buffer.from('{}') })).rejects.toMatchObject({
      code: 'signature-invalid',
    });
    const body = Buffer.from(JSON.stringify({ agent_version: '1.0.0' }));
    const sentAt = later(-2 * DAY).toISOString();
    const { agentId, privateKey } = agent.agent;
    const text = questionSigningText({ sentAt, agentId, bodySha256: sha256(body).toString('hex') });
    const signature = sign(null, Buffer.from(text), privateKey).toString('base64');
    await expect(desk.answer({ agentId, sentAt, signature, body, receivedAt: NOW })).rejects.toMatchObject({
      code: 'invalid-request',
    });
    await cast.rows('UPDATE identity.agent_key SET revoked_at = now() WHERE agent_id = $1', [agentId]);
    desk = createRestoreRequestDesk(store, createAgentKeys(store));
    await expect(poll()).rejects.toMatchObject({ code: 'agent-revoked' });
  });

  test('of another MSP, a data set is not there', async () => {
    await poll();
    const theirs = await cast.newMsp(`Northgate ${count}`);
    await expect(ask({}, theirs.scope())).rejects.toMatchObject({ code: 'not-found' });
    await expect(ask({}, ours.scope(), randomUUID())).rejects.toMatchObject({ code: 'not-found' });
    await expect(ask({ pointId: randomUUID() })).rejects.toMatchObject({ code: 'not-found' });
    await expect(ask({ repositoryId: randomUUID() })).rejects.toMatchObject({ code: 'not-found' });
  });

  test('the policy asks when a test is due, of the copy that was tested longest ago, and only agents that take requests', async () => {
    expect(await due()).toBe(0);
    await poll();
    expect(await due()).toBe(1);
    expect(await newest()).toMatchObject({ reason: 'policy', askedByName: null, rule: 'sample' });
    const [first] = await poll();
    if (!first) throw new Error('no request');
    expect(first.trigger).toBe('schedule');
    await agent.send(resultOf(first, 'passed'), later(HOUR));
    // Tested: not due again for most of 90 days.
    await poll(agent, later(30 * DAY));
    expect(await due(later(30 * DAY))).toBe(0);
    await poll(agent, later(84 * DAY));
    expect(await due(later(84 * DAY))).toBe(1);
    const [second] = await poll(agent, later(84 * DAY));
    expect(second?.repository_key).not.toBe(first.repository_key);
  });

  test('a database of pgBackRest is asked for by the key that its agent told, by people and by the cadence', async () => {
    const key = 'pgbackrest:7711245175038803027:main';
    const theirs = await cast.newMsp(`Databases ${count}`);
    const database = await theirs.newAgent('db-01');
    await database.send(
      {
        scope: { complete_for: [`recovery_points:${key}`] },
        repositories: [
          {
            repository_key: key,
            tool: 'pgbackrest',
            location: 'stanza main',
            location_kind: 'unknown',
            reachable: true,
          },
        ],
        recovery_points: [
          {
            point_key: '20261124-010000F',
            repository_key: key,
            job_key: 'pgbackrest:db-01:main',
            source_host: 'db-01',
            source_paths: ['postgresql:main'],
            taken_at: later(-HOUR).toISOString(),
            state: 'complete',
            capture: 'database',
          },
        ],
      },
      NOW,
    );
    await poll(database);
    expect(await requestDueRestoreTests(worker, theirs.mspId, setting('signingKey'), NOW.getTime())).toBe(1);
    const [first] = await poll(database);
    expect(first).toMatchObject({
      trigger: 'schedule',
      repository_key: key,
      known_point_key: '20261124-010000F',
    });
    if (!first) throw new Error('no request');
    await database.send(
      resultOf(first, 'passed', { method: 'database_start', trigger: 'schedule' }),
      later(HOUR),
    );
    const [row] = await cast.rows('SELECT data_set_id::text AS id FROM app.data_set WHERE msp_id = $1', [
      theirs.mspId,
    ]);
    await ask({}, theirs.scope(), String(row?.['id']));
    const [second] = await poll(database);
    expect(second).toMatchObject({ trigger: 'manual', repository_key: key });
    expect(Object.keys(second ?? {}), 'no path and no command').toEqual(Object.keys(first));
  });

  test('one that nobody fetches or answers expires, and is asked again a day later', async () => {
    await poll();
    expect(await due()).toBe(1);
    await due(later(25 * HOUR));
    expect(await newest()).toMatchObject({ state: 'waiting', askedAt: later(25 * HOUR) });
    const states = await cast.rows(
      'SELECT state FROM app.restore_request WHERE msp_id = $1 ORDER BY asked_at',
      [ours.mspId],
    );
    expect(states.map(({ state }) => state)).toEqual(['expired', 'waiting']);
    expect(await poll(agent, later(50 * HOUR)), 'an expired one is not given').toEqual([]);
  });
});

/** A report of what came of a request. */
function resultOf(
  { request_id, repository_key, known_point_key }: RestoreRequest,
  result: 'passed' | 'failed' | 'error' | 'skipped',
  changes: object = {},
): Partial<ReportInput> {
  return {
    restore_tests: [
      {
        test_key: request_id,
        point_key: known_point_key,
        repository_key,
        trigger: 'manual',
        method: 'sample',
        started_at: later(HOUR / 2).toISOString(),
        ended_at: later(HOUR / 2 + 60_000).toISOString(),
        level: 'L4',
        result,
        message: result === 'passed' ? null : 'told why',
        ...changes,
      },
    ],
  };
}
