import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { gzipSync } from 'node:zlib';
import { asOwner } from '@/ingest/testing/sample-agent';
import type { TextRule } from '@/domain/message-rules/message-rule';
import { STANDARD_CHOICES } from '@/domain/report/report-template';
import { openDatabase } from '@/server/data/database';
import { openIngestStore } from '@/server/data/ingest-store';
import {
  contextKey,
  copyOfDemo,
  fillMsp,
  median,
  runtime,
  signIn,
  SIZES,
  type SizedMsp,
  uuidOf,
} from './sized-msp';

/**
 * What every page costs: its first byte and its last with 20,000 systems against 200, alternating within one run, medians and their
 * ratios; then the JavaScript of every page, gzip: of the first that somebody opens, and what each further one adds to the fleet's.
 * A page of the app folder that has no address here ends the run. Needs a system that runs with the demo (`npm start` in production
 * mode, HOLDFAST_DEMO=on), since what nothing reports (records, documents, channels) is copied from it; HOLDFAST_DATA_DIR is its data
 * folder. Adds MSPs to it that are left behind: use one that is thrown away. PAGES narrows it to addresses that contain it.
 */
const READS = Number(process.env['READS'] ?? 11);
const WARM = 2;
const RATIO_MAX = 1.5;
const FURTHER_MAX_KB = 60;
const PORTAL_MAX_KB = 100;

const settings = runtime.environment;

/** Who opens a page. */
type Reader = 'owner' | 'leader' | 'auditor' | 'anybody';

interface Target extends SizedMsp {
  readonly cookies: Readonly<Record<Reader, string>>;
  /** What stands for `[name]` in an address. */
  readonly ids: Readonly<Record<string, string>>;
}

async function main(): Promise<void> {
  const worker = openDatabase({ url: settings.DATABASE_URL_WORKER, contextKey });
  const store = openIngestStore({ url: settings.DATABASE_URL_INGEST, contextKey });
  try {
    const targets: Target[] = [];
    for (const size of SIZES) targets.push(await prepare(await fillMsp(store, worker, size)));
    await asOwner(settings.DATABASE_URL, (owner) => owner.query('VACUUM ANALYZE'));
    const pages = listPages().filter((page) => page.route.includes(process.env['PAGES'] ?? ''));
    const ofMsp = pages.filter(({ reader }) => reader !== 'anybody');
    for (const page of ofMsp)
      await compare(page, targets).catch((error: unknown) => {
        console.log(`FAILED ${String(error)}`);
        process.exitCode = 1;
      });
    const [small] = targets;
    if (small) await weigh(pages, small);
  } finally {
    await Promise.all([worker.close(), store.close()]);
  }
}

interface Page {
  readonly route: string;
  readonly reader: Reader;
}

const FOLDER = 'app';
const READERS: Readonly<Record<string, Reader>> = {
  '(msp)': 'owner',
  '(wallboard)': 'owner',
  '(reference)': 'owner',
  '(portal)': 'leader',
  '(evidence)': 'auditor',
  '(public)': 'anybody',
  '(verify)': 'anybody',
};
/** With the queries without which a page shows nothing of itself; an id by its name. */
const QUERIES: Readonly<Record<string, string>> = {
  '/restore-tests/new': '?point=[pointId]',
  '/findings': '?cause=[causeId]',
};

/** Every page of the app folder, as an address with names for ids. */
function listPages(): readonly Page[] {
  return readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((file) => path.basename(file) === 'page.tsx')
    .map((file) => {
      const parts = path.dirname(file).split(path.sep);
      const route = `/${parts.filter((part) => part !== '.' && !part.startsWith('(')).join('/')}`;
      const reader = READERS[parts[0] ?? ''];
      if (!reader) throw new Error(`nobody is said to open ${file}: say so in READERS`);
      // a rule is made from a channel's message
      const ids = route.endsWith('/rule') ? route.replace('[rawReportId]', '[messageId]') : route;
      return { route: `${ids}${QUERIES[route] ?? ''}`, reader };
    })
    .toSorted((a, b) => (a.route < b.route ? -1 : 1));
}

function addressOf({ route }: Page, { ids }: Target): string {
  return route.replaceAll(/\[(\w+)\]/g, (_, name: string) => {
    const id = ids[name];
    if (id === undefined) throw new Error(`nothing is known for [${name}] of ${route}: make it in prepare()`);
    return id;
  });
}

