import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enrolmentOf, reportDelivery, reportOf } from '@/ingest/testing/sample-agent';
import { HOUR, openScreenCast, type CastMsp, type ScreenCast } from '@/test/screen-cast';
import { setting } from '../config';
import { enrolAgent } from '../services/enrol-agent';
import { createReportIntake } from '../services/ingest-report';
import { mintEnrolmentToken } from '../services/mint-enrolment-token';
import { revokeAgent } from '../services/revoke-agent';
import { makeTenantScope } from '../tenancy/tenant-scope';
import { readAgent, readAgents } from './agent-screens';
import type { AgentView } from './agents';
import { readEnrolmentProgress } from './enrolment-progress';
import { openIngestStore, type IngestStore } from './ingest-store';

const NOW = new Date();
const CLOUD = { repositoryKey: 'cloud', location: 's3:https://s3.eu-central-1.amazonaws.com/vault' };
const ALL: AgentView = {
  search: '',
  state: null,
  clientId: null,
  sort: 'state',
  isReversed: false,
  page: 1,
};

let cast: ScreenCast;
let ours: CastMsp;
let theirs: CastMsp;
let second: string;
let gappy: string;
let store: IngestStore;

beforeAll(async () => {
  cast = await openScreenCast();
  ours = await cast.newMsp('Quillmark IT');
  theirs = await cast.newMsp('Northgate');
  second = await ours.newClient('100%_Second Ltd');
  await (await ours.newAgent('fs-01')).backUp([CLOUD], NOW);
  await (await ours.newAgent('old-01', second)).backUp([CLOUD], new Date(NOW.getTime() - 27 * HOUR));
  await ours.newAgent('new-01', second);
  const { agent } = await ours.newAgent('gap-01');
  gappy = agent.agentId;
  store = openIngestStore({ url: cast.at.ingestUrl, contextKey: setting('contextKey') });
  const intake = createReportIntake(store, () => {});
  for (const sequence of [2, 5]) await intake.receive(reportDelivery(agent, reportOf(agent, sequence)));
  const { agent: gone } = await ours.newAgent('gone-01');
  await revokeAgent(cast.web, ours.scope('owner'), gone.agentId);
  await (await theirs.newAgent('their-01')).backUp([CLOUD], NOW);
});
afterAll(async () => {
  await store.close();
  await cast.close();
});

const read = (changed: Partial<AgentView> = {}) =>
  readAgents(cast.web, ours.scope(), { ...ALL, ...changed }, new Date());
const hostsOf = async (changed: Partial<AgentView>) =>
  (await read(changed)).agents.map((one) => one.hostname);

describe('the agents of an MSP', () => {
  test('are listed with their states, those who are silent first, the revoked ones only when asked for', async () => {
    const { agents, total, counts } = await read();
    expect(agents.map((one) => [one.hostname, one.state])).toEqual([
      ['old-01', 'silent'],
      ['new-01', 'never-heard'],
      ['gap-01', 'reporting'],
      ['fs-01', 'reporting'],
    ]);
    expect([total, counts]).toEqual([
      4,
      { silent: 1, 'never-heard': 1, reporting: 2, revoked: 1, missing: 1 },
    ]);
    expect(await hostsOf({ state: 'revoked' })).toEqual(['gone-01']);
  });

  test('are found by machine, client and state, and ordered as asked', async () => {
    expect(await hostsOf({ search: '100%_second' })).toEqual(['old-01', 'new-01']);
    expect(await hostsOf({ search: '%' })).toHaveLength(2);
    expect(await hostsOf({ clientId: second, state: 'silent' })).toEqual(['old-01']);
    expect(await hostsOf({ state: 'missing' })).toEqual(['gap-01']);
    expect(await hostsOf({ sort: 'machine', isReversed: true })).toEqual([
      'old-01',
      'new-01',
      'gap-01',
      'fs-01',
    ]);
    expect(await hostsOf({ sort: 'heard' })).toEqual(['new-01', 'old-01', 'fs-01', 'gap-01']);
  });

  test('have each missing number told, with since when it is missed', async () => {
    const screen = await readAgent(cast.web, ours.scope(), gappy, new Date());
    expect(screen?.agent.missingReports).toBe(3);
    expect(screen?.missing.map(({ from, to }) => [from, to])).toEqual([
      [1, 1],
      [3, 4],
    ]);
    expect(screen?.missing[0]?.noticedAt?.getTime()).toBeGreaterThan(NOW.getTime() - HOUR);
  });

  test('are not seen by another MSP, nor by who is limited to another client', async () => {
    const limited = makeTenantScope({ ...ours.scope(), clientIds: [second] });
    const seen = await readAgents(cast.web, limited, ALL, new Date());
    expect(seen.agents.map((one) => [one.hostname, one.state])).toEqual([
      ['old-01', 'silent'],
      ['new-01', 'never-heard'],
    ]);
    expect(await readAgent(cast.web, limited, gappy, new Date())).toBeNull();
    expect(await readAgent(cast.web, theirs.scope(), gappy, new Date())).toBeNull();
  });
});

describe('an enrolment', () => {
  test('waits, shows the machine that came, then its first report, and is nobody else’s', async () => {
    const { token, enrolmentId } = await mintEnrolmentToken(
      cast.web,
      ours.scope(),
      ours.clientId,
      Date.now(),
    );
    const progress = (of = ours) =>
      cast.web.inScope(of.scope(), (tx) => readEnrolmentProgress(tx, of.mspId, enrolmentId));
    expect(await progress()).toMatchObject({ agent: null, firstReport: null });
    const { body, publicKey, privateKey } = enrolmentOf(token, 'ws-07');
    const answer = await enrolAgent(store, { publicKey, ingestUrl: null }, body, new Date());
    expect(await progress()).toMatchObject({ agent: { hostname: 'ws-07' }, firstReport: null });
    const agent = { agentId: answer.agent_id, privateKey, epoch: enrolmentId, hostname: 'ws-07' };
    await createReportIntake(store, () => {}).receive(reportDelivery(agent, reportOf(agent, 1)));
    expect((await progress())?.firstReport?.state).toBe('pending');
    await ours.work(new Date());
    expect((await progress())?.firstReport).toMatchObject({ state: 'processed', runs: 0 });
    expect(await progress(theirs)).toBeNull();
  });

  test('stands among the newest tokens, with who made it', async () => {
    const { enrolments } = await read();
    expect(enrolments[0]).toMatchObject({ hostname: 'ws-07', spentAt: expect.any(Date) });
    expect((await readAgents(cast.web, theirs.scope(), ALL, new Date())).enrolments).toEqual([]);
  });
});
