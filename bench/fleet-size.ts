import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { gzipSync } from 'node:zlib';
import { encode } from 'next-auth/jwt';
import { v7 } from 'uuid';
import { z } from 'zod';
import type { Client } from 'pg';
import {
  asOwner,
  makeAgent,
  makeTenant,
  nightOf,
  reportDelivery,
  reportOf,
  type SampleAgent,
  type SampleTenant,
} from '@/ingest/testing/sample-agent';
import type { PolicyPreview } from '@/domain/policy/policy-preview';
import { NOTHING_PROMISED } from '@/domain/retention/retention-policy';
import { openDatabase, type Database } from '@/server/data/database';
import { readFleet } from '@/server/data/fleet';
import type { FleetView } from '@/server/data/fleet-clients';
import { openIngestStore, type IngestStore } from '@/server/data/ingest-store';
import { readPolicyFacts } from '@/server/data/policies';
import { createDefaultPolicy } from '@/server/services/create-default-policy';
import { createReportIntake } from '@/server/services/ingest-report';
import { previewPolicy } from '@/server/services/preview-policy';
import { workMsp } from '@/server/services/work-msp';
import { makeTenantScope } from '@/server/tenancy/tenant-scope';

/**
 * What the fleet costs an MSP of 20,000 systems against one of 200, alternating within one run on one Postgres: the fleet's data,
 * the page over HTTP, and a report from its arrival to its verdict. Medians and their ratios; then how long a preview of a policy takes,
 * and the JavaScript that the first load of the fleet takes. Needs a system that runs (`npm start`, in production mode); HOLDFAST_DATA_DIR is its data folder. Adds
 * MSPs to it that are left behind: use one that is thrown away.
 */
const SIZES = [
  { name: 'small', clients: 50, systemsPerClient: 4 },
  { name: 'large', clients: 400, systemsPerClient: 50 },
] as const;
const READS = 15;
const REPORTS = 15;
const HOUR_MS = 3_600_000;
const VIEW: FleetView = { search: '', status: null, sort: 'status', isReversed: false, page: 1 };
const REPOSITORIES = [
  { repositoryKey: 'cloud', location: 's3:https://s3.eu-central-1.amazonaws.com/vault' },
  { repositoryKey: 'nas', location: 'sftp:backup@nas-01:/backup', locationKind: 'sftp' as const },
];

const runtime = z
  .object({
    webUrl: z.url(),
    environment: z.object({
      DATABASE_URL: z.string(),
      DATABASE_URL_WEB: z.string(),
      DATABASE_URL_WORKER: z.string(),
      DATABASE_URL_INGEST: z.string(),
      HOLDFAST_CONTEXT_KEY: z.string(),
      NEXTAUTH_SECRET: z.string(),
    }),
  })
  .parse(
    JSON.parse(readFileSync(path.join(process.env['HOLDFAST_DATA_DIR'] ?? '.data', 'runtime.json'), 'utf8')),
  );
const settings = runtime.environment;
const contextKey = Buffer.from(settings.HOLDFAST_CONTEXT_KEY, 'hex');

/** An MSP of one size, with everything that is measured of it. */
interface Msp extends SampleTenant {
  readonly name: string;
  readonly systems: number;
  readonly cookie: string;
  readonly agent: SampleAgent;
  readonly sequence: { last: number };
}

async function main(): Promise<void> {
  const web = openDatabase({ url: settings.DATABASE_URL_WEB, contextKey });
  const worker = openDatabase({ url: settings.DATABASE_URL_WORKER, contextKey });
  const store = openIngestStore({ url: settings.DATABASE_URL_INGEST, contextKey });
  try {
    const msps: Msp[] = [];
    for (const size of SIZES) msps.push(await fillMsp(store, worker, size));
    await asOwner(settings.DATABASE_URL, (owner) => owner.query('VACUUM ANALYZE'));
    await compare('data of the fleet', msps, READS, (msp) => readData(web, msp), 1.5);
    await compare('page of the fleet over HTTP', msps, READS, readPage, 1.5);
    await compare('report, from arrival to verdict', msps, REPORTS, (msp) => report(store, worker, msp), 1.2);
    for (const msp of msps) await measurePreview(web, msp);
    const [msp] = msps;
    if (msp) await printFirstLoad(msp);
  } finally {
    await Promise.all([web.close(), worker.close(), store.close()]);
  }
}

