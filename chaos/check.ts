import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Client } from 'pg';

/**
 * The independent checker: reads the sender's ledger and the database, shares no code with what it checks. A ledger line is
 * `<agent> <epoch> <sequence> <sha256 of the body> <sent|acked>`.
 */
export interface Invariants {
  readonly sent: number;
  readonly acked: number;
  readonly stored: number;
  /** Acknowledged and not in the database, or with other bytes. */
  readonly lost: readonly string[];
  /** More than once in the database, as report or as run. */
  readonly doubled: readonly string[];
  /** In the database and never sent. */
  readonly invented: readonly string[];
  /** Streams whose set of numbers seen is not the set of reports kept. */
  readonly wrongStreams: readonly string[];
  /** Reports not processed. */
  readonly unprocessed: number;
  /** Processed reports whose run is not there. */
  readonly withoutRun: number;
  /** Events of audit chains whose hash does not follow from their bytes and the event before. */
  readonly brokenChain: readonly string[];
  readonly auditEvents: number;
}

/** @param ownerUrl superuser, so that nothing is hidden from the checker */
export async function checkInvariants(ledgerFile: string, ownerUrl: string): Promise<Invariants> {
  const ledger = readLedger(ledgerFile);
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string; body: Buffer }>(
      "SELECT agent_id || ' ' || epoch || ' ' || sequence AS name, body FROM app.raw_report",
    );
    const stored = new Map<string, string[]>();
    for (const { name, body } of rows)
      stored.set(name, [...(stored.get(name) ?? []), createHash('sha256').update(body).digest('hex')]);
    const runs = await client.query<{ name: string; n: string }>(
      `SELECT run_key AS name, count(*) AS n FROM app.run GROUP BY msp_id, run_key HAVING count(*) > 1`,
    );
    const streams = await client.query<{ name: string }>(
      `SELECT s.agent_id || ' ' || s.epoch AS name FROM app.agent_stream s
       WHERE s.seen IS DISTINCT FROM (SELECT range_agg(int8range(r.sequence, r.sequence, '[]')) FROM app.raw_report r
         WHERE r.msp_id = s.msp_id AND r.agent_id = s.agent_id AND r.epoch = s.epoch)`,
    );
    const pending = await client.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM app.raw_report r LEFT JOIN app.inbox i USING (msp_id, raw_report_id)
       WHERE i.state IS DISTINCT FROM 'processed'`,
    );
    const withoutRun = await client.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM app.raw_report r
       WHERE NOT EXISTS (SELECT FROM app.run u WHERE u.msp_id = r.msp_id
         AND u.run_key = 'run-' || r.agent_id || '-' || r.sequence)`,
    );
    const chain = await checkChains(client);
    return {
      sent: ledger.sent.size,
      acked: ledger.acked.size,
      stored: rows.length,
      lost: [...ledger.acked]
        .filter(([name, hash]) => !stored.get(name)?.includes(hash))
        .map(([name]) => name),
      doubled: [
        ...[...stored].filter(([, hashes]) => hashes.length > 1).map(([name]) => name),
        ...runs.rows.map(({ name }) => name),
      ],
      invented: [...stored.keys()].filter((name) => !ledger.sent.has(name)),
      wrongStreams: streams.rows.map(({ name }) => name),
      unprocessed: pending.rows[0]?.n ?? -1,
      withoutRun: withoutRun.rows[0]?.n ?? -1,
      ...chain,
    };
  } finally {
    await client.end();
  }
}

function readLedger(file: string): { sent: Map<string, string>; acked: Map<string, string> } {
  const sent = new Map<string, string>();
  const acked = new Map<string, string>();
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [agent, epoch, sequence, hash, what] = line.split(' ');
    if (!hash) continue;
    (what === 'acked' ? acked : sent).set(`${agent} ${epoch} ${sequence}`, hash);
  }
  return { sent, acked };
}

/** Follows every chain from its genesis to its head. */
async function checkChains(client: Client): Promise<{ brokenChain: string[]; auditEvents: number }> {
  const events = await client.query<{ msp_id: string; seq: string; body: string; hash: Buffer }>(
    'SELECT msp_id, seq, body, hash FROM audit.event ORDER BY msp_id, seq',
  );
  const heads = await client.query<{ msp_id: string; seq: string; hash: Buffer }>('SELECT * FROM audit.head');
  const brokenChain: string[] = [];
  const last = new Map<string, { seq: number; hash: string }>();
  for (const { msp_id: msp, seq, body, hash } of events.rows) {
    const genesis = createHash('sha256').update(`genesis:${msp}`).digest('hex');
    const before = last.get(msp) ?? { seq: 0, hash: genesis };
    const said = JSON.parse(body) as { prev: string; seq: number; msp: string };
    const isRight =
      Number(seq) === before.seq + 1 &&
      said.seq === Number(seq) &&
      said.msp === msp &&
      said.prev === before.hash &&
      createHash('sha256').update(body).digest('hex') === hash.toString('hex');
    if (!isRight) brokenChain.push(`${msp} ${seq}`);
    last.set(msp, { seq: Number(seq), hash: hash.toString('hex') });
  }
  for (const { msp_id: msp, seq, hash } of heads.rows) {
    const end = last.get(msp);
    if (Number(seq) !== (end?.seq ?? 0) || (end && end.hash !== hash.toString('hex')))
      brokenChain.push(`${msp} head`);
  }
  return { brokenChain, auditEvents: events.rows.length };
}
