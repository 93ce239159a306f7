import { generateKeyPairSync, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY, HOUR } from '@/domain/time/instant';
import { STATUSES, type Status } from '@/domain/protection/verdict';
import { asOwner, makeTenant } from '@/ingest/testing/sample-agent';
import { newDemoSystem, startIngest, type DemoSystem } from '@/test/demo-system';
import { slowTest } from '@/test/slow-test';
import { checkBundle } from '@/verify/check-log';
import { NODE } from '@/verify/node-platform';
import { demoPersonScope, workerScope } from '../auth/system-scope';
import { setting } from '../config';
import { openDatabase } from '../data/database';
import { listMspIds } from '../data/work-due';
import { checkAuditChain } from '../services/check-audit-chain';
import { removeSampleData } from '../services/remove-sample-data';
import { signIn } from '../services/sign-in';
import { exportEvidenceLog } from '../services/export-evidence-log';
import { makeCheckpoint } from '../services/make-checkpoint';
import { workMsp } from '../services/work-msp';
import { DEMO_CAST } from './cast';
import { beginFilling } from './demo-files';
import { fillDemo, HISTORY_DAYS } from './fill-demo';
import { createDemoSender } from './send-due-reports';
import { setUpMsp } from './set-up-msp';

/** Three days ago, so that the gap since then can be replayed. */
const INSTALLED_AT = Date.now() - 3 * DAY;

let system: DemoSystem;

beforeAll(async () => {
  system = await newDemoSystem();
  await fillDemo(system, DEMO_CAST, { installedAt: INSTALLED_AT, historyDays: HISTORY_DAYS });
}, 900_000);
afterAll(() => system.close());

function rows<T>(sql: string): Promise<T[]> {
  return asOwner(system.at.ownerUrl, async (owner) => (await owner.query(sql)).rows as T[]);
}

const STATUS_SQL = `SELECT c.name AS client, y.name AS system, s.status FROM app.system_status s
  JOIN app.system y USING (msp_id, system_id) JOIN app.client c ON c.msp_id = y.msp_id AND c.client_id = y.client_id
  ORDER BY 1, 2`;
type StatusRow = { client: string; system: string; status: Status };

test('there are systems in every state, most of them compliant', async () => {
  const found = await rows<StatusRow>(STATUS_SQL);
  const share = (status: Status) => found.filter((one) => one.status === status).length / found.length;
  expect(Math.min(...STATUSES.map(share))).toBeGreaterThan(0.04);
  expect(share('compliant')).toBeGreaterThan(0.5);
  expect(found.find((one) => one.system === 'cctv-nas')?.status).toBe('unknown');
  expect(found.filter((one) => one.client === 'Ulverby Marine').map((one) => one.status)).toEqual(
    Array(3).fill('unknown'),
  );
  expect(found.filter((one) => one.client === 'Calloway Reach Housing').map((one) => one.status)).toEqual(
    Array(5).fill('compliant'),
  );
});

test('findings of a dozen rules are open, and most kinds have also been closed', async () => {
  const open = await rows<{ rule: string }>('SELECT DISTINCT rule FROM app.finding WHERE closed_at IS NULL');
  const closed = await rows('SELECT DISTINCT rule FROM app.finding WHERE closed_at IS NOT NULL');
  expect(open.map((one) => one.rule)).toEqual(
    expect.arrayContaining([
      'copies-missing',
      'declaration-expired',
      'immutable-missing',
      'offsite-missing',
      'repository-unreadable',
      'restore-test-failed',
      'rpo-exceeded',
      'run-failed',
      'run-failed-repeatedly',
      'same-failure-domain',
      'verification-failed',
    ]),
  );
  expect(closed.length).toBeGreaterThanOrEqual(8);
});

test('one client’s tools keep what it was promised, and another’s do not', async () => {
  const open = await rows<{ client: string; rule: string; systems: number }>(
    `SELECT c.name AS client, f.rule, count(DISTINCT f.system_id)::int AS systems FROM app.finding f
     JOIN app.client c USING (msp_id, client_id)
     WHERE f.closed_at IS NULL AND f.rule IN ('retention-gap', 'retention-too-short', 'retention-too-long')
     GROUP BY c.name, f.rule`,
  );
  expect(open).toEqual([{ client: 'Larkwell Insurance Brokers', rule: 'retention-gap', systems: 4 }]);
});