/** Milliseconds until the first byte of the body and until the last one */
async function read(page: Page, target: Target): Promise<{ first: number; last: number; html: string }> {
  const from = performance.now();
  const response = await fetch(new URL(addressOf(page, target), runtime.webUrl), {
    headers: { cookie: target.cookies[page.reader] },
    redirect: 'manual',
  });
  // A page with one thing to choose from leads straight to it.
  const isThere =
    response.ok || (response.status === 307 && !/sign-in/.test(response.headers.get('location') ?? ''));
  if (!response.body || (!isThere && page.reader !== 'anybody'))
    throw new Error(`${addressOf(page, target)} answers ${response.status} to the ${page.reader}`);
  let first: number | null = null;
  const text = new TextDecoder();
  let html = '';
  for await (const chunk of response.body) {
    first ??= performance.now() - from;
    html += text.decode(chunk, { stream: true });
  }
  return { first: first ?? 0, last: performance.now() - from, html };
}

async function compare(page: Page, targets: readonly Target[]): Promise<void> {
  const spent = targets.map((target) => ({ target, first: [] as number[], last: [] as number[] }));
  for (let round = -WARM; round < READS; round++)
    for (const { target, first, last } of spent) {
      const took = await read(page, target);
      if (round < 0) continue;
      first.push(took.first);
      last.push(took.last);
    }
  const [small, large] = spent;
  if (!small || !large) throw new Error('two sizes are compared');
  const ratio = median(large.first) / median(small.first);
  const whole = median(large.last) / median(small.last);
  console.log(
    `${ratio > RATIO_MAX ? 'OVER' : 'ok  '} ${page.route}: first byte ${pair(small.first, large.first)}, ratio ${ratio.toFixed(2)}; last ${pair(small.last, large.last)}, ratio ${whole.toFixed(2)} (goal: at most ${RATIO_MAX} of the first)`,
  );
}

function pair(small: readonly number[], large: readonly number[]): string {
  return `${median(small).toFixed(0)} to ${median(large).toFixed(0)} ms`;
}

async function weigh(pages: readonly Page[], target: Target): Promise<void> {
  const fleet = await scriptsOf({ route: '/', reader: 'owner' }, target);
  for (const page of pages) {
    const scripts = await scriptsOf(page, target);
    const whole = sum(scripts);
    const further = sum(new Map([...scripts].filter(([address]) => !fleet.has(address))));
    const isOver = page.reader === 'leader' ? whole > PORTAL_MAX_KB : further > FURTHER_MAX_KB;
    console.log(
      `${isOver ? 'OVER' : 'ok  '} ${page.route}: ${whole.toFixed(1)} kB of JavaScript when opened first, ${further.toFixed(1)} kB after the fleet (goal: at most ${page.reader === 'leader' ? `${PORTAL_MAX_KB} when opened first` : FURTHER_MAX_KB})`,
    );
  }
}

const sizes = new Map<string, number>();

/** The scripts that a page names, in its tags or in what React is told to load, with their kilobytes. Old browsers' are left out. */
async function scriptsOf(page: Page, target: Target): Promise<ReadonlyMap<string, number>> {
  const { html } = await read(page, target);
  const text = html.replaceAll(/<script\b[^>]*noModule[^>]*>/gi, '');
  const addresses = new Set([...text.matchAll(/static\/chunks\/[\w.~-]+\.js/g)].map(([address]) => address));
  for (const address of addresses) {
    if (sizes.has(address)) continue;
    const response = await fetch(new URL(`/_next/${address}`, runtime.webUrl));
    if (!response.ok) throw new Error(`${address} answers ${response.status}`);
    sizes.set(address, gzipSync(new Uint8Array(await response.arrayBuffer())).length / 1000);
  }
  return new Map([...addresses].map((address) => [address, sizes.get(address) ?? 0]));
}

function sum(scripts: ReadonlyMap<string, number>): number {
  return [...scripts.values()].reduce((total, one) => total + one, 0);
}

// Filling ---------------------------------------------------------------------------------------------------------------

