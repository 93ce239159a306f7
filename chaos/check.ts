import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Client } from 'pg';

/**
 * The independent checker: reads the senders' ledger and the database, shares no code with what it checks. A ledger line is
 * `<agent> <epoch> <sequence> <sha256 of the body> <sent|acked>`; every report holds one run, `run-<agent>-<sequence>`.
 */
export interface Invariants {
  readonly sent: number;
  readonly acked: number;
  readonly stored: number;
  /** Acknowledged and not in the database, or with other bytes. */
  readonly lost: readonly string[];
  /** More than once in the database, as report or in the inbox. */
  readonly doubled: readonly string[];
  /** In the database and never sent. */
  readonly invented: readonly string[];
  /** Streams whose numbers seen are not those acknowledged, or not those of the reports kept. */
  readonly wrongStreams: readonly string[];
  /** Reports not processed. */
  readonly unprocessed: number;
  /** Processed reports without exactly one run that leads back to them, and runs of no report. */
  readonly wrongRuns: readonly string[];
  /** Systems of reports without a verdict, and those that wait for one. */
  readonly unevaluated: number;
  /** Changes of a status without their audit event, and events without their change. */
  readonly unaudited: readonly string[];
  /** Events of audit chains that do not follow from the one before, and ends that are not the head. */
  readonly brokenChain: readonly string[];
  readonly auditEvents: number;
}

/** @param ownerUrl superuser, so that nothing is hidden from the checker */
export function checkInvariants(ledgerFile: string, ownerUrl: string): Promise<Invariants> {
  const ledger = readLedger(ledgerFile);
  return inSnapshot(ownerUrl, (client) => checkSnapshot(client, ledger));
}

/** How much is left to do; much cheaper than to check. */
export function countWorkLeft(ownerUrl: string): Promise<Pick<Invariants, 'unprocessed' | 'unevaluated'>> {
  return inSnapshot(ownerUrl, workLeft);
}

/** One snapshot: what happens meanwhile must not look like a fault. */
async function inSnapshot<T>(ownerUrl: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: ownerUrl });
  client.on('error', () => {}); // the query that is under way fails by itself
  await client.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    return await work(client);
  } finally {
    await client.end();
  }
}

async function workLeft(client: Client): Promise<Pick<Invariants, 'unprocessed' | 'unevaluated'>> {
  return {
    unprocessed: await count(
      client,
      `app.raw_report r LEFT JOIN app.inbox i USING (msp_id, raw_report_id)
       WHERE i.state IS DISTINCT FROM 'processed'`,
    ),
    unevaluated: await count(
      client,
      `app.system y LEFT JOIN app.system_status s USING (msp_id, system_id)
       WHERE s.dirty_at IS NOT NULL OR NOT EXISTS
         (SELECT FROM app.verdict v WHERE v.msp_id = y.msp_id AND v.system_id = y.system_id)`,
    ),
  };
}

async function checkSnapshot(client: Client, ledger: Ledger): Promise<Invariants> {
  const reports = await readReports(client);
  const stored = new Map(reports.map((one) => [one.name, one.hash]));
  const chains = await readChains(client);
  return {
    sent: ledger.sent.size,
    acked: ledger.acked.size,
    stored: reports.length,
    lost: [...ledger.acked].filter(([name, hash]) => stored.get(name) !== hash).map(([name]) => name),
    doubled: [...repeated(reports.map(({ name }) => name)), ...(await repeatedInInbox(client))],
    invented: [...stored].filter(([name, hash]) => ledger.sent.get(name) !== hash).map(([name]) => name),
    wrongStreams: await wrongStreams(client, ledger, [...stored.keys()]),
    ...(await workLeft(client)),
    wrongRuns: await wrongRuns(client, reports),
    unaudited: await unauditedChanges(client, chains),
    brokenChain: await brokenChains(client, chains),
    auditEvents: chains.length,
  };
}

interface Ledger {
  /** Name of the report → hash of the bytes that went out last. */
  readonly sent: ReadonlyMap<string, string>;
  readonly acked: ReadonlyMap<string, string>;
}

function readLedger(file: string): Ledger {
  const sent = new Map<string, string>();
  const acked = new Map<string, string>();
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [agent, epoch, sequence, hash, what] = line.split(' ');
    if (!hash) continue;
    (what === 'acked' ? acked : sent).set(`${agent} ${epoch} ${sequence}`, hash);
  }
  return { sent, acked };
}

interface StoredReport {
  readonly id: string;
  readonly name: string;
  readonly runKey: string;
  readonly hash: string;
}

async function readReports(client: Client): Promise<StoredReport[]> {
  const { rows } = await client.query<{
    id: string;
    agent: string;
    epoch: string;
    sequence: string;
    body: Buffer;
  }>('SELECT raw_report_id AS id, agent_id AS agent, epoch, sequence, body FROM app.raw_report');
  return rows.map(({ id, agent, epoch, sequence, body }) => ({
    id,
    name: `${agent} ${epoch} ${sequence}`,
    runKey: `run-${agent}-${sequence}`,
    hash: createHash('sha256').update(body).digest('hex'),
  }));
}

function repeated(names: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].filter(([, times]) => times > 1).map(([name]) => name);
}

async function repeatedInInbox(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>('SELECT raw_report_id AS id FROM app.inbox');
  return repeated(rows.map(({ id }) => id));
}