test('every report was kept and processed, and a compliant data set rests on hollow copies nowhere', async () => {
  const states = `SELECT i.state, a.channel, count(*)::int AS count FROM app.inbox i JOIN app.raw_report r USING (msp_id, raw_report_id)
    JOIN app.agent a ON a.msp_id = r.msp_id AND a.agent_id = r.agent_id WHERE a.channel <> 'agent' OR i.state <> 'processed'
    GROUP BY 1, 2 ORDER BY 2`;
  expect(await rows(states)).toMatchObject([
    { state: 'processed', channel: 'import', count: 1 },
    { state: 'quarantined', channel: 'mail', count: 1 },
    { state: 'processed', channel: 'ping' },
    { state: 'processed', channel: 'webhook', count: 1 },
  ]);
  const hollow = await rows<{ name: string; status: string }>(
    `SELECT y.name, v.status FROM app.verdict v JOIN app.system y USING (msp_id, system_id)
     WHERE jsonb_path_exists(v.verdict, '$.copies[*] ? (@.isHollow == true)')`,
  );
  expect(hollow).toEqual([{ name: 'mail-gw', status: 'at-risk' }]);
});

test('runs that a channel and an agent told of are one, and where they differ both words are kept', async () => {
  const found = await rows<{ channel: string; runs: number; apart: unknown[] }>(
    `SELECT a.channel, count(DISTINCT u.run_id)::int AS runs, jsonb_agg(jsonb_build_array(u.status, u.disagreement))
       FILTER (WHERE u.disagreement IS NOT NULL) AS apart
     FROM app.run_identity i JOIN app.run u ON u.msp_id = i.msp_id AND u.run_id = i.run_id AND u.occurred_at = i.occurred_at
     JOIN app.agent a ON a.msp_id = i.msp_id AND a.agent_id = i.agent_id
     WHERE a.channel <> 'agent' AND u.trust = 'signed' GROUP BY 1 ORDER BY 1`,
  );
  expect(found).toEqual([
    { channel: 'ping', runs: expect.any(Number), apart: [['success', { status: 'failed', trust: 'token' }]] },
    { channel: 'webhook', runs: 1, apart: null },
  ]);
  expect(found[0]?.runs).toBeGreaterThan(8);
  const alone = await rows(`SELECT run_id FROM app.run WHERE trust <> 'signed'`);
  expect(alone).toEqual([]);
});

test('a client has its jobs scheduled: some runs were late, some missed, some excused, and none is now', async () => {
  const states = await rows<{ state: string; jobs: number }>(
    `SELECT state, count(DISTINCT job_id)::int AS jobs FROM app.expectation GROUP BY state ORDER BY state`,
  );
  expect(states.map(({ state }) => state)).toEqual(['excused', 'late', 'met', 'missed']);
  const missed = await rows(
    `SELECT closed_at IS NULL AS "isOpen" FROM app.finding WHERE rule = 'run-missed'`,
  );
  expect(missed.length).toBeGreaterThan(0);
  expect(missed).not.toContainEqual({ isOpen: true });
});

test('statuses have changed all through the 30 days, each at its own time and for a reason', async () => {
  const changes = await rows<{ day: number; at: Date; reasons: unknown[] }>(
    `SELECT (extract(epoch FROM at) / 86400)::int AS day, at, reasons FROM app.status_change
     WHERE from_status IS NOT NULL ORDER BY at`,
  );
  expect(new Set(changes.map((one) => one.day)).size).toBeGreaterThanOrEqual(12);
  expect(changes.every((one) => one.reasons.length > 0)).toBe(true);
  expect(Math.max(...changes.map((one) => one.at.getTime()))).toBeLessThanOrEqual(INSTALLED_AT);
  const strayed = await rows(
    `SELECT FROM app.system_status s WHERE s.status <> (SELECT h.to_status FROM app.status_change h
       WHERE h.msp_id = s.msp_id AND h.system_id = s.system_id ORDER BY h.at DESC LIMIT 1)`,
  );
  expect(strayed).toHaveLength(0);
});

