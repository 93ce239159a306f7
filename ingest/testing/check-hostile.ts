import { createHash, verify } from 'node:crypto';
import { Client } from 'pg';

/**
 * The independent check of what an attack left in the database: plain SQL as superuser, and no code of what it checks.
 */
export interface Leftovers {
  readonly stored: number;
  /** Kept reports that were not sent, are not signed by their agent, or were to be refused. */
  readonly wrongReports: readonly string[];
  /** Acknowledged and not kept. */
  readonly lost: readonly string[];
  /** Rows that came from an attacker's report and lie outside its MSP and client. */
  readonly strayRows: readonly string[];
  /** Reports that wait, by reason. */
  readonly waiting: readonly string[];
  /** Reports whose processing failed at least once, with what it said. */
  readonly failed: readonly string[];
  readonly processed: number;
  readonly quarantined: number;
}

/** A kept report's name → sha-256 (hex) of the bytes that may be kept under it. */
export type Ledger = ReadonlyMap<string, ReadonlySet<string>>;

export const ledgerName = (of: { agentId: string; epoch: string; sequence: number }): string =>
  `${of.agentId} ${of.epoch} ${of.sequence}`;

export async function checkLeftovers(
  ownerUrl: string,
  scope: { mspId: string; clientId: string; agentIds: readonly string[] },
  maySay: Ledger,
  acknowledged: ReadonlySet<string>,
): Promise<Leftovers> {
  return asOwner(ownerUrl, async (owner) => {
    const reports = await readReports(owner, scope.agentIds);
    const kept = new Set(reports.map(({ name }) => name));
    const states = await readStates(owner, scope.agentIds);
    return {
      stored: reports.length,
      wrongReports: reports.flatMap((report) => complaintAbout(report, maySay)),
      lost: [...acknowledged].filter((name) => !kept.has(name)),
      strayRows: await strayRows(owner, scope),
      waiting: states.filter(({ state }) => state === 'pending').map(({ reason }) => reason ?? 'not tried'),
      failed: states.filter(({ attempts }) => attempts > 0).map(({ reason }) => reason ?? ''),
      processed: states.filter(({ state }) => state === 'processed').length,
      quarantined: states.filter(({ state }) => state === 'quarantined').length,
    };
  });
}

/** What the database holds of everybody but one client of one MSP, a fingerprint a table. */
export function fingerprintOthers(
  ownerUrl: string,
  { mspId, clientId }: { mspId: string; clientId: string },
): Promise<ReadonlyMap<string, string>> {
  return asOwner(ownerUrl, async (owner) => {
    const prints = new Map<string, string>();
    for (const { name, has_client: hasClient } of await tenantTables(owner)) {
      const isOther = hasClient
        ? `t.msp_id <> $1 OR (t.client_id IS NOT NULL AND t.client_id <> $2)`
        : 't.msp_id <> $1 AND $2::uuid IS NOT NULL';
      // The worker's rounds move everybody's hints by themselves, every ten minutes.
      const row = name === 'app.work_due' ? 'ROW(t.msp_id, t.kind)' : 't';
      const { rows } = await owner.query<{ print: string }>(
        `SELECT count(*) || ' ' || coalesce(md5(string_agg(md5(${row}::text), '' ORDER BY md5(${row}::text))), '') AS print
         FROM ${name} t WHERE ${isOther}`,
        [mspId, clientId],
      );
      prints.set(name, rows[0]?.print ?? '');
    }
    return prints;
  });
}

async function asOwner<T>(ownerUrl: string, work: (owner: Client) => Promise<T>): Promise<T> {
  const owner = new Client({ connectionString: ownerUrl });
  await owner.connect();
  try {
    return await work(owner);
  } finally {
    await owner.end();
  }
}

interface KeptReport {
  readonly name: string;
  readonly hash: string;
  readonly isSigned: boolean;
}

async function readReports(owner: Client, agentIds: readonly string[]): Promise<KeptReport[]> {
  const { rows } = await owner.query<{
    agent_id: string;
    epoch: string;
    sequence: string;
    content_encoding: string;
    sent_at: Date;
    body: Buffer;
    body_sha256: Buffer;
    signature: Buffer;
    public_key: Buffer;
  }>(
    `SELECT r.agent_id, r.epoch, r.sequence, r.content_encoding, r.sent_at, r.body, r.body_sha256, r.signature, k.public_key
     FROM app.raw_report r JOIN identity.agent_key k ON k.agent_id = r.agent_id WHERE r.agent_id = ANY ($1)`,
    [agentIds],
  );
  return rows.map((row) => {
    const hash = createHash('sha256').update(row.body).digest('hex');
    const text = (sentAt: string): string =>
      [
        'holdfast-delivery-1\nPOST\n/v1/reports',
        sentAt,
        row.agent_id,
        row.epoch,
        row.sequence,
        row.content_encoding,
        hash,
      ].join('\n');
    const key = { key: row.public_key, format: 'der', type: 'spki' } as const;
    const isSigned =
      row.body_sha256.toString('hex') === hash &&
      spellings(row.sent_at).some((sentAt) => verify(null, Buffer.from(text(sentAt)), key, row.signature));
    return { name: `${row.agent_id} ${row.epoch} ${row.sequence}`, hash, isSigned };
  });
}

/** An instant is kept, not how it was spelled. */
function spellings(at: Date): string[] {
  const iso = at.toISOString();
  return [iso, iso.replace('.000Z', 'Z')];
}

function complaintAbout({ name, hash, isSigned }: KeptReport, maySay: Ledger): string[] {
  if (!isSigned) return [`${name} is not signed by its agent`];
  return maySay.get(name)?.has(hash) ? [] : [`${name} was not to be kept`];
}

async function readStates(owner: Client, agentIds: readonly string[]) {
  const { rows } = await owner.query<{ state: string; attempts: number; reason: string | null }>(
    `SELECT i.state, i.attempts, i.reason FROM app.inbox i JOIN app.raw_report r USING (msp_id, raw_report_id)
     WHERE r.agent_id = ANY ($1)`,
    [agentIds],
  );
  return rows;
}

async function tenantTables(owner: Client): Promise<{ name: string; has_client: boolean }[]> {
  const { rows } = await owner.query<{ name: string; has_client: boolean }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name, bool_or(a.attname = 'client_id') AS has_client
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname IN ('app', 'audit', 'identity')
     GROUP BY 1 HAVING bool_or(a.attname = 'msp_id') ORDER BY 1`,
  );
  return rows;
}

/** Every row that names a report of an attacker must lie in the attacker's own MSP and client. */
async function strayRows(
  owner: Client,
  { mspId, clientId, agentIds }: { mspId: string; clientId: string; agentIds: readonly string[] },
): Promise<string[]> {
  const { rows: columns } = await owner.query<{ name: string; column: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name, a.attname AS column
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname LIKE '%report_id'
     JOIN pg_attribute l ON l.attrelid = c.oid AND l.attname = 'client_id'
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname = 'app' ORDER BY 1, 2`,
  );
  const strays: string[] = [];
  for (const { name, column } of columns) {
    const { rowCount } = await owner.query(
      `SELECT FROM ${name} t JOIN app.raw_report r ON r.raw_report_id = t.${column}
       WHERE r.agent_id = ANY ($1) AND (t.msp_id <> $2 OR t.client_id IS DISTINCT FROM $3)`,
      [agentIds, mspId, clientId],
    );
    if (rowCount) strays.push(`${rowCount} of ${name} by ${column}`);
  }
  if (columns.length === 0) strays.push('no table names a report: nothing was looked at');
  return strays;
}
