import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shownStatus, STORED_STATUS_LAG_MAX } from '@/domain/protection/stored-status';
import { countStatuses } from '@/domain/protection/system-status';
import { STATUSES } from '@/domain/protection/verdict';
import { DAY } from '@/domain/time/instant';
import { HOUR, openScreenCast, type CastMsp, type ScreenCast } from '@/test/screen-cast';
import { listClientSystems } from './client-systems';
import { readFleet, readFleetList, type Fleet } from './fleet';
import type { FleetView } from './fleet-clients';
import { makeTenantScope } from '../tenancy/tenant-scope';
import { findLag } from './lag';
import { readSystemList, readSystemRuns, type SystemRuns } from './system-lists';
import type { Cursor } from './system-runs';

const NOW = new Date();
const CLOUD = { repositoryKey: 'cloud', location: 's3:https://s3.eu-central-1.amazonaws.com/vault' };
const NAS = { repositoryKey: 'nas', location: 'sftp:backup@nas-01:/backup', locationKind: 'sftp' as const };
const EVERYTHING: FleetView = { search: '', status: null, sort: 'status', isReversed: false, page: 1 };

let cast: ScreenCast;
let ours: CastMsp;
let theirs: CastMsp;
let empty: string;

beforeAll(async () => {
  cast = await openScreenCast();
  ours = await cast.newMsp('Quillmark IT');
  theirs = await cast.newMsp('Northgate');
  empty = await ours.newClient('Empty Ltd');
  const failing = await ours.newClient('100%_Failing\\ Ltd');
  await (await ours.newAgent('fs-01')).backUp([CLOUD, NAS], NOW);
  await (await ours.newAgent('sql-01', failing)).backUp([{ ...CLOUD, repositoryKey: 'cloud-1' }], NOW);
  await (await ours.newAgent('sql-02', failing)).backUp([{ ...CLOUD, repositoryKey: 'cloud-2' }], NOW);
  await (await theirs.newAgent('their-host')).backUp([CLOUD], NOW);
});
afterAll(() => cast.close());

function fleet(changed: Partial<FleetView> = {}, open: readonly string[] = [], now = NOW): Promise<Fleet> {
  return readFleet(cast.web, ours.scope(), { ...EVERYTHING, ...changed }, open, now);
}

const namesOf = ({ rows }: Fleet): string[] => rows.map((row) => row.name);

async function found(search: string) {
  return namesOf(await fleet({ search }));
}

