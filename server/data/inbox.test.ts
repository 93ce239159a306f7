import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { makeAgent } from '@/ingest/testing/sample-agent';
import { openScreenCast, type CastMsp, type ScreenCast } from '@/test/screen-cast';
import { setting } from '../config';
import { workerScope } from '../auth/system-scope';
import { openDatabase, type Database } from './database';
import { claimPendingReports } from './inbox';

const REPORTS = 2000;
const CLAIMED = 25;

let cast: ScreenCast;
let worker: Database;
let known: CastMsp;
let fresh: CastMsp;

beforeAll(async () => {
  cast = await openScreenCast();
  worker = openDatabase({ url: cast.at.workerUrl, contextKey: setting('contextKey') });
  known = await cast.newMsp('Of long ago');
  fresh = await cast.newMsp('Of today');
});
afterAll(async () => {
  await worker.close();
  await cast.close();
});

/** Reports that wait, one a second, and as many systems with a job each. */
async function fill({ mspId, clientId }: CastMsp, count: number): Promise<void> {
  await cast.rows(
    `INSERT INTO app.system (msp_id, system_id, client_id, name, host_key, kind)
     SELECT $1, gen_random_uuid(), $2, n, n, 'server' FROM generate_series(1, $3::int) n`,
    [mspId, clientId, count],
  );
  await cast.rows(
    `INSERT INTO app.job (msp_id, job_id, client_id, system_id, job_key, name, tool, kind)
     SELECT msp_id, gen_random_uuid(), client_id, system_id, 'x', 'x', 'restic', 'backup' FROM app.system WHERE msp_id = $1`,
    [mspId],
  );
  const agent = await makeAgent(cast.at.ownerUrl, { mspId, clientId }, 'srv-01');
  await cast.rows(
    `INSERT INTO app.raw_report (msp_id, raw_report_id, received_at, agent_id, client_id, epoch, sequence, sent_at, content_encoding,
       body, body_sha256, signature)
     SELECT $1, gen_random_uuid(), now() - make_interval(secs => n), $2, $3, $4, n, now(), 'identity', 'x', sha256('x'), 'x'
     FROM generate_series(1, $5::int) n`,
    [mspId, agent.agentId, clientId, agent.epoch, count],
  );
  await cast.rows(
    `INSERT INTO app.inbox (msp_id, raw_report_id, client_id, received_at)
     SELECT msp_id, raw_report_id, client_id, received_at FROM app.raw_report WHERE msp_id = $1`,
    [mspId],
  );
}

test('an MSP that the statistics do not know costs no more to read of than what is taken', async () => {
  await fill(known, REPORTS);
  await cast.rows('ANALYZE app.raw_report, app.inbox, app.agent, app.job, app.system', []);
  await fill(fresh, REPORTS);
  const rows = await worker.inScope(workerScope(fresh.mspId), async (tx) => {
    const claimed = await claimPendingReports(tx, fresh.mspId, new Date(), CLAIMED);
    expect(claimed).toHaveLength(CLAIMED);
    return tx.$queryRaw`SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::int AS count
      FROM pg_stat_xact_user_tables WHERE schemaname = 'app' AND relname IN ('raw_report', 'agent', 'client', 'job', 'system')`;
  });
  const [{ count }] = z.tuple([z.object({ count: z.int() })]).parse(rows);
  expect(count).toBeGreaterThanOrEqual(CLAIMED);
  expect(count).toBeLessThan(10 * CLAIMED);
});
