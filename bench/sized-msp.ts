import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
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
import type { Database } from '@/server/data/database';
import type { IngestStore } from '@/server/data/ingest-store';
import { createReportIntake } from '@/server/services/ingest-report';
import { workMsp } from '@/server/services/work-msp';

/** MSPs of a given size beside each other on a system that runs, for what is measured against the size. They are left behind: use a system that is thrown away. */

/** The two that the goals speak of: 200 systems and 20,000. */
export const SIZES = [
  { name: 'small', clients: 50, systemsPerClient: 4 },
  { name: 'large', clients: 400, systemsPerClient: 50 },
] as const;
type Size = (typeof SIZES)[number];
const HOUR_MS = 3_600_000;
const REPOSITORIES = [
  { repositoryKey: 'cloud', location: 's3:https://s3.eu-central-1.amazonaws.com/vault' },
  { repositoryKey: 'nas', location: 'sftp:backup@nas-01:/backup', locationKind: 'sftp' as const },
];

/** What the system that runs (`npm start`, in production mode) says of itself; HOLDFAST_DATA_DIR is its data folder. */
export const runtime = z
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
export const contextKey = Buffer.from(settings.HOLDFAST_CONTEXT_KEY, 'hex');

/** An MSP of one size, with everything that is measured of it. */
export interface SizedMsp extends SampleTenant {
  readonly name: string;
  readonly systems: number;
  readonly cookie: string;
  readonly agent: SampleAgent;
  readonly sequence: { last: number };
}

/** A night's report, from its arrival to its verdict. */
export async function report(store: IngestStore, worker: Database, msp: SizedMsp): Promise<void> {
  await deliverNight(store, msp, new Date());
  await workMsp(worker, msp.mspId, () => new Date());
}

async function deliverNight(store: IngestStore, { agent, sequence }: SizedMsp, at: Date): Promise<void> {
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

/** An MSP of which every system is a copy of one that reported. */
export async function fillMsp(store: IngestStore, worker: Database, size: Size): Promise<SizedMsp> {
  const tenant = await makeTenant(settings.DATABASE_URL, `Bench ${size.name} ${randomUUID()}`);
  const agent = await makeAgent(settings.DATABASE_URL, tenant, 'template');
  const systems = size.clients * size.systemsPerClient;
  const msp: SizedMsp = {
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
    // what was just filled in is planned for as it is, or an update of 20,000 rows takes minutes
    await owner.query('ANALYZE');
    for (const statement of STATUSES) await owner.query(statement, [tenant.mspId]);
  });
  return msp;
}

/** A session of the first person of a role, sealed as next-auth does. */
export async function signIn(mspId: string, role: 'owner' | 'leader' | 'auditor' = 'owner'): Promise<string> {
  const sid = v7();
  await asOwner(settings.DATABASE_URL, (owner) =>
    owner.query(
      `INSERT INTO identity.user_session (session_id, person_id, msp_id, aal, expires_at, user_agent)
       SELECT $1, person_id, msp_id, 2, now() + interval '8 hours', 'bench' FROM identity.membership
       WHERE msp_id = $2 AND role = $3 LIMIT 1`,
      [sid, mspId, role],
    ),
  );
  return `holdfast-session=${await encode({ token: { sid }, secret: settings.NEXTAUTH_SECRET })}`;
}

/**
 * Copies of a row of the demo for each row of `places` (client_id, system_id or null, a number n): what nothing reports, as restore
 * records and documents. Ids are made of the row's and the number; what is said of other things stays as it was.
 */
export async function copyOfDemo(
  owner: Client,
  { mspId }: SampleTenant,
  table: string,
  places: string,
  condition = 'true',
): Promise<void> {
  const values = (await columnsOf(owner, table)).map(({ name, type }) => {
    if (name === 'msp_id') return '$1::uuid';
    if (name === 'client_id') return 'p.client_id';
    if (name === 'system_id') return 'p.system_id';
    if (type === 'uuid') return uuidOf(`t."${name}"::text || $1::text || p.n`);
    return `t."${name}"`;
  });
  const { rowCount } = await owner.query(
    `INSERT INTO app.${table} (${(await columnsOf(owner, table)).map(({ name }) => `"${name}"`).join(', ')})
     SELECT ${values.join(', ')} FROM (SELECT * FROM app.${table} WHERE msp_id <> $1 AND ${condition} ORDER BY 1, 2 LIMIT 1) t, ${places} p`,
    [mspId],
  );
  if (!rowCount) throw new Error(`no row of app.${table} to copy: is this system without the demo?`);
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
/** An id that is made of a text; looks like a UUID of version 4: an address takes no other. */
export function uuidOf(text: string): string {
  return `overlay(overlay(md5(${text}) placing '4' from 13) placing '8' from 17)::uuid`;
}

const KEPT = ['msp_id', 'policy_version_id'];

async function copyRows(
  owner: Client,
  table: (typeof TABLES)[number],
  { mspId, clientId }: SampleTenant,
  { clients, systemsPerClient }: Size,
): Promise<void> {
  const rows = await columnsOf(owner, table);
  const names = rows.map(({ name }) => `"${name}"`);
  const values = rows.map(({ name, type }) => {
    if (name === 'client_id') return uuidOf(`'${clientId}' || n / ${systemsPerClient}`);
    if (type === 'uuid' && !KEPT.includes(name)) return uuidOf(`t."${name}"::text || n`);
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

async function columnsOf(owner: Client, table: string): Promise<{ name: string; type: string }[]> {
  const { rows } = await owner.query<{ name: string; type: string }>(
    `SELECT a.attname AS name, format_type(a.atttypid, NULL) AS type FROM pg_attribute a
     WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''`,
    [`app.${table}`],
  );
  return rows;
}

const CLIENTS = `INSERT INTO app.client (msp_id, client_id, name, time_zone)
  SELECT $1, ${uuidOf('$2::text || n')}, 'Client ' || n, 'Europe/London' FROM generate_series(0, $3::int - 1) n`;

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

export function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}