describe('the fleet', () => {
  test('shows the clients of its own MSP, worst and fullest first, and the empty ones last', async () => {
    const shown = await fleet();
    expect(namesOf(shown)).toEqual(['100%_Failing\\ Ltd', "Quillmark IT's client", 'Empty Ltd']);
    expect(shown.rows.map((row) => row.status)).toEqual(['non-compliant', 'non-compliant', null]);
    expect(shown.totals).toEqual({
      clients: { 'non-compliant': 2, unknown: 0, 'at-risk': 0, compliant: 0 },
      systems: { 'non-compliant': 3, unknown: 0, 'at-risk': 0, compliant: 0 },
      emptyClients: 1,
    });
    expect(JSON.stringify(shown)).not.toContain('their');
  });

  test('says why each client has its status, with what it rests on', async () => {
    const [failing] = (await fleet()).rows;
    expect(failing?.reason?.verdict.status).toBe('non-compliant');
    expect(failing?.reason?.cause).toMatchObject({ systemCount: 2, finding: { detail: { kind: 'digit' } } });
    expect(failing?.days).toHaveLength(30);
    expect(failing?.days.at(-1)?.status).toBe('non-compliant');
    expect(failing?.days[0]?.status).toBe('no-data');
  });

  test('finds clients by their own name, and by what belongs to them', async () => {
    expect(await found('quillmark')).toEqual(["Quillmark IT's client"]);
    expect(await found('SQL-0')).toEqual(['100%_Failing\\ Ltd']);
    expect(await found('nas-01')).toEqual(["Quillmark IT's client"]);
    expect(await found('their-host')).toEqual([]);
  });

  test('takes the signs of a pattern for what they are', async () => {
    expect(namesOf(await fleet({ search: '%' }))).toEqual(['100%_Failing\\ Ltd']);
    expect(namesOf(await fleet({ search: '_Fail' }))).toEqual(['100%_Failing\\ Ltd']);
    expect(namesOf(await fleet({ search: '\\ Ltd' }))).toEqual(['100%_Failing\\ Ltd']);
    expect(namesOf(await fleet({ search: "' OR true --" }))).toEqual([]);
  });

  test('opens the systems that a search found, and those that were asked for', async () => {
    const searched = await fleet({ search: 'sql-02' });
    expect(searched.rows[0]?.systems?.map((system) => system.name)).toEqual(['sql-02']);
    const opened = await fleet({}, [ours.clientId, empty]);
    expect(opened.rows.map((row) => row.systems?.map((system) => system.name) ?? null)).toEqual([
      null,
      ['fs-01'],
      [],
    ]);
    expect(opened.rows[1]?.systems?.[0]?.verdict?.digits.copies.required).toBe(3);
  });

  test('gives a client the worst of its systems on each day, whether they changed or stayed as they were', async () => {
    const { mspId } = ours;
    const [, steady] = await cast.rows('SELECT system_id FROM app.system WHERE msp_id = $1 ORDER BY name', [
      mspId,
    ]);
    const longAgo = new Date(NOW.getTime() - 50 * DAY);
    await cast.rows('UPDATE app.system_status SET since = $2 WHERE system_id = $1', [
      steady?.['system_id'],
      longAgo,
    ]);
    await cast.rows('UPDATE app.status_change SET at = $2 WHERE system_id = $1', [
      steady?.['system_id'],
      longAgo,
    ]);
    const all = await fleet();
    const opened = await fleet(
      {},
      all.rows.map((row) => row.clientId),
    );
    const days = opened.rows.map((row) => row.days.map((day) => day.status));
    const worst = opened.rows.map((row) =>
      row.days.map((_, day) => {
        const known = (row.systems ?? []).map((system) => system.days[day]?.status);
        return STATUSES.find((status) => known.includes(status)) ?? 'no-data';
      }),
    );
    expect(days).toEqual(worst);
    expect(days.flat()).toContain('no-data');
    expect(days.map((of) => of[0])).toContain('non-compliant');
    await cast.rows('UPDATE app.system_status SET since = $2 WHERE system_id = $1', [
      steady?.['system_id'],
      NOW,
    ]);
    await cast.rows('UPDATE app.status_change SET at = $2 WHERE system_id = $1', [
      steady?.['system_id'],
      NOW,
    ]);
  });

  test('never opens the systems of another MSP', async () => {
    expect((await fleet({}, [theirs.clientId])).rows.every((row) => row.systems === null)).toBe(true);
  });

  test('keeps to the status that was asked for', async () => {
    expect(await fleet({ status: 'compliant' })).toMatchObject({ rows: [], total: 0 });
    expect(namesOf(await fleet({ status: 'needs-me' }))).toHaveLength(2);
    expect(namesOf(await fleet({ status: 'non-compliant' }))).toHaveLength(2);
  });

  test('sorts by name both ways, and pages', async () => {
    const byName = await fleet({ sort: 'client' });
    expect(namesOf(byName)).toEqual(['100%_Failing\\ Ltd', 'Empty Ltd', "Quillmark IT's client"]);
    expect(namesOf(await fleet({ sort: 'client', isReversed: true }))).toEqual(namesOf(byName).toReversed());
    expect(namesOf(await fleet({ sort: 'systems' }))[0]).toBe('100%_Failing\\ Ltd');
    expect(byName.total).toBe(3);
    expect((await fleet({ page: 2 })).rows).toEqual([]);
  });

  test('tells what changed since yesterday, and nothing once a day has passed', async () => {
    const { changes } = await fleet();
    expect(changes.map(({ name, from, to, systemCount }) => [name, from, to, systemCount])).toEqual(
      expect.arrayContaining([['100%_Failing\\ Ltd', null, 'non-compliant', 2]]),
    );
    expect((await fleet({}, [], new Date(NOW.getTime() + 25 * HOUR))).changes).toEqual([]);
  });
});