test('a finding opens when the facts arrive, not when the demo is filled', async () => {
  const [failed] = await rows<{ opened_at: Date; since: Date }>(
    `SELECT f.opened_at, f.since FROM app.finding f JOIN app.system y USING (msp_id, system_id)
     WHERE y.name = 'emr-db' AND rule = 'restore-test-failed'`,
  );
  const openedAt = failed?.opened_at.getTime() ?? 0;
  expect(openedAt).toBeGreaterThan(INSTALLED_AT - 1.06 * DAY);
  expect(openedAt).toBeLessThanOrEqual(INSTALLED_AT);
  expect(openedAt - (failed?.since.getTime() ?? 0)).toBeLessThan(HOUR);
});

test('technicians declared what no tool reports, and their names stand by it', async () => {
  const said = await rows<{ attribute: string; by: string }>(
    'SELECT DISTINCT attribute, declared_by_name AS by FROM app.declaration ORDER BY 1, 2',
  );
  const who = new Set(said.map((one) => one.by));
  expect(who).toEqual(new Set(['Mara Ellison', 'Priya Nair', 'Niamh Byrne']));
  expect(new Set(said.map((one) => one.attribute))).toEqual(
    new Set(['failure-domain', 'immutability', 'media', 'site']),
  );
});

test('everybody signs in with what the data folder says, on this machine only', async () => {
  const users = JSON.parse(fs.readFileSync(path.join(system.dataDir, 'demo-users.json'), 'utf8')) as {
    email: string;
    password: string;
    totpSecret: string | null;
  }[];
  expect(users).toHaveLength(DEMO_CAST.flatMap(({ people }) => people).length);
  expect(new Set(users.map((user) => user.password)).size).toBe(users.length);
  const web = openDatabase({ url: system.at.webUrl, contextKey: setting('contextKey') });
  const attempt = (user: (typeof users)[number], appOrigin: string) => {
    const code = user.totpSecret ? new TOTP({ secret: Secret.fromBase32(user.totpSecret) }).generate() : '';
    const { email, password } = user;
    return signIn(web, { email, password, code, address: null, userAgent: null }, appOrigin, Date.now());
  };
  for (const user of users) {
    expect(await attempt(user, 'https://backup.example')).toEqual({ outcome: 'refused' });
    expect(await attempt(user, 'http://127.0.0.1:3000')).toMatchObject({ outcome: 'signed-in' });
  }
  await web.close();
});

test('what the data folder keeps is for its owner alone', () => {
  const files = fs.readdirSync(system.dataDir).toSorted();
  const modes = files.map((file) => fs.statSync(path.join(system.dataDir, file)).mode & 0o777);
  expect(files).toEqual(['demo-agents.json', 'demo-progress.json', 'demo-users.json', 'mail-outbox']);
  expect(modes).toEqual([0o600, 0o600, 0o600, 0o700]);
});

test('a database that holds something else is refused and left as it is', async () => {
  const other = await newDemoSystem();
  await makeTenant(other.at.ownerUrl, 'Somebody else');
  const filled = fillDemo(other, DEMO_CAST, { installedAt: INSTALLED_AT, historyDays: 1 });
  await expect(filled).rejects.toThrow('in use already');
  expect(await listMspIds(other.database)).toHaveLength(1);
  await other.close();
});

test('a filling that was interrupted is taken back and done again, a complete one is left alone', async () => {
  const other = await newDemoSystem();
  const cast = DEMO_CAST.slice(1);
  const [msp] = cast;
  if (!msp) throw new Error('no second MSP');
  const mspId = '0192f0c1-2b3c-7d4e-8f50-616273849500';
  beginFilling(other.dataDir, [mspId]);
  await setUpMsp(other.database, msp, mspId, new Date(INSTALLED_AT));
  await fillDemo(other, cast, { installedAt: INSTALLED_AT, historyDays: 1 });
  const mspIds = await listMspIds(other.database);
  expect(mspIds).toHaveLength(1);
  expect(mspIds).not.toContain(mspId);
  await fillDemo(other, cast, { installedAt: Date.now(), historyDays: 1 });
  expect(await listMspIds(other.database)).toEqual(mspIds);
  await other.close();
});

