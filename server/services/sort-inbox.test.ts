import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { deliveryOf, nightOf } from '@/ingest/testing/sample-agent';
import { type CastMsp, HOUR, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { setting } from '../config';
import { readFleet } from '../data/fleet';
import { listInboxDecisions, listNamedSystems, listReportsAside } from '../data/inbox-screen';
import { type IngestStore, openIngestStore } from '../data/ingest-store';
import { makeTenantScope, type TenantScope } from '../tenancy/tenant-scope';
import { createReportIntake } from './ingest-report';
import {
  decideSystem,
  ignoreReports,
  retryReports,
  systemDecisionForm,
  undoIgnoredReports,
  undoSystemDecision,
} from './sort-inbox';

const CLOUD = { repositoryKey: 'cloud', location: 's3:https://s3.eu-central-1.amazonaws.com/vault' };
const FLEET = { search: '', status: null, sort: 'status', isReversed: false, page: 1 } as const;

let cast: ScreenCast;
let store: IngestStore;
let theirs: CastMsp;
let ours: CastMsp;
let count = 0;

beforeAll(async () => {
  cast = await openScreenCast();
  theirs = await cast.newMsp('Northgate');
  store = openIngestStore({ url: cast.at.ingestUrl, contextKey: setting('contextKey') });
});
beforeEach(async () => {
  ours = await cast.newMsp(`Quillmark IT ${++count}`);
});
afterAll(async () => {
  await store.close();
  await cast.close();
});

const inScope = <T>(list: (tx: never, mspId: string) => Promise<T>, scope: TenantScope = ours.scope()) =>
  cast.web.inScope(scope, (tx) => list(tx as never, scope.mspId));
const named = (scope?: TenantScope) => inScope(listNamedSystems, scope);
const aside = (scope?: TenantScope) => inScope(listReportsAside, scope);
const decisions = () => inScope(listInboxDecisions);
const code = (refused: Promise<unknown>) =>
  refused.then(
    () => 'taken',
    (error: { code?: string }) => error.code,
  );
const actions = async (): Promise<string[]> => {
  const rows = await cast.rows(
    "SELECT action FROM audit.event WHERE msp_id = $1 AND action ~ '^(system|reports)' ORDER BY seq",
    [ours.mspId],
  );
  return rows.map((row) => String(row['action']));
};

/** A machine whose repository holds backups of another host too. */
async function reportStranger(host = 'stranger-01'): Promise<string> {
  const now = new Date();
  const machine = await ours.newAgent('fs-01');
  const at = new Date(now.getTime() - HOUR);
  const own = nightOf(machine.agent, at, CLOUD);
  const foreign = nightOf({ ...machine.agent, hostname: host }, at, { ...CLOUD, repositoryKey: 'second' });
  const strangers = <T extends object>(said: readonly T[] = []) =>
    said.map((one) => ({ ...one, source_host: host }));
  await machine.send(
    {
      runs: [...(own.runs ?? []), ...strangers(foreign.runs)],
      recovery_points: [...(own.recovery_points ?? []), ...strangers(foreign.recovery_points)],
      repositories: [...(own.repositories ?? []), ...(foreign.repositories ?? [])],
    },
    now,
  );
  const [system] = await cast.rows('SELECT system_id FROM app.system WHERE msp_id = $1 AND name = $2', [
    ours.mspId,
    host,
  ]);
  return String(system?.['system_id']);
}

const decide = (systemId: string, verb: 'confirmed' | 'ignored', by = ours) =>
  decideSystem(cast.web, by.scope(), by.person, systemId, { verb, reason: 'looked at it' }, Date.now());

async function systemsInFleet(): Promise<number> {
  const { totals } = await readFleet(cast.web, ours.scope(), FLEET, [], new Date());
  return Object.values(totals.systems).reduce((sum, one) => sum + one, 0);
}

describe('a system that a report named', () => {
  test('waits in the inbox with that report; the machine that reports does not', async () => {
    const systemId = await reportStranger();
    expect(await named()).toMatchObject([
      { systemId, name: 'stranger-01', namedBy: 'fs-01', pointCount: 1, reportId: expect.any(String) },
    ]);
  });

  test('counts while nobody decided, and goes on to do so once it is confirmed', async () => {
    const systemId = await reportStranger();
    expect(await systemsInFleet()).toBe(2);
    await decide(systemId, 'confirmed');
    expect(await named()).toEqual([]);
    expect(await systemsInFleet()).toBe(2);
    expect(await decisions()).toMatchObject([
      { systemId, verb: 'confirmed', reason: 'looked at it', decidedByName: ours.person.name },
    ]);
  });

  test('leaves the fleet when it is ignored, stays away when it is named again, and comes back with its status', async () => {
    const systemId = await reportStranger();
    await decide(systemId, 'ignored');
    expect(await systemsInFleet()).toBe(1);
    await reportStranger();
    expect(await systemsInFleet()).toBe(1);
    await undoSystemDecision(cast.web, ours.scope(), ours.person, systemId, Date.now());
    await undoSystemDecision(cast.web, ours.scope(), ours.person, systemId, Date.now());
    expect(await named()).toHaveLength(1);
    const [dirty] = await cast.rows('SELECT dirty_at FROM app.system_status WHERE system_id = $1', [
      systemId,
    ]);
    expect(dirty?.['dirty_at']).toEqual(expect.any(Date));
    await ours.work(new Date());
    expect(await systemsInFleet()).toBe(2);
    const { totals } = await readFleet(cast.web, ours.scope(), FLEET, [], new Date());
    expect(totals.systems.compliant).toBe(0);
    expect(await actions()).toEqual(['system.ignored', 'system.decision-undone']);
  });

  test('keeps one decision: a later one takes its place', async () => {
    const systemId = await reportStranger();
    await Promise.all([
      decide(systemId, 'ignored'),
      decide(systemId, 'confirmed'),
      decide(systemId, 'ignored'),
    ]);
    expect(await decisions()).toHaveLength(1);
    await decide(systemId, 'confirmed');
    expect((await decisions()).map((one) => one.verb)).toEqual(['confirmed']);
    expect(await systemsInFleet()).toBe(2);
  });

  test('is not seen nor decided by another MSP, nor by who is limited to another client', async () => {
    const systemId = await reportStranger();
    const other = makeTenantScope({ ...ours.scope(), clientIds: [await ours.newClient('Other Ltd')] });
    expect(await code(decide(systemId, 'ignored', theirs))).toBe('not-found');
    const limited = { ...ours, scope: () => other };
    expect(await code(decide(systemId, 'ignored', limited))).toBe('not-found');
    expect([await named(theirs.scope()), await named(other)]).toEqual([[], []]);
  });

  test('is decided with a reason', () => {
    expect(systemDecisionForm.safeParse({ verb: 'ignored', reason: '  ' }).success).toBe(false);
    expect(systemDecisionForm.safeParse({ verb: 'merged', reason: 'x' }).success).toBe(false);
    expect(systemDecisionForm.safeParse({ verb: 'deleted', reason: 'x' }).success).toBe(false);
  });
});

/** Two reports that are signed but no JSON. */
async function putAside() {
  const { agent } = await ours.newAgent(`fs-${count}`);
  const intake = createReportIntake(store, () => {});
  const send = (sequence: number) =>
    intake.receive(deliveryOf(agent, Buffer.from('{'), { sequence, contentEncoding: 'identity' }));
  await send(1);
  await send(2);
  const [first] = await aside();
  return { agentId: agent.agentId, cause: first?.cause ?? '', send };
}

describe('reports that were put aside', () => {
  test('stand together by agent and cause, and nowhere for another MSP', async () => {
    const { agentId } = await putAside();
    expect(await aside()).toMatchObject([
      { agentId, reportCount: 2, cause: expect.stringContaining('cannot be read') },
    ]);
    expect(await aside(theirs.scope())).toEqual([]);
  });

  test('are ignored until now: a later one stands there again; undoing brings all back', async () => {
    const { agentId, cause, send } = await putAside();
    const form = { cause, reason: 'an old version, updated since' };
    await ignoreReports(cast.web, ours.scope(), ours.person, agentId, form, Date.now());
    expect(await aside()).toEqual([]);
    await send(3);
    expect(await aside()).toMatchObject([{ reportCount: 1 }]);
    await undoIgnoredReports(cast.web, ours.scope(), ours.person, agentId, { cause }, Date.now());
    expect(await aside()).toMatchObject([{ reportCount: 3 }]);
    expect(await actions()).toEqual(['reports.ignored', 'reports.decision-undone']);
  });

  test('are processed again when asked, and come back when they still cannot be read', async () => {
    const { agentId, cause } = await putAside();
    expect(await retryReports(cast.web, ours.scope(), agentId, { cause }, Date.now())).toBe(2);
    expect(await aside()).toEqual([]);
    await ours.work(new Date());
    expect(await aside()).toMatchObject([{ reportCount: 2, cause }]);
    expect(await actions()).toEqual(['reports.retried']);
  });

  test('are decided for no cause that none has, and by nobody of another MSP', async () => {
    const { agentId, cause } = await putAside();
    const [form, now] = [{ cause, reason: 'x' }, Date.now()];
    expect(await code(retryReports(cast.web, ours.scope(), agentId, { cause: 'other' }, now))).toBe(
      'conflict',
    );
    expect(await code(retryReports(cast.web, theirs.scope(), agentId, { cause }, now))).toBe('not-found');
    expect(await code(ignoreReports(cast.web, theirs.scope(), theirs.person, agentId, form, now))).toBe(
      'not-found',
    );
    expect(
      await code(undoIgnoredReports(cast.web, theirs.scope(), theirs.person, agentId, { cause }, now)),
    ).toBe('not-found');
  });
});
