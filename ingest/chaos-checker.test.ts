import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkInvariants, type Invariants } from '@/chaos/check';
import { setting } from '@/server/config';
import { openDatabase } from '@/server/data/database';
import { openIngestStore } from '@/server/data/ingest-store';
import { createReportIntake } from '@/server/services/ingest-report';
import { workMsp } from '@/server/services/work-msp';
import { createTestDatabase, type TestDatabase } from '@/test/database';
import { asOwner, makeAgent, makeTenant, nightOf, reportDelivery, reportOf } from './testing/sample-agent';

const REPORTS = 3;

let at: TestDatabase;
let ledgerFile: string;

beforeAll(async () => {
  at = await createTestDatabase();
  ledgerFile = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-checker-')), 'ledger');
  await fillDatabase();
});
afterAll(async () => {
  fs.rmSync(path.dirname(ledgerFile), { recursive: true });
  await at.drop();
});

/** A few reports, taken and worked on as always, and the ledger of whoever sent them. */
async function fillDatabase(): Promise<void> {
  const store = openIngestStore({ url: at.ingestUrl, contextKey: setting('contextKey') });
  const database = openDatabase({ url: at.workerUrl, contextKey: setting('contextKey') });
  const intake = createReportIntake(store, () => {});
  const tenant = await makeTenant(at.ownerUrl, 'Checked');
  const agent = await makeAgent(at.ownerUrl, tenant, 'checked-1');
  for (let sequence = 1; sequence <= REPORTS; sequence++) {
    const night = nightOf(agent, new Date(Date.now() - sequence * 3_600_000), {
      repositoryKey: 'repository',
      location: 's3:https://s3.eu-central-1.amazonaws.com/checked',
      run: `run-${agent.agentId}-${sequence}`,
    });
    const delivery = reportDelivery(
      agent,
      reportOf(agent, sequence, { ...night, scope: { complete_for: [] } }),
    );
    await intake.receive(delivery);
    const hash = createHash('sha256').update(delivery.body).digest('hex');
    for (const what of ['sent', 'acked'])
      fs.appendFileSync(ledgerFile, `${agent.agentId} ${agent.epoch} ${sequence} ${hash} ${what}\n`);
  }
  await workMsp(database, tenant.mspId, () => new Date());
  await Promise.all([store.close(), database.close()]);
}

const FINE = {
  sent: REPORTS,
  acked: REPORTS,
  stored: REPORTS,
  lost: [],
  doubled: [],
  invented: [],
  wrongStreams: [],
  unprocessed: 0,
  wrongRuns: [],
  unevaluated: 0,
  unaudited: [],
  brokenChain: [],
};

/** Some of a list; how many does not matter. */
const some = expect.arrayContaining([expect.any(String)]) as string[];
const FIRST = 'sequence = 1';
const COPY_OF_FIRST = `(SELECT msp_id, gen_random_uuid(), client_id, agent_id, epoch, sequence, received_at, sent_at,
  content_encoding, body, body_sha256, signature FROM app.raw_report WHERE ${FIRST})`;