/** `seen` must be exactly what was acknowledged, and exactly what is kept. */
async function wrongStreams(client: Client, ledger: Ledger, stored: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ name: string; seen: string }>(
    "SELECT agent_id || ' ' || epoch AS name, seen::text AS seen FROM app.agent_stream",
  );
  const seen = new Set(
    rows.flatMap(({ name, seen: ranges }) => numbersIn(ranges).map((one) => `${name} ${one}`)),
  );
  const differing = [...difference(seen, new Set(ledger.acked.keys())), ...difference(seen, new Set(stored))];
  return [...new Set(differing.map((name) => name.split(' ').slice(0, 2).join(' ')))];
}

/** `{[1,4),[6,7)}` is 1, 2, 3 and 6. */
function numbersIn(ranges: string): number[] {
  return [...ranges.matchAll(/\[(\d+),(\d+)\)/g)].flatMap(([, from, end]) =>
    Array.from({ length: Number(end) - Number(from) }, (_, index) => Number(from) + index),
  );
}

function difference(one: ReadonlySet<string>, other: ReadonlySet<string>): string[] {
  return [...[...one].filter((name) => !other.has(name)), ...[...other].filter((name) => !one.has(name))];
}

async function wrongRuns(client: Client, reports: readonly StoredReport[]): Promise<string[]> {
  const runs = await client.query<{ key: string; report: string }>(
    'SELECT run_key AS key, raw_report_id AS report FROM app.run',
  );
  const identities = await client.query<{ key: string }>('SELECT run_key AS key FROM app.run_identity');
  const keys = runs.rows.map(({ key }) => key);
  const expected = new Set(reports.map(({ id, runKey }) => `${runKey} of ${id}`));
  const found = new Set(runs.rows.map(({ key, report }) => `${key} of ${report}`));
  return [
    ...repeated(keys),
    ...difference(new Set(keys), new Set(identities.rows.map(({ key }) => key))),
    ...difference(expected, found),
  ];
}

async function count(client: Client, from: string): Promise<number> {
  const { rows } = await client.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${from}`);
  return rows[0]?.n ?? -1;
}

interface ChainEvent {
  readonly msp: string;
  readonly seq: number;
  readonly body: string;
  readonly hash: string;
  readonly at: Date;
  readonly action: string;
  readonly client: string | null;
}

async function readChains(client: Client): Promise<ChainEvent[]> {
  const { rows } = await client.query<{
    msp_id: string;
    seq: string;
    body: string;
    hash: Buffer;
    at: Date;
    action: string;
    client_id: string | null;
  }>('SELECT msp_id, seq, body, hash, at, action, client_id FROM audit.event ORDER BY msp_id, seq');
  return rows.map((row) => ({
    msp: row.msp_id,
    seq: Number(row.seq),
    body: row.body,
    hash: row.hash.toString('hex'),
    at: row.at,
    action: row.action,
    client: row.client_id,
  }));
}

interface EventBody {
  /** 1: the hash is that of the body; 2: of what came before, whose the event is and the body's hash. */
  readonly v: 1 | 2;
  readonly msp: string;
  readonly seq: number;
  readonly prev: string;
  readonly at: string;
  readonly action: string;
  readonly client: string | null;
  readonly target?: { readonly systemId?: string };
  readonly details?: { readonly at?: string };
}

const bodyOf = ({ body }: ChainEvent): EventBody => JSON.parse(body) as EventBody;
const sha256 = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');

/** Made anew from what docs/decisions/evidence-log.md says, and from nothing of ours. */
function hashOf(event: ChainEvent, { v, prev, client }: EventBody): string {
  if (v === 1) return sha256(event.body);
  const parts = [prev, sha256(`client:${client ?? ''}:${prev}`), sha256(event.body)];
  return sha256(Buffer.from(`02${parts.join('')}`, 'hex'));
}

/** Follows every chain from its genesis to its head; the columns for searching must say what the body says. */
async function brokenChains(client: Client, events: readonly ChainEvent[]): Promise<string[]> {
  const broken: string[] = [];
  const ends = new Map<string, { seq: number; hash: string }>();
  for (const event of events) {
    const before = ends.get(event.msp) ?? { seq: 0, hash: sha256(`genesis:${event.msp}`) };
    const said = bodyOf(event);
    const isRight =
      event.seq === before.seq + 1 &&
      said.seq === event.seq &&
      said.msp === event.msp &&
      said.prev === before.hash &&
      hashOf(event, said) === event.hash &&
      said.action === event.action &&
      said.client === event.client &&
      Date.parse(said.at) === event.at.getTime();
    if (!isRight) broken.push(`${event.msp} ${event.seq}`);
    ends.set(event.msp, { seq: event.seq, hash: event.hash });
  }
  const heads = await client.query<{ msp_id: string; seq: string; hash: Buffer }>('SELECT * FROM audit.head');
  const atHead = heads.rows
    .filter(({ seq }) => seq !== '0')
    .map((head) => `${head.msp_id} head ${head.seq} ${head.hash.toString('hex')}`);
  const atEnd = [...ends].map(([msp, end]) => `${msp} head ${end.seq} ${end.hash}`);
  return [...broken, ...difference(new Set(atHead), new Set(atEnd))];
}

/** A status changes in the transaction that tells the audit log. */
async function unauditedChanges(client: Client, events: readonly ChainEvent[]): Promise<string[]> {
  const { rows } = await client.query<{ msp_id: string; system_id: string; at: Date }>(
    'SELECT msp_id, system_id, at FROM app.status_change',
  );
  const changes = rows.map(
    ({ msp_id: msp, system_id: system, at }) => `${msp} ${system} ${at.toISOString()}`,
  );
  const told = events
    .filter(({ action }) => action === 'verdict.changed')
    .map((event) => {
      const { msp, target, details } = bodyOf(event);
      return `${msp} ${target?.systemId} ${details?.at}`;
    });
  return [...repeated(told), ...difference(new Set(changes), new Set(told))];
}