describe('what is exported', () => {
  test('are the clients of the view, in its order, on all its pages, with why', async () => {
    const list = await readFleetList(cast.web, ours.scope(), { ...EVERYTHING, page: 2 }, NOW);
    const { rows } = await fleet();
    expect(list).toEqual(rows.map(({ days: _days, systems: _systems, ...client }) => client));
    const searched = await readFleetList(cast.web, ours.scope(), { ...EVERYTHING, search: 'sql' }, NOW);
    expect(searched.map((client) => client.name)).toEqual(['100%_Failing\\ Ltd']);
  });

  test('are all systems that the search finds, and nothing of another MSP', async () => {
    const of = (clientId: string, search: string) =>
      readSystemList(cast.web, ours.scope(), clientId, search, NOW);
    expect((await of(ours.clientId, ''))?.systems).toMatchObject([
      { name: 'fs-01', verdict: { status: 'non-compliant' } },
    ]);
    expect((await of(ours.clientId, 'sql'))?.systems).toEqual([]);
    expect(await of(theirs.clientId, '')).toBeNull();
  });

  test('are all runs and points of a system, each once, however many are read at a time', async () => {
    const systemId =
      (await readSystemList(cast.web, ours.scope(), ours.clientId, '', NOW))?.systems[0]?.systemId ?? '';
    const seen: string[] = [];
    for (let before: Cursor | null = null, isMore = true; isMore;) {
      const page: SystemRuns | null = await readSystemRuns(
        cast.web,
        ours.scope(),
        systemId,
        { jobId: null, dayIn: () => null, before, pageSize: 1 },
        NOW,
      );
      for (const run of page?.runs ?? []) {
        seen.push(run.runId);
        before = { at: new Date(run.at), id: run.runId };
      }
      isMore = page?.hasMore ?? false;
    }
    expect(new Set(seen).size).toBe(2);
    expect(seen).toHaveLength(2);
  });
});