async function compare(
  what: string,
  msps: readonly Msp[],
  rounds: number,
  once: (msp: Msp) => Promise<void>,
  goal: number,
): Promise<void> {
  const spent = new Map(msps.map((msp) => [msp, [] as number[]]));
  for (let round = -3; round < rounds; round++)
    for (const [msp, times] of spent) {
      const from = performance.now();
      await once(msp);
      if (round >= 0) times.push(performance.now() - from);
    }
  const medians = [...spent].map(([msp, times]) => {
    console.log(
      `${what}, ${msp.systems} systems: ${median(times).toFixed(1)} ms (most ${Math.max(...times).toFixed(1)})`,
    );
    return median(times);
  });
  const ratio = (medians.at(-1) ?? 0) / (medians[0] ?? 1);
  console.log(`${what}: ratio ${ratio.toFixed(2)} (goal: at most ${goal})`);
}

async function readData(web: Database, { mspId }: Msp): Promise<void> {
  const scope = makeTenantScope({ mspId, clientIds: '*', actorId: null, role: 'owner' });
  const { rows } = await readFleet(web, scope, VIEW, [], new Date());
  if (rows.length !== 50) throw new Error(`the fleet shows ${rows.length} clients`);
}

async function readPage({ cookie }: Msp): Promise<void> {
  const response = await fetch(runtime.webUrl, { headers: { cookie } });
  const page = await response.text();
  if (!page.includes('Changed since yesterday')) throw new Error(`no fleet: ${response.status}`);
}

async function report(store: IngestStore, worker: Database, msp: Msp): Promise<void> {
  await deliverNight(store, msp, new Date());
  await workMsp(worker, msp.mspId, () => new Date());
}

async function deliverNight(store: IngestStore, { agent, sequence }: Msp, at: Date): Promise<void> {
  const nights = REPOSITORIES.map((of) => nightOf(agent, new Date(at.getTime() - HOUR_MS), of));
  sequence.last++;
  const night = reportOf(agent, sequence.last, {
    generated_at: at.toISOString(),
    scope: { complete_for: nights.flatMap(({ scope }) => scope?.complete_for ?? []) },
    runs: nights.flatMap(({ runs }) => runs ?? []),
    recovery_points: nights.flatMap(({ recovery_points: points }) => points ?? []),
    repositories: nights.flatMap(({ repositories }) => repositories ?? []),
  });
  await createReportIntake(store, () => {}).receive(reportDelivery(agent, night, { receivedAt: at }));
}

/** What every system's policy would change, previewed as the editor does; with progress, so that nobody waits in the dark. */
async function measurePreview(web: Database, { mspId, systems }: Msp): Promise<void> {
  const scope = makeTenantScope({ mspId, clientIds: '*', actorId: null, role: 'owner' });
  const now = new Date();
  const readPolicies = () => web.inScope(scope, (tx) => readPolicyFacts(tx, mspId, '*', now));
  // the worker of the system that runs may have made the default policy already
  if ((await readPolicies()).policies.length === 0)
    await web.inScope(scope, (tx) => createDefaultPolicy(tx, mspId, null, now));
  const policyId = (await readPolicies()).policies[0]?.policyId ?? '';
  const draft = {
    policyId,
    overrides: { rpoSeconds: 1800, warningWindowSeconds: 0, schedule: NIGHTLY, retention: RETENTION },
    assign: null,
  };
  const from = performance.now();
  let [steps, longest, last] = [0, 0, from];
  let changed: PolicyPreview | null = null;
  for await (const step of previewPolicy(web, scope, draft, { now, wordsIn: () => WORDS })) {
    const at = performance.now();
    longest = Math.max(longest, at - last);
    [last, steps] = [at, steps + 1];
    if (step.kind === 'preview') changed = step.preview;
  }
  if (changed === null) throw new Error('the preview ended without a word');
  console.log(
    `preview of a policy over ${systems} systems: ${((last - from) / 1000).toFixed(1)} s, ${steps} steps, the longest ${longest.toFixed(0)} ms (goal: at most 60 s)`,
  );
}