// The last one: it changes what the others look at.
slowTest(
  'three days later the agents deliver what they missed, and nothing is stale that was not',
  async () => {
    const before = await rows<StatusRow>(STATUS_SQL);
    const { dataDir, database } = system;
    const ingest = await startIngest(system);
    const sent = await createDemoSender({ dataDir, ingestUrl: ingest.url }, DEMO_CAST).sendDue(Date.now());
    expect(sent).toBeGreaterThan(100);
    for (const mspId of await listMspIds(database)) await workMsp(database, mspId, () => new Date());
    expect(await rows<StatusRow>(STATUS_SQL)).toEqual(before);
    const blips = await rows("SELECT * FROM app.status_change WHERE at > now() - interval '1 hour'");
    expect(blips).toEqual([]);
    await ingest.close();
  },
);

test('the bundle of a pack is whole, with a checkpoint in it and events of its client', async () => {
  type Pack = { msp: string; client: string; asked: Date };
  // As the filling makes it, with the key of a system that has one.
  const current = generateKeyPairSync('ed25519').privateKey;
  await makeCheckpoint(system.database, { current, former: null }, new Date(), true);
  const packs = await rows<Pack>(
    `SELECT msp_id::text AS msp, client_id::text AS client, requested_at AS asked FROM app.document WHERE kind = 'evidence-pack'`,
  );
  expect(packs).toHaveLength(DEMO_CAST.length);
  for (const { msp, client, asked } of packs) {
    const files = new Map<string, Uint8Array[]>();
    const part = { clientId: client, from: new Date(asked.getTime() - 29 * DAY), to: asked };
    for await (const { path: name, bytes } of exportEvidenceLog(system.database, workerScope(msp), part))
      files.set(name, [...(files.get(name) ?? []), bytes]);
    const entries = [...files].map(([name, parts]) => [name, { name, read: () => each(parts) }] as const);
    const known = { keys: [], witnesses: [], authorities: [], certificates: [] };
    const { verdict, problems, counts, remarks } = await checkBundle(NODE, new Map(entries), known);
    expect([verdict, problems]).toEqual(['whole', []]);
    expect(counts['shown']).toBeGreaterThan(10);
    expect(remarks.join('\n')).toMatch(/the last checkpoint here, 1 of .* reaches event/);
    expect(remarks.join('\n')).not.toContain('no event was recorded');
  }
});

// Really the last one: it leaves nothing of the demo.
test('its owners remove it all: no row of a client is left, the logs are whole, and the agents are strangers', async () => {
  const { database, dataDir } = system;
  const web = openDatabase({ url: system.at.webUrl, contextKey: setting('contextKey') });
  const tables = await rows<{ name: string }>(`SELECT c.oid::regclass::text AS name FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'client_id'
    WHERE c.relnamespace = 'app'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition`);
  const left = async () => {
    const counts = tables.map(
      ({ name }) => `SELECT '${name}' AS name, count(client_id)::int AS count FROM ${name}`,
    );
    const found = await rows<{ name: string; count: number }>(counts.join(' UNION ALL '));
    return found.filter(({ count }) => count > 0).map(({ name }) => name);
  };
  expect((await left()).length).toBeGreaterThan(40);
  for (const mspId of await listMspIds(database)) {
    const scope = demoPersonScope({ mspId, personId: randomUUID(), role: 'owner' });
    expect((await removeSampleData(web, scope)).reports).toBeGreaterThan(30);
    expect(await checkAuditChain(web, scope)).toMatchObject({ broken: null });
    await workMsp(database, mspId, () => new Date());
  }
  expect(await left()).toEqual([]);
  const ingest = await startIngest(system);
  const sender = createDemoSender({ dataDir, ingestUrl: ingest.url }, DEMO_CAST);
  expect(await sender.sendDue(Date.now() + DAY)).toBe(0);
  await Promise.all([ingest.close(), web.close()]);
});

async function* each(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}