describe('a stored status that lags', () => {
  const instants = [
    null,
    NOW,
    new Date(NOW.getTime() - STORED_STATUS_LAG_MAX - 1),
    new Date(NOW.getTime() + HOUR),
  ];

  test('is shown as the domain says, whatever makes it lag', async () => {
    const { mspId, clientId } = theirs;
    for (const status of STATUSES)
      for (const changesAt of instants)
        for (const dirtyAt of instants) {
          await cast.rows(
            'UPDATE app.system_status SET status = $2, changes_at = $3, dirty_at = $4 WHERE msp_id = $1',
            [mspId, status, changesAt, dirtyAt],
          );
          const [system] = await cast.web.inScope(theirs.scope(), (tx) =>
            listClientSystems(tx, mspId, [clientId], '', NOW),
          );
          const stored = {
            status,
            changesAt: changesAt?.getTime() ?? null,
            dirtyAt: dirtyAt?.getTime() ?? null,
            waitingSince: null,
          };
          expect(system?.status, JSON.stringify(stored)).toBe(shownStatus(stored, NOW.getTime()));
        }
    await cast.rows(
      "UPDATE app.system_status SET status = 'compliant', changes_at = NULL, dirty_at = NULL WHERE msp_id = $1",
      [mspId],
    );
  });

  test('is counted as the list of systems shows it, whichever systems the client has', async () => {
    const msp = await cast.newMsp('Counted');
    const { mspId, clientId } = msp;
    const hosts = ['fresh', 'archived', 'overdue', 'dirty', 'unmarked'];
    for (const host of hosts)
      await (await msp.newAgent(host)).backUp([{ ...CLOUD, repositoryKey: host }], NOW);
    const idle = await msp.newClient('Idle Ltd');
    await (await msp.newAgent('idle-host', idle)).backUp([CLOUD], NOW);
    const longAgo = new Date(NOW.getTime() - STORED_STATUS_LAG_MAX - 1);
    const at = (name: string, change: string, table = 'system_status') =>
      cast.rows(
        `UPDATE app.${table} t SET ${change} FROM app.system y WHERE y.msp_id = $1 AND y.name = '${name}'
           AND t.msp_id = $1 AND t.system_id = y.system_id`,
        [mspId],
      );
    await cast.rows("UPDATE app.system_status SET status = 'compliant' WHERE msp_id = $1", [mspId]);
    await at('archived', `archived_at = '${NOW.toISOString()}'`, 'system');
    await at('overdue', `changes_at = '${longAgo.toISOString()}'`);
    await at('dirty', `dirty_at = '${longAgo.toISOString()}'`);
    await at('unmarked', 'has_status = false', 'system');
    await cast.rows(
      `INSERT INTO app.system (msp_id, system_id, client_id, name, host_key, kind)
       SELECT $1, gen_random_uuid(), $2, n, n, 'server' FROM unnest(ARRAY['never', 'ignored']) n`,
      [mspId, clientId],
    );
    await cast.rows("UPDATE app.system SET archived_at = now() WHERE msp_id = $1 AND name = 'ignored'", [
      mspId,
    ]);

    const shown = await readFleet(cast.web, msp.scope(), EVERYTHING, [], NOW);
    for (const row of shown.rows) {
      const systems = await cast.web.inScope(msp.scope(), (tx) =>
        listClientSystems(tx, mspId, [row.clientId], '', NOW),
      );
      expect(row.counts).toEqual(countStatuses(systems.map((system) => system.status)));
      expect(row.since).toEqual(
        systems
          .filter((system) => system.status === row.status)
          .map((system) => system.since)
          .toSorted((a, b) => a.getTime() - b.getTime())[0],
      );
    }
    expect(shown.totals.systems).toEqual({ 'non-compliant': 0, unknown: 3, 'at-risk': 0, compliant: 3 });
    expect(shown.totals.clients).toEqual({ 'non-compliant': 0, unknown: 1, 'at-risk': 0, compliant: 1 });

    const limited = makeTenantScope({ mspId, clientIds: [idle], actorId: null, role: 'technician' });
    expect((await readFleet(cast.web, limited, EVERYTHING, [], NOW)).totals.systems).toEqual({
      'non-compliant': 0,
      unknown: 0,
      'at-risk': 0,
      compliant: 1,
    });
  });

  test('marks every system that a report brings as one that has a status', async () => {
    const rows = await cast.rows('SELECT name FROM app.system WHERE msp_id = $1 AND NOT has_status', [
      ours.mspId,
    ]);
    expect(rows).toEqual([]);
  });

  test('is unknown while reports of its client wait, and we say how long', async () => {
    const agent = await theirs.newAgent('slow-host');
    const receivedAt = new Date(NOW.getTime() - 10 * 60_000);
    await agent.send({}, receivedAt, false);
    const systems = () =>
      cast.web.inScope(theirs.scope(), (tx) =>
        listClientSystems(tx, theirs.mspId, [theirs.clientId], 'their', NOW),
      );
    expect(await systems()).toMatchObject([{ status: 'unknown', laggingSince: receivedAt }]);
    const lag = await cast.web.inScope(theirs.scope(), (tx) => findLag(tx, theirs.mspId, NOW));
    expect(lag).toEqual({ since: receivedAt, waitingReports: 1 });
    expect(await cast.web.inScope(ours.scope(), (tx) => findLag(tx, ours.mspId, NOW))).toBeNull();
    await theirs.work(NOW);
    expect(await cast.web.inScope(theirs.scope(), (tx) => findLag(tx, theirs.mspId, NOW))).toBeNull();
  });
});