/** What happens to the database, how it is made undone, and what the checker must say. */
const FAULTS: ReadonlyArray<readonly [string, string, string, Partial<Invariants>]> = [
  [
    'other bytes than those sent',
    `UPDATE app.raw_report SET body = body || '\\x00' WHERE ${FIRST}`,
    `UPDATE app.raw_report SET body = substring(body FROM 1 FOR octet_length(body) - 1) WHERE ${FIRST}`,
    { lost: some, invented: some },
  ],
  [
    'a report under another number',
    `UPDATE app.raw_report SET sequence = 77 WHERE ${FIRST}`,
    'UPDATE app.raw_report SET sequence = 1 WHERE sequence = 77',
    { lost: some, invented: some, wrongStreams: some, wrongRuns: some },
  ],
  [
    'a report twice',
    `ALTER TABLE app.raw_report DROP CONSTRAINT raw_report_msp_id_agent_id_epoch_sequence_key;
     INSERT INTO app.raw_report ${COPY_OF_FIRST}`,
    `DELETE FROM app.raw_report WHERE raw_report_id NOT IN (SELECT raw_report_id FROM app.inbox)`,
    { doubled: some, stored: REPORTS + 1, unprocessed: 1, wrongRuns: some },
  ],
  [
    'a number that was never acknowledged as seen',
    "UPDATE app.agent_stream SET seen = seen + '{[9,10)}'",
    "UPDATE app.agent_stream SET seen = seen - '{[9,10)}'",
    { wrongStreams: some },
  ],
  [
    'an acknowledged number that is not seen',
    "UPDATE app.agent_stream SET seen = seen - '{[2,3)}'",
    "UPDATE app.agent_stream SET seen = seen + '{[2,3)}'",
    { wrongStreams: some },
  ],
  [
    'a report that waits',
    "UPDATE app.inbox SET state = 'pending' WHERE raw_report_id = (SELECT min(raw_report_id::text)::uuid FROM app.inbox)",
    "UPDATE app.inbox SET state = 'processed'",
    { unprocessed: 1 },
  ],
  [
    'a run that is gone',
    "CREATE TABLE public.kept AS SELECT * FROM app.run WHERE run_key LIKE '%-1'; DELETE FROM app.run WHERE run_key LIKE '%-1'",
    'INSERT INTO app.run SELECT * FROM public.kept; DROP TABLE public.kept',
    { wrongRuns: some },
  ],
  [
    'a run twice',
    `CREATE TABLE public.kept AS SELECT * FROM app.run WHERE run_key LIKE '%-1';
     UPDATE public.kept SET run_id = gen_random_uuid(); INSERT INTO app.run SELECT * FROM public.kept`,
    'DELETE FROM app.run r USING public.kept k WHERE r.run_id = k.run_id; DROP TABLE public.kept',
    { wrongRuns: some },
  ],
  [
    'a run that leads to another report',
    `CREATE TABLE public.kept AS SELECT run_id, raw_report_id FROM app.run;
     UPDATE app.run SET raw_report_id = (SELECT raw_report_id FROM app.raw_report WHERE ${FIRST})`,
    'UPDATE app.run r SET raw_report_id = k.raw_report_id FROM public.kept k WHERE k.run_id = r.run_id; DROP TABLE public.kept',
    { wrongRuns: some },
  ],
  [
    'a system that waits for its verdict',
    'UPDATE app.system_status SET dirty_at = now()',
    'UPDATE app.system_status SET dirty_at = NULL',
    { unevaluated: 1 },
  ],
  [
    'a change of status that the log does not know',
    "UPDATE app.status_change SET at = at + interval '1 second'",
    "UPDATE app.status_change SET at = at - interval '1 second'",
    { unaudited: some },
  ],
  [
    'an event with another text',
    'UPDATE audit.event SET body = replace(body, \'"v": 2\', \'"v": 3\') WHERE seq = 1',
    'UPDATE audit.event SET body = replace(body, \'"v": 3\', \'"v": 2\') WHERE seq = 1',
    { brokenChain: some },
  ],
  [
    'an event that is found under another action',
    "UPDATE audit.event SET action = 'verdict.kept' WHERE seq = 1",
    "UPDATE audit.event SET action = 'verdict.changed' WHERE seq = 1",
    { brokenChain: some, unaudited: some },
  ],
  [
    'a chain without its end',
    'UPDATE audit.head SET seq = seq + 1',
    'UPDATE audit.head SET seq = seq - 1',
    { brokenChain: some },
  ],
];

describe('the checker of chaos', () => {
  it('finds nothing wrong with reports that were taken and worked on', async () => {
    expect(await checkInvariants(ledgerFile, at.ownerUrl)).toEqual({ ...FINE, auditEvents: 1 });
  });

  it.each(FAULTS)('finds %s', async (_name, damage, repair, expected) => {
    await asOwner(at.ownerUrl, (owner) => owner.query(damage));
    const found = await checkInvariants(ledgerFile, at.ownerUrl);
    await asOwner(at.ownerUrl, (owner) => owner.query(repair));
    expect(found).toMatchObject({ ...FINE, ...expected });
    expect(await checkInvariants(ledgerFile, at.ownerUrl)).toMatchObject(FINE);
  });

  it('finds a report that was acknowledged and is not there', async () => {
    const other = `${ledgerFile}-with-another`;
    const [line = ''] = fs.readFileSync(ledgerFile, 'utf8').split('\n').slice(1);
    fs.writeFileSync(
      other,
      `${fs.readFileSync(ledgerFile, 'utf8')}${line.replace(/ 1 (\w+) acked$/, ' 9 $1 acked')}\n`,
    );
    expect(await checkInvariants(other, at.ownerUrl)).toMatchObject({ lost: some, wrongStreams: some });
  });

  it('shares no code with what it checks', () => {
    const source = fs.readFileSync(path.resolve(import.meta.dirname, '../chaos/check.ts'), 'utf8');
    const imported = [...source.matchAll(/from '([^']+)'/g)].map(([, name]) => name);
    expect(imported).toEqual(['node:crypto', 'node:fs', 'pg']);
  });
});