const NIGHTLY = { kind: 'cron', expression: '0 21 * * *' } as const;
const RETENTION = { ...NOTHING_PROMISED, daily: 7 };
const WORDS = { formatInstant: (at: number) => new Date(at).toISOString() };

/** Scripts of the page as a browser that was never here fetches them. */
async function printFirstLoad({ cookie }: Msp): Promise<void> {
  const page = await (await fetch(runtime.webUrl, { headers: { cookie } })).text();
  const scripts = [...page.matchAll(/<script\b[^>]*>/g)]
    .map(([tag]) => tag)
    .filter((tag) => !tag.includes('noModule'));
  const addresses = new Set(scripts.flatMap((tag) => /src="([^"]+)"/.exec(tag)?.[1] ?? []));
  let bytes = 0;
  for (const address of addresses) {
    const script = await (await fetch(new URL(address, runtime.webUrl))).arrayBuffer();
    bytes += gzipSync(new Uint8Array(script)).length;
  }
  console.log(
    `first load: ${(bytes / 1000).toFixed(1)} kB of JavaScript in ${addresses.size} files, gzip (goal: at most 200)`,
  );
}

// Filling ---------------------------------------------------------------------------------------------------------------

async function fillMsp(store: IngestStore, worker: Database, size: (typeof SIZES)[number]): Promise<Msp> {
  const tenant = await makeTenant(settings.DATABASE_URL, `Bench ${size.name} ${randomUUID()}`);
  const agent = await makeAgent(settings.DATABASE_URL, tenant, 'template');
  const systems = size.clients * size.systemsPerClient;
  const msp: Msp = {
    ...tenant,
    name: size.name,
    systems,
    agent,
    cookie: await signIn(tenant.mspId),
    sequence: { last: 0 },
  };
  await report(store, worker, msp);
  await asOwner(settings.DATABASE_URL, async (owner) => {
    await owner.query("SET session_replication_role = 'replica'");
    for (const table of TABLES) await copyRows(owner, table, tenant, size);
    await owner.query(CLIENTS, [tenant.mspId, tenant.clientId, size.clients]);
    for (const statement of STATUSES) await owner.query(statement, [tenant.mspId]);
  });
  return msp;
}

/** A session of the MSP's owner, sealed as next-auth does. */
async function signIn(mspId: string): Promise<string> {
  const sid = v7();
  await asOwner(settings.DATABASE_URL, (owner) =>
    owner.query(
      `INSERT INTO identity.user_session (session_id, person_id, msp_id, aal, expires_at, user_agent)
       SELECT $1, person_id, msp_id, 1, now() + interval '8 hours', 'bench' FROM identity.membership WHERE msp_id = $2`,
      [sid, mspId],
    ),
  );
  return `holdfast-session=${await encode({ token: { sid }, secret: settings.NEXTAUTH_SECRET })}`;
}

/** What a system brings with it. The copies of the one that reported have ids made of its own and their number. */
const TABLES = [
  'system',
  'data_set',
  'agent',
  'agent_stream',
  'raw_report',
  'inbox',
  'repository',
  'job',
  'run',
  'run_identity',
  'recovery_point',
  'verdict',
  'system_status',
  'finding',
] as const;
const KEPT = ['msp_id', 'policy_version_id'];

