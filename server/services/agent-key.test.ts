import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enrolmentOf, reportDelivery, reportOf, type SampleAgent } from '@/ingest/testing/sample-agent';
import { type CastMsp, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { setting } from '../config';
import { type IngestStore, openIngestStore } from '../data/ingest-store';
import { enrolAgent, type ServerIdentity } from './enrol-agent';
import { createReportIntake, type ReportIntake } from './ingest-report';
import { mintEnrolmentToken } from './mint-enrolment-token';
import { revokeAgent } from './revoke-agent';
import { rotateAgentKey } from './rotate-agent-key';

let cast: ScreenCast;
let ours: CastMsp;
let theirs: CastMsp;
let store: IngestStore;
let intake: ReportIntake;
let identity: ServerIdentity;

beforeAll(async () => {
  cast = await openScreenCast();
  ours = await cast.newMsp('Quillmark IT');
  theirs = await cast.newMsp('Northgate');
  store = openIngestStore({ url: cast.at.ingestUrl, contextKey: setting('contextKey') });
  intake = createReportIntake(store, () => {});
  identity = { publicKey: enrolmentOf(`hfe_${'A'.repeat(43)}`, 'x').publicKey, ingestUrl: null };
});
afterAll(async () => {
  await store.close();
  await cast.close();
});

const code = (refused: Promise<unknown>) =>
  refused.then(
    () => 'taken',
    (error: { code?: string }) => error.code,
  );

const send = (agent: SampleAgent, sequence: number, to = intake) =>
  code(to.receive(reportDelivery(agent, reportOf(agent, sequence))));

const rotate = (agentId: string) => rotateAgentKey(cast.web, ours.scope(), agentId, Date.now());

async function actions(agentId: string): Promise<string[]> {
  const rows = await cast.rows(
    `SELECT action FROM audit.event WHERE msp_id = $1 AND body::jsonb -> 'target' ->> 'agentId' = $2 ORDER BY seq`,
    [ours.mspId, agentId],
  );
  return rows.map((row) => String(row['action']));
}

describe('the key of an agent', () => {
  test('is changed by the token made for it; the agent, its numbers and its name stay', async () => {
    const { agent } = await ours.newAgent('fs-01');
    expect(await send(agent, 1)).toBe('taken');
    const { token } = await rotate(agent.agentId);
    expect(await send(agent, 2)).toBe('taken');
    const { body, privateKey } = enrolmentOf(token, 'fs-01');
    const answer = await enrolAgent(store, identity, body, new Date());
    expect(answer).toMatchObject({ agent_id: agent.agentId, agent_name: 'fs-01' });
    expect(await send({ ...agent, privateKey }, 3)).toBe('taken');
    expect(await send(agent, 4)).toBe('signature-invalid');
    expect((await enrolAgent(store, identity, body, new Date())).agent_id).toBe(agent.agentId);
    expect(await actions(agent.agentId)).toEqual(['agent.key-rotation-asked', 'agent.key-rotated']);
    const [row] = await cast.rows('SELECT key_changed_at, name FROM app.agent WHERE agent_id = $1', [
      agent.agentId,
    ]);
    expect(row).toEqual({ key_changed_at: expect.any(Date), name: 'fs-01' });
  });

  test('is worth nothing to a process that knew it, once the change went through that process', async () => {
    const { agent } = await ours.newAgent('fs-02');
    const elsewhere = createReportIntake(store, () => {});
    expect(await send(agent, 1, elsewhere)).toBe('taken');
    await enrolAgent(
      store,
      identity,
      enrolmentOf((await rotate(agent.agentId)).token, 'fs-02').body,
      new Date(),
    );
    elsewhere.forgetKey(agent.agentId);
    expect(await send(agent, 2, elsewhere)).toBe('signature-invalid');
  });

  test('is changed for nobody of another MSP, for no client unseen, and not once the agent is revoked', async () => {
    const { agent } = await ours.newAgent('fs-03');
    const foreign = rotateAgentKey(cast.web, theirs.scope(), agent.agentId, Date.now());
    expect(await code(foreign)).toBe('not-found');
    const { token } = await rotate(agent.agentId);
    await revokeAgent(cast.web, ours.scope('owner'), agent.agentId);
    expect(await code(rotate(agent.agentId))).toBe('conflict');
    expect(await code(enrolAgent(store, identity, enrolmentOf(token, 'fs-03').body, new Date()))).toBe(
      'forbidden',
    );
  });
});

describe('a revoked agent', () => {
  test('has its reports refused from the next one on, also by who knew its key', async () => {
    const { agent } = await ours.newAgent('fs-04');
    expect(await send(agent, 1)).toBe('taken');
    await revokeAgent(cast.web, ours.scope('owner'), agent.agentId);
    await revokeAgent(cast.web, ours.scope('owner'), agent.agentId);
    expect(await send(agent, 2)).toBe('agent-revoked');
    expect(await actions(agent.agentId)).toEqual(['agent.revoked']);
  });

  test('is not of another MSP', async () => {
    const { agent } = await ours.newAgent('fs-05');
    expect(await code(revokeAgent(cast.web, theirs.scope('owner'), agent.agentId))).toBe('not-found');
    expect(await send(agent, 1)).toBe('taken');
  });
});

test('a token for a new machine leaves the agents that are there alone', async () => {
  const { token } = await mintEnrolmentToken(cast.web, ours.scope(), ours.clientId, Date.now());
  const { agent } = await ours.newAgent('fs-06');
  const answer = await enrolAgent(store, identity, enrolmentOf(token, 'fs-06').body, new Date());
  expect(answer.agent_id).not.toBe(agent.agentId);
  expect(await send(agent, 1)).toBe('taken');
});