/** Records of restore tests for every system, documents and a channel for every client, and one of each other thing that has a page. */
async function prepare(msp: SizedMsp): Promise<Target> {
  const { mspId, systems } = msp;
  return asOwner(settings.DATABASE_URL, async (owner) => {
    const idOf = async (statement: string): Promise<string> => {
      const { rows } = await owner.query<{ id: string }>(`${statement} LIMIT 1`, [mspId]);
      const [found] = rows;
      if (!found) throw new Error(`nothing found by ${statement}`);
      return found.id;
    };
    await owner.query("SET session_replication_role = 'replica'");
    for (const statement of [FORGET_CAUSES, OWN_CAUSES, CAUSES, LINKS]) await owner.query(statement, [mspId]);
    const some = `(SELECT y.system_id, y.client_id, row_number() OVER (ORDER BY y.system_id) - 1 AS n FROM app.system y WHERE y.msp_id = $1)`;
    const clients = `(SELECT c.client_id, NULL::uuid AS system_id, row_number() OVER (ORDER BY c.client_id) - 1 AS n FROM app.client c WHERE c.msp_id = $1)`;
    const one = `(SELECT client_id, NULL::uuid AS system_id, 0 AS n FROM app.client WHERE msp_id = $1 LIMIT 1)`;
    await copyOfDemo(owner, msp, 'restore_record', some);
    await copyOfDemo(owner, msp, 'document', clients);
    await copyOfDemo(owner, msp, 'inbound_channel', clients, "kind = 'mail'");
    await copyOfDemo(owner, msp, 'history_import', one);
    await owner.query(
      `INSERT INTO app.agent SELECT (jsonb_populate_record(a, jsonb_build_object('agent_id', c.channel_id, 'client_id', c.client_id,
         'hostname', 'channel ' || c.channel_id, 'channel', c.kind))).* FROM app.inbound_channel c,
         (SELECT a FROM app.agent a WHERE a.msp_id = $1 LIMIT 1) AS template (a) WHERE c.msp_id = $1`,
      [mspId],
    );
    const mailed = "agent_id IN (SELECT channel_id FROM app.inbound_channel WHERE kind = 'mail')";
    await copyOfDemo(owner, msp, 'raw_report', one, mailed);
    await owner.query(
      `UPDATE app.raw_report r SET agent_id = c.channel_id, client_id = c.client_id
       FROM (SELECT * FROM app.inbound_channel WHERE msp_id = $1 LIMIT 1) c WHERE r.msp_id = $1 AND r.envelope IS NOT NULL`,
      [mspId],
    );
    await owner.query(
      `INSERT INTO app.inbox SELECT (jsonb_populate_record(i, jsonb_build_object('raw_report_id', r.raw_report_id, 'client_id', r.client_id))).*
       FROM app.raw_report r, (SELECT i FROM app.inbox i WHERE i.msp_id = $1 LIMIT 1) AS template (i)
       WHERE r.msp_id = $1 AND r.envelope IS NOT NULL`,
      [mspId],
    );
    const template = randomUUID();
    await owner.query(
      `INSERT INTO app.report_template (msp_id, template_id, name, version, created_at, created_by, created_by_name)
       VALUES ($1, $2, 'Of the bench', 1, now(), $1, 'Bench')`,
      [mspId, template],
    );
    await owner.query(
      `INSERT INTO app.report_template_version (msp_id, template_id, version, choices, recipients, made_at, made_by, made_by_name)
       VALUES ($1, $2, 1, $3, '{}', now(), $1, 'Bench')`,
      [mspId, template, STANDARD_CHOICES],
    );
    const rule = randomUUID();
    await owner.query(
      `INSERT INTO app.message_rule (msp_id, message_rule_id, name, kind, definition, version, created_at, created_by, created_by_name)
       VALUES ($1, $2, 'Of the bench', 'text', $3, 1, now(), $1, 'Bench')`,
      [mspId, rule, RULE],
    );
    const [grant, leader, auditor] = [randomUUID(), randomUUID(), randomUUID()];
    const clientId = await idOf('SELECT client_id AS id FROM app.client WHERE msp_id = $1 ORDER BY name');
    for (const [personId, role] of [
      [leader, 'leader'],
      [auditor, 'auditor'],
    ]) {
      await owner.query(
        "INSERT INTO identity.person (person_id, email, name, password_hash) VALUES ($1::uuid, $1::text || '@example.test', 'Bench', '-')",
        [personId],
      );
      await owner.query(
        'INSERT INTO identity.membership (msp_id, person_id, role, client_ids) VALUES ($1, $2, $3, ARRAY[$4::uuid])',
        [mspId, personId, role, clientId],
      );
    }
    await owner.query(
      `INSERT INTO identity.evidence_grant (msp_id, grant_id, name, email, person_id, client_ids, period_from, period_to, purpose, granted_by,
         granted_by_name, expires_at)
       VALUES ($1, $2, 'Bench', $3::text || '@example.test', $3::uuid, ARRAY[$4::uuid], current_date - 30, current_date, 'Bench', $3::uuid, 'Bench',
         now() + interval '1 day')`,
      [mspId, grant, auditor, clientId],
    );
    const ids = {
      clientId,
      messageRuleId: rule,
      templateId: template,
      grantId: grant,
      signInKey: 'bench',
      systemId: await idOf(
        "SELECT system_id AS id FROM app.system_status WHERE msp_id = $1 AND status = 'non-compliant'",
      ),
      repositoryId: await idOf('SELECT repository_id AS id FROM app.repository WHERE msp_id = $1'),
      agentId: await idOf(
        'SELECT agent_id AS id FROM app.agent a WHERE msp_id = $1 AND NOT EXISTS (SELECT FROM app.inbound_channel c WHERE c.msp_id = a.msp_id AND c.channel_id = a.agent_id)',
      ),
      policyId: await idOf('SELECT policy_id AS id FROM app.policy WHERE msp_id = $1'),
      rawReportId: await idOf(
        'SELECT raw_report_id AS id FROM app.raw_report WHERE msp_id = $1 AND envelope IS NULL',
      ),
      messageId: await idOf(
        'SELECT raw_report_id AS id FROM app.raw_report WHERE msp_id = $1 AND envelope IS NOT NULL',
      ),
      pointId: await idOf('SELECT point_id AS id FROM app.recovery_point WHERE msp_id = $1'),
      causeId: await idOf(
        'SELECT cause_id AS id FROM app.finding_cause WHERE msp_id = $1 ORDER BY severity_rank',
      ),
      channelId: await idOf('SELECT channel_id AS id FROM app.inbound_channel WHERE msp_id = $1'),
      importId: await idOf('SELECT import_id AS id FROM app.history_import WHERE msp_id = $1'),
      recordId: await idOf('SELECT record_id AS id FROM app.restore_record WHERE msp_id = $1'),
    };
    const cookies = {
      owner: msp.cookie,
      leader: await signIn(mspId, 'leader'),
      auditor: await signIn(mspId, 'auditor'),
      anybody: '',
    };
    console.log(`${systems} systems are there`);
    return { ...msp, ids, cookies };
  });
}

