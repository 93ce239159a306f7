import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { asOwner, makeTenant } from '@/ingest/testing/sample-agent';
import { openDatabase, type Database } from '@/server/data/database';
import { type QueueView } from '@/server/data/finding-queue';
import { readFindings } from '@/server/data/findings-screen';
import { makeTenantScope } from '@/server/tenancy/tenant-scope';
import { contextKey, median, runtime, signIn, uuidOf } from './sized-msp';

/**
 * What the queue costs with 50,000 open findings against 500, alternating within one run on one Postgres: its data, its page over HTTP,
 * and the page with a cause open. Medians and their ratios. Needs a system that runs (`npm start`, in production mode);
 * HOLDFAST_DATA_DIR is its data folder. Adds MSPs to it that are left behind: use one that is thrown away.
 */
const SIZES = [
  { name: 'small', systems: 200 },
  { name: 'large', systems: 20_000 },
] as const;
const SYSTEMS_PER_CLIENT = 50;
/** Systems that one repository's outage takes along; four systems in five have causes of their own. */
const SYSTEMS_PER_REPOSITORY = 10;
const READS = 25;
const VIEW: QueueView & { causeId: null } = {
  tab: 'open',
  search: '',
  severity: null,
  clientId: null,
  rule: null,
  group: 'harm',
  page: 1,
  causeId: null,
};

const settings = runtime.environment;

interface Msp {
  readonly mspId: string;
  readonly findings: number;
  readonly cookie: string;
  /** The cause that concerns most. */
  readonly causeId: string;
}

async function main(): Promise<void> {
  const web = openDatabase({ url: settings.DATABASE_URL_WEB, contextKey });
  try {
    const msps: Msp[] = [];
    for (const size of SIZES) msps.push(await fillMsp(size));
    await asOwner(settings.DATABASE_URL, (owner) => owner.query('VACUUM ANALYZE'));
    await compare('data of the queue', msps, (msp) => readData(web, msp));
    await compare('page of the queue over HTTP', msps, (msp) =>
      readPage(msp, '/findings', 'causes need someone'),
    );
    await compare('page with a cause open', msps, (msp) =>
      readPage(msp, `/findings?cause=${msp.causeId}`, 'Timeline'),
    );
  } finally {
    await web.close();
  }
}

const GOAL = 1.5;

async function compare(what: string, msps: readonly Msp[], once: (msp: Msp) => Promise<void>): Promise<void> {
  const spent = new Map(msps.map((msp) => [msp, [] as number[]]));
  for (let round = -5; round < READS; round++)
    for (const [msp, times] of spent) {
      const from = performance.now();
      await once(msp);
      if (round >= 0) times.push(performance.now() - from);
    }
  const medians = [...spent].map(([msp, times]) => {
    console.log(
      `${what}, ${msp.findings} open findings: ${median(times).toFixed(1)} ms (most ${Math.max(...times).toFixed(1)})`,
    );
    return median(times);
  });
  const ratio = (medians.at(-1) ?? 0) / (medians[0] ?? 1);
  console.log(`${what}: ratio ${ratio.toFixed(2)} (goal: at most ${GOAL})`);
}

async function readData(web: Database, { mspId }: Msp): Promise<void> {
  const scope = makeTenantScope({ mspId, clientIds: '*', actorId: null, role: 'owner' });
  const { causes } = await readFindings(web, scope, randomUUID(), VIEW, new Date());
  if (causes.length !== 100) throw new Error(`the queue shows ${causes.length} causes`);
}

async function readPage({ cookie }: Msp, address: string, expected: string): Promise<void> {
  const response = await fetch(new URL(address, runtime.webUrl), { headers: { cookie } });
  const page = await response.text();
  if (!page.includes(expected)) throw new Error(`no queue: ${response.status}`);
}

async function fillMsp({ name, systems }: (typeof SIZES)[number]): Promise<Msp> {
  const { mspId, clientId } = await makeTenant(settings.DATABASE_URL, `Bench ${name} ${randomUUID()}`);
  return asOwner(settings.DATABASE_URL, async (owner) => {
    await owner.query("SET session_replication_role = 'replica'");
    for (const statement of [CLIENTS, SYSTEMS, DATA_SETS, STATUSES, FINDINGS])
      await owner.query(statement, [mspId, systems, SYSTEMS_PER_CLIENT]);
    await owner.query(CAUSES, [mspId]);
    await owner.query(LINKS, [mspId]);
    const { rows } = await owner.query<{ causeId: string; findings: string }>(
      `SELECT cause_id AS "causeId", (SELECT count(*) FROM app.finding WHERE msp_id = $1 AND closed_at IS NULL) AS findings
       FROM app.finding_cause WHERE msp_id = $1 ORDER BY severity_rank, system_count DESC LIMIT 1`,
      [mspId],
    );
    const [first] = rows;
    if (!first) throw new Error(`no cause of ${clientId}`);
    const cookie = await signIn(mspId);
    return { mspId, cookie, causeId: first.causeId, findings: Number(first.findings) };
  });
}