async function copyRows(
  owner: Client,
  table: (typeof TABLES)[number],
  { mspId, clientId }: SampleTenant,
  { clients, systemsPerClient }: (typeof SIZES)[number],
): Promise<void> {
  const { rows } = await owner.query<{ name: string; type: string }>(
    `SELECT a.attname AS name, format_type(a.atttypid, NULL) AS type FROM pg_attribute a
     WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''`,
    [`app.${table}`],
  );
  const names = rows.map(({ name }) => `"${name}"`);
  const values = rows.map(({ name, type }) => {
    if (name === 'client_id') return `md5('${clientId}' || n / ${systemsPerClient})::uuid`;
    if (type === 'uuid' && !KEPT.includes(name)) return `md5(t."${name}"::text || n)::uuid`;
    if (
      ['host_key', 'hostname', 'repository_key', 'job_key', 'run_key', 'point_key'].includes(name) ||
      (name === 'name' && table === 'system')
    )
      return `t."${name}" || '-' || n`;
    return `t."${name}"`;
  });
  await owner.query(
    `INSERT INTO app.${table} (${names.join(', ')}) SELECT ${values.join(', ')}
     FROM (SELECT * FROM app.${table} WHERE msp_id = $1) t, generate_series(0, $2::int - 1) n`,
    [mspId, clients * systemsPerClient],
  );
}

const CLIENTS = `INSERT INTO app.client (msp_id, client_id, name, time_zone)
  SELECT $1, md5($2::text || n)::uuid, 'Client ' || n, 'Europe/London' FROM generate_series(0, $3::int - 1) n`;

/** The number of a copy stands in its name. Eight in a hundred are not compliant, one in ten was not for a day of the last month. */
const NUMBER = "coalesce(nullif(substring(y.name from '-([0-9]+)$'), '')::int, 0)";
const STATUSES = [
  `UPDATE app.system_status s SET since = now() - interval '40 days', changes_at = now() + interval '20 hours', status =
     CASE WHEN ${NUMBER} % 33 = 0 THEN 'non-compliant' WHEN ${NUMBER} % 25 = 1 THEN 'at-risk'
       WHEN ${NUMBER} % 100 = 2 THEN 'unknown' ELSE 'compliant' END
   FROM app.system y WHERE s.msp_id = $1 AND y.msp_id = $1 AND y.system_id = s.system_id`,
  `UPDATE app.system_status s SET since = now() - make_interval(hours => ${NUMBER} % 200 + 1)
   FROM app.system y WHERE s.msp_id = $1 AND y.msp_id = $1 AND y.system_id = s.system_id AND s.status <> 'compliant'`,
  `UPDATE app.verdict v SET status = s.status, verdict = jsonb_set(v.verdict, '{status}', to_jsonb(s.status))
   FROM app.system_status s WHERE v.msp_id = $1 AND s.msp_id = $1 AND s.system_id = v.system_id`,
  `DELETE FROM app.finding f USING app.system_status s
   WHERE f.msp_id = $1 AND s.msp_id = $1 AND s.system_id = f.system_id AND s.status IN ('compliant', 'unknown')`,
  `DELETE FROM app.status_change WHERE msp_id = $1`,
  `INSERT INTO app.status_change (msp_id, system_id, at, client_id, from_status, to_status, reasons)
   SELECT $1, s.system_id, now() - interval '40 days', s.client_id, NULL, 'compliant', '[]'
   FROM app.system_status s WHERE s.msp_id = $1`,
  `INSERT INTO app.status_change (msp_id, system_id, at, client_id, from_status, to_status, reasons)
   SELECT $1, s.system_id, s.since, s.client_id, 'compliant', s.status, '[]'
   FROM app.system_status s WHERE s.msp_id = $1 AND s.status <> 'compliant'`,
  `INSERT INTO app.status_change (msp_id, system_id, at, client_id, from_status, to_status, reasons)
   SELECT $1, s.system_id, now() - make_interval(days => ${NUMBER} % 18 + 10, hours => h), s.client_id,
     CASE h WHEN 9 THEN 'compliant' ELSE 'non-compliant' END, CASE h WHEN 9 THEN 'non-compliant' ELSE 'compliant' END, '[]'
   FROM app.system_status s JOIN app.system y ON y.msp_id = $1 AND y.system_id = s.system_id,
     (VALUES (9), (2)) AS hours (h)
   WHERE s.msp_id = $1 AND ${NUMBER} % 10 = 5`,
];

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}

await main();