const sign = { in: 'text', by: 'words', find: 'done' } as const;
const RULE: TextRule = {
  kind: 'text',
  from: null,
  holds: [sign],
  failed: [],
  warning: [],
  success: [sign],
  captures: { job: null, host: null, started: null, ended: null, duration: null, bytes: null, reason: null },
  timeZone: null,
};

const CAUSE_ID = uuidOf('client_id::text || cause_key');
const FORGET_CAUSES = 'DELETE FROM app.finding_cause WHERE msp_id = $1';
/** Copies of one finding have one cause; here every system fails by itself, which is the most that a queue can list. */
const OWN_CAUSES = "UPDATE app.finding SET cause_key = 'data-set:' || data_set_id WHERE msp_id = $1";
/** What an evaluation would have kept of the findings. */
const CAUSES = `INSERT INTO app.finding_cause (msp_id, cause_id, client_id, cause_key, severity, severity_rank, rules, lead_finding_id,
    finding_count, waived_count, system_count, told_system_count, since, opened_at, last_opened_at)
  SELECT $1::uuid, ${CAUSE_ID}, client_id, cause_key, CASE WHEN bool_or(severity = 'critical') THEN 'critical' ELSE 'warning' END,
    CASE WHEN bool_or(severity = 'critical') THEN 1 ELSE 2 END, array_agg(DISTINCT rule), (array_agg(finding_id))[1], count(*), 0,
    count(DISTINCT system_id), count(DISTINCT system_id), min(since), now(), now()
  FROM app.finding WHERE msp_id = $1::uuid GROUP BY client_id, cause_key`;
const LINKS = `UPDATE app.finding SET cause_id = ${CAUSE_ID} WHERE msp_id = $1`;

await main();