// $1 the MSP, $2 how many systems, $3 systems of a client. Ids are made of the MSP's and a number.
const ID = (what: string, number: string): string => `md5($1::text || '${what}' || ${number})::uuid`;
const CLIENT = ID('client', '(n / $3::int)');
const CLIENTS = `INSERT INTO app.client (msp_id, client_id, name, time_zone)
  SELECT $1::uuid, ${ID('client', 'n')}, 'Client ' || n, 'Europe/London' FROM generate_series(0, ($2::int - 1) / $3::int) n`;
const SYSTEMS = `INSERT INTO app.system (msp_id, system_id, client_id, name, host_key, kind, has_status)
  SELECT $1::uuid, ${ID('system', 'n')}, ${CLIENT}, 'srv-' || n, 'srv-' || n, 'server', true FROM generate_series(0, $2::int - 1) n`;
const DATA_SETS = `INSERT INTO app.data_set (msp_id, data_set_id, client_id, system_id, name, capture, sources)
  SELECT $1::uuid, ${ID('set', 'n')}, ${CLIENT}, ${ID('system', 'n')}, '/srv', 'files', ARRAY['/srv'] FROM generate_series(0, $2::int - 1) n`;
const STATUSES = `INSERT INTO app.system_status (msp_id, system_id, client_id, status, since, evaluated_at)
  SELECT $1::uuid, ${ID('system', 'n')}, ${CLIENT}, 'non-compliant', now() - interval '1 day', now() FROM generate_series(0, $2::int - 1) n`;
/** Two or three of each system. */
const FINDINGS = `INSERT INTO app.finding (msp_id, finding_id, client_id, system_id, data_set_id, rule, subject_kind, subject_id,
    subject_name, cause_key, severity, since, opened_at, detail)
  SELECT $1::uuid, ${ID('finding', "n || '-' || k")}, ${CLIENT}, ${ID('system', 'n')}, ${ID('set', 'n')},
    (ARRAY['copies-missing', 'offsite-missing', 'run-failed'])[k], (ARRAY['data-set', 'data-set', 'job'])[k], ${ID('set', 'n')}, '/srv',
    CASE WHEN n % 5 = 0 THEN 'repository:' || ${ID('repository', `(n / (5 * ${SYSTEMS_PER_REPOSITORY}))`)}
      ELSE 'data-set:' || ${ID('set', 'n')} END,
    CASE WHEN k = 3 OR n % 3 = 1 THEN 'warning' ELSE 'critical' END, now() - make_interval(mins => n % 9000 + 5), now(),
    CASE k WHEN 1 THEN '{"kind": "digit", "digit": "copies", "required": 3, "actual": 2}'::jsonb
      WHEN 2 THEN '{"kind": "digit", "digit": "offsite", "required": 1, "actual": 0}'::jsonb
      ELSE '{"kind": "run", "status": "failed", "message": null, "count": 1, "at": 0}'::jsonb END
  FROM generate_series(0, $2::int - 1) n, generate_series(1, 3) k WHERE k < 3 OR n % 2 = 0`;
const CAUSE_ID = uuidOf('client_id::text || cause_key');
/** What an evaluation would have kept; one in ten snoozed, one in twenty waived, a third assigned. */
const CAUSES = `INSERT INTO app.finding_cause (msp_id, cause_id, client_id, cause_key, severity, severity_rank, rules, lead_finding_id,
    finding_count, waived_count, system_count, told_system_count, since, opened_at, last_opened_at, snoozed_until, assigned_to,
    assigned_to_name)
  SELECT $1::uuid, ${CAUSE_ID}, client_id, cause_key, CASE WHEN bool_or(severity = 'critical') THEN 'critical' ELSE 'warning' END,
    CASE WHEN bool_or(severity = 'critical') THEN 1 ELSE 2 END, array_agg(DISTINCT rule), (array_agg(finding_id))[1], count(*),
    CASE WHEN hashtext(cause_key) % 20 = 0 THEN count(*) ELSE 0 END, count(DISTINCT system_id), count(DISTINCT system_id),
    min(since), now(), now(), CASE WHEN hashtext(cause_key) % 10 = 1 THEN now() + interval '1 day' END,
    CASE WHEN hashtext(cause_key) % 3 = 0 THEN $1::uuid END, CASE WHEN hashtext(cause_key) % 3 = 0 THEN 'Somebody' END
  FROM app.finding WHERE msp_id = $1::uuid GROUP BY client_id, cause_key`;
const LINKS = `UPDATE app.finding SET cause_id = ${CAUSE_ID} WHERE msp_id = $1`;

await main();
