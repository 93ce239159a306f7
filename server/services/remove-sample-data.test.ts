import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY, HOUR } from '@/domain/time/instant';
import { openDatabase, type Database } from '../data/database';
import { setting } from '../config';
import { type CastMsp, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { checkAuditChain } from './check-audit-chain';
import { removeSampleData } from './remove-sample-data';
import { proveSealedReport, sealReports } from './seal-reports';

/** Noon, two days ago: its day is over. */
const NIGHT = new Date(Math.floor(Date.now() / DAY) * DAY - 2 * DAY + 12 * HOUR);
const NAS = { repositoryKey: 'nas', location: 'sftp:backup@nas-01:/backup', locationKind: 'sftp' as const };

let cast: ScreenCast;
let worker: Database;
let ours: CastMsp;
let theirs: CastMsp;
let sampleId: string;

beforeAll(async () => {
  cast = await openScreenCast();
  worker = openDatabase({ url: cast.at.workerUrl, contextKey: setting('contextKey') });
  ours = await cast.newMsp('Quillmark IT');
  theirs = await cast.newMsp('Northgate');
  sampleId = await ours.newClient('Invented Ltd');
  for (const [msp, clientId] of [
    [ours, sampleId],
    [theirs, theirs.clientId],
  ] as const)
    await cast.rows('INSERT INTO app.sample_client VALUES ($1, $2, now())', [msp.mspId, clientId]);
  await (await ours.newAgent('fs-01')).backUp([NAS], NIGHT);
  const invented = await ours.newAgent('invented-01', sampleId);
  await invented.backUp([NAS], NIGHT);
  await cast.rows(
    `INSERT INTO identity.enrolment_token (token_hash, msp_id, client_id, expires_at, for_agent_id)
      VALUES (sha256('a new key'), $1, $2, now(), $3)`,
    [ours.mspId, sampleId, invented.agent.agentId],
  );
  await cast.rows(
    `INSERT INTO app.message_rule (msp_id, message_rule_id, name, kind, definition, example_report_id, version, created_at, created_by,
      created_by_name) SELECT msp_id, gen_random_uuid(), 'Nightly', 'text', '{}', raw_report_id, 1, now(), gen_random_uuid(), 'Mara'
      FROM app.raw_report WHERE client_id = $1`,
    [sampleId],
  );
  await (await theirs.newAgent('fs-01')).backUp([NAS], NIGHT);
  await sealReports(worker, ours.mspId, new Date());
});
afterAll(async () => {
  await worker.close();
  await cast.close();
});

/** How many rows each table has of each client. */
async function rowsByClient(): Promise<ReadonlyMap<string, Record<string, number>>> {
  const tables = await cast.rows(`SELECT c.oid::regclass::text AS name FROM pg_class c
    WHERE c.relnamespace = 'app'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND EXISTS (
      SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'client_id')`);
  const found = new Map<string, Record<string, number>>();
  const counts = tables.map(
    ({ name }) =>
      `SELECT '${String(name)}' AS name, client_id::text AS id, count(*)::int AS count FROM ${String(name)} GROUP BY 2`,
  );
  for (const { name, id, count } of await cast.rows(counts.join(' UNION ALL ')))
    found.set(String(id), { ...found.get(String(id)), [String(name)]: Number(count) });
  return found;
}

const eventsOf = (mspId: string) =>
  cast.rows("SELECT action FROM audit.event WHERE msp_id = $1 AND action LIKE 'sample-data.%'", [mspId]);

test('what is not the owner’s to remove stays: for other roles, and for programs of another MSP', async () => {
  const before = await rowsByClient();
  for (const role of ['admin', 'technician', 'worker'] as const)
    await expect(removeSampleData(cast.web, ours.scope(role))).rejects.toThrow(
      'no sealed context of an owner',
    );
  expect(await rowsByClient()).toEqual(before);
});

test('all that is of a sample client goes, what is of others stays, row by row', async () => {
  const before = await rowsByClient();
  expect(Object.keys(before.get(sampleId) ?? {}).length).toBeGreaterThan(12);
  const extent = await removeSampleData(cast.web, ours.scope('owner'));
  expect(extent).toMatchObject({ clients: 1, systems: 1, agents: 1, reports: 1 });
  const after = await rowsByClient();
  expect(after.get(sampleId)).toBeUndefined();
  for (const kept of [ours.clientId, theirs.clientId]) expect(after.get(kept)).toEqual(before.get(kept));
  expect(await eventsOf(ours.mspId)).toEqual([{ action: 'sample-data.removed' }]);
  await expect(removeSampleData(cast.web, ours.scope('owner'))).rejects.toMatchObject({ code: 'not-found' });
});

test('the log is whole, and another client’s report of that day is proved by its seal as before', async () => {
  expect(await checkAuditChain(cast.web, ours.scope('owner'))).toMatchObject({ broken: null });
  const [report] = await cast.rows(
    'SELECT raw_report_id::text AS id, received_at AS at FROM app.raw_report WHERE msp_id = $1',
    [ours.mspId],
  );
  const proof = await proveSealedReport(cast.web, ours.scope('owner'), {
    rawReportId: String(report?.['id']),
    receivedAt: report?.['at'] as Date,
  });
  expect(proof).toMatchObject({ kind: 'proved', seal: { count: 2 } });
});

test('who saw nobody but the samples is shut out, and their agents are strangers', async () => {
  const keys = await cast.rows('SELECT FROM identity.agent_key WHERE client_id = $1', [sampleId]);
  expect(keys).toEqual([]);
  const hash = createHash('sha256').update('a leader').digest();
  const [person] = await cast.rows(
    `INSERT INTO identity.person (person_id, email, name, password_hash) VALUES (gen_random_uuid(), 'lea@invented.example', 'Lea', $1)
      RETURNING person_id::text AS id`,
    [hash.toString('hex')],
  );
  const another = await ours.newClient('Invented, too');
  await cast.rows('INSERT INTO app.sample_client VALUES ($1, $2, now())', [ours.mspId, another]);
  await cast.rows(
    "INSERT INTO identity.membership (msp_id, person_id, role, client_ids) VALUES ($1, $2, 'leader', $3)",
    [ours.mspId, person?.['id'], [another]],
  );
  await removeSampleData(cast.web, ours.scope('owner'));
  const [member] = await cast.rows('SELECT revoked_at FROM identity.membership WHERE person_id = $1', [
    person?.['id'],
  ]);
  expect(member?.['revoked_at']).toBeInstanceOf(Date);
});
