import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  KEEP_KINDS,
  KEEP_MONTHS_MAX,
  KEEP_MONTHS_MIN,
  KEEP_MONTHS_PRESET,
} from '@/domain/keeping/keep-terms';
import { DAY, HOUR } from '@/domain/time/instant';
import { type CastMsp, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { workerScope } from '../auth/system-scope';
import { setting } from '../config';
import { type Database, openDatabase } from '../data/database';
import { retryReportsAside } from '../data/inbox-decisions';
import { listReportsAside } from '../data/inbox-screen';
import { countKeptMonths, listKeptMonths, readKeepMonths } from '../data/keep-terms';
import { deleteOld } from '../data/old-data';
import { changeKeepTerm } from './change-keep-term';
import { checkAuditChain } from './check-audit-chain';
import { placeLegalHold, withdrawLegalHold } from './hold-evidence';
import { dropOldRuns, removeOldData } from './remove-old-data';
import { proveSealedReport, sealReports } from './seal-reports';
import { showReport } from './show-report';

const NAS = { repositoryKey: 'nas', location: 'sftp:backup@nas-01:/backup', locationKind: 'sftp' as const };
/** Noon of the tenth of a month that many months before this one. */
const monthsAgo = (months: number): Date => {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months, 10, 12));
};

let cast: ScreenCast;
let worker: Database;
let ours: CastMsp;
let theirs: CastMsp;

beforeAll(async () => {
  cast = await openScreenCast();
  worker = openDatabase({ url: cast.at.workerUrl, contextKey: setting('contextKey') });
});
afterAll(async () => {
  await worker.close();
  await cast.close();
});
beforeEach(async () => {
  ours = await cast.newMsp(`Quillmark ${randomUUID()}`);
  theirs = await cast.newMsp(`Northgate ${randomUUID()}`);
});

/** A report that says nothing any more: a later one has said all that is known. */
async function oldReports(
  msp: CastMsp,
  months: readonly number[],
  clientId = msp.clientId,
): Promise<string[]> {
  const agent = await msp.newAgent(`fs-${randomUUID()}`, clientId);
  for (const ago of months) await agent.send({}, monthsAgo(ago));
  // the first one that names a machine stays
  await cast.rows('UPDATE app.system SET named_by_report_id = NULL WHERE msp_id = $1', [msp.mspId]);
  const rows = await cast.rows(
    'SELECT raw_report_id::text AS id FROM app.raw_report WHERE msp_id = $1 AND agent_id = $2 ORDER BY received_at',
    [msp.mspId, agent.agent.agentId],
  );
  return rows.map(({ id }) => String(id));
}

const keep = (msp: CastMsp, column: string, months: number) =>
  cast.rows(
    `INSERT INTO app.keep_term (msp_id, ${column}, changed_at, changed_by) VALUES ($1, $2, now(), gen_random_uuid())
      ON CONFLICT (msp_id) DO UPDATE SET ${column} = excluded.${column}`,
    [msp.mspId, months],
  );
const keepThreeMonths = (msp: CastMsp) => keep(msp, 'report_months', 3);

/** Ids of the reports whose bytes are gone. */
async function deletedOf(msp: CastMsp): Promise<string[]> {
  const rows = await cast.rows(
    'SELECT raw_report_id::text AS id FROM app.raw_report WHERE msp_id = $1 AND body_deleted_at IS NOT NULL ORDER BY received_at',
    [msp.mspId],
  );
  return rows.map(({ id }) => String(id));
}

const eventsOf = (msp: CastMsp, action: string) =>
  cast.rows(
    "SELECT body::jsonb -> 'details' AS details FROM audit.event WHERE msp_id = $1 AND action = $2 ORDER BY seq",
    [msp.mspId, action],
  );

/** As if later reports had told of something else. */
async function leaveNothingStanding(): Promise<void> {
  for (const change of [
    'recovery_point SET vanished_at = now()',
    'repository SET attributes_report_id = NULL, last_attempt_report_id = NULL, last_listing_report_id = NULL',
    'finding SET closed_at = now()',
    'system SET named_by_report_id = NULL',
  ])
    await cast.rows(`UPDATE app.${change} WHERE msp_id = $1`, [ours.mspId]);
}

describe('reports', () => {
  it('lose their bytes by whole months, of this MSP alone, and nothing else', async () => {
    const [oldest, old, edge, young] = await oldReports(ours, [20, 14, 13, 1]);
    await oldReports(theirs, [5]);
    await keepThreeMonths(theirs);
    const before = await cast.rows('SELECT * FROM app.raw_report WHERE raw_report_id = $1', [oldest]);
    expect(await removeOldData(worker, ours.mspId)).toMatchObject({ reports: 2, aside: 0 });
    expect(await deletedOf(ours)).toEqual([oldest, old]);
    expect(await deletedOf(theirs)).toEqual([]);
    const [row] = await cast.rows('SELECT * FROM app.raw_report WHERE raw_report_id = $1', [oldest]);
    const bytes = Buffer.from(before[0]?.['body'] as Buffer).length;
    expect(row).toEqual({
      ...before[0],
      body: Buffer.alloc(0),
      body_deleted_at: expect.any(Date),
      body_bytes: bytes,
      body_kept_months: KEEP_MONTHS_PRESET,
    });
    const kept = await cast.rows(
      'SELECT octet_length(body) AS size FROM app.raw_report WHERE raw_report_id = ANY ($1)',
      [[edge, young]],
    );
    expect(kept.every(({ size }) => Number(size) > 0)).toBe(true);
    expect(await removeOldData(worker, ours.mspId)).toMatchObject({ reports: 0 });
    expect(await eventsOf(ours, 'keep-term.applied')).toEqual([
      { details: { kind: 'reports', months: 13, rows: 2, bytes: expect.any(Number) } },
    ]);
    expect(await removeOldData(worker, theirs.mspId)).toMatchObject({ reports: 1 });
  });

  it('are proved by the seal of their day as before, the deleted one and those beside it', async () => {
    await keepThreeMonths(ours);
    const agent = await ours.newAgent('fs-01');
    await agent.send({}, monthsAgo(5));
    await agent.backUp([NAS], new Date(monthsAgo(5).getTime() + HOUR));
    await cast.rows('UPDATE app.system SET named_by_report_id = NULL WHERE msp_id = $1', [ours.mspId]);
    await sealReports(worker, ours.mspId, new Date(monthsAgo(5).getTime() + 2 * DAY));
    const rows = await cast.rows(
      'SELECT raw_report_id::text AS id, received_at AS at FROM app.raw_report WHERE msp_id = $1 ORDER BY received_at',
      [ours.mspId],
    );
    expect(await removeOldData(worker, ours.mspId)).toMatchObject({ reports: 1 });
    const [gone] = await deletedOf(ours);
    for (const { id, at } of rows) {
      const report = { rawReportId: String(id), receivedAt: at as Date };
      const proof = await proveSealedReport(cast.web, ours.scope('owner'), report);
      expect(proof).toMatchObject({ kind: 'proved', seal: { count: 2 } });
    }
    const shown = await showReport(cast.web, ours.scope('technician'), gone ?? '');
    expect(shown).toMatchObject({
      report: {
        deleted: { at: expect.any(Date), keptMonths: 3 },
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
      proof: { kind: 'proved' },
      signingKey: null,
      text: '',
    });
    expect(shown?.report.sizeBytes).toBeGreaterThan(100);
    expect(await checkAuditChain(cast.web, ours.scope('owner'))).toMatchObject({ broken: null });
  });

  it('stay while something stands on them: points, restore tests, open findings, examples', async () => {
    const agent = await ours.newAgent('fs-01');
    await keepThreeMonths(ours);
    await agent.backUp([NAS], monthsAgo(5));
    const [standing] = await cast.rows(
      'SELECT count(*)::int AS count FROM app.recovery_point WHERE msp_id = $1 AND vanished_at IS NULL',
      [ours.mspId],
    );
    expect(standing?.['count']).toBe(1);
    expect(await removeOldData(worker, ours.mspId)).toMatchObject({ reports: 0 });
    await leaveNothingStanding();
    expect(await removeOldData(worker, ours.mspId)).toMatchObject({ reports: 1 });
  });

  it('of a run that an auditor drew stay, though the run goes', async () => {
    const agent = await ours.newAgent('fs-01');
    await keepThreeMonths(ours);
    await agent.backUp([NAS], monthsAgo(5));
    await leaveNothingStanding();
    await cast.rows(
      `INSERT INTO app.evidence_sample (msp_id, sample_id, client_id, grant_id, population, seed, size, population_count,
        population_sha256, population_gzip, seeded_at, drawn_at, drawn_keys, drawn_by)
      SELECT r.msp_id, gen_random_uuid(), r.client_id, gen_random_uuid(), 'runs', repeat('a', 64), 1, 1, repeat('0', 64), 'x', now(), now(),
        ARRAY[r.run_id::text], gen_random_uuid() FROM app.run r WHERE r.msp_id = $1`,
      [ours.mspId],
    );
    await removeOldData(worker, ours.mspId);
    const rows = await cast.rows(
      'SELECT cited_at IS NOT NULL AS "isCited", body_deleted_at AS gone FROM app.raw_report WHERE msp_id = $1',
      [ours.mspId],
    );
    expect(rows).toEqual([{ isCited: true, gone: null }]);
  });

  it('of a client under legal hold stay until the hold is withdrawn', async () => {
    const held = await ours.newClient('Held Ltd');
    const [ofHeld] = await oldReports(ours, [20], held);
    const [other] = await oldReports(ours, [20]);
    const owner = ours.scope('owner');
    await placeLegalHold(cast.web, owner, ours.person, held, { reason: 'a dispute' }, Date.now());
    await removeOldData(worker, ours.mspId);
    expect(await deletedOf(ours)).toEqual([other]);
    await withdrawLegalHold(cast.web, owner, ours.person, held, Date.now());
    await removeOldData(worker, ours.mspId);
    expect(new Set(await deletedOf(ours))).toEqual(new Set([ofHeld, other]));
  });

  it('that wait to be read stay, and those put aside have a term of their own', async () => {
    const [pending, aside] = await oldReports(ours, [20, 19]);
    await cast.rows("UPDATE app.inbox SET state = 'pending', finished_at = NULL WHERE raw_report_id = $1", [
      pending,
    ]);
    await cast.rows("UPDATE app.inbox SET state = 'quarantined' WHERE raw_report_id = $1", [aside]);
    await keep(ours, 'aside_months', 24);
    expect(await removeOldData(worker, ours.mspId)).toMatchObject({ reports: 0, aside: 0 });
    const inboxOf = () => cast.web.inScope(ours.scope(), (tx) => listReportsAside(tx, ours.mspId));
    const [{ agentId, cause } = { agentId: '', cause: '' }] = await inboxOf();
    expect(cause).toBe('no reason was kept');
    await keep(ours, 'aside_months', 18);
    expect(await removeOldData(worker, ours.mspId)).toMatchObject({ reports: 0, aside: 1 });
    expect(await deletedOf(ours)).toEqual([aside]);
    // nobody can have it read again
    expect(await inboxOf()).toEqual([]);
    const retry = () =>
      cast.web.inScope(ours.scope(), (tx) => retryReportsAside(tx, ours.mspId, { agentId, cause }));
    expect(await retry()).toBe(0);
  });
});

describe('notifications, mails and sign-ins', () => {
  it('lose what they said, are removed, or stay where somebody asks for the newest', async () => {
    const { mspId } = ours;
    const channelId = randomUUID();
    await cast.rows(
      `INSERT INTO app.notification_channel (msp_id, channel_id, name, kind, shown_address, sealed, created_at, created_by)
        VALUES ($1, $2, 'Ops', 'webhook', 'https://…', 'x', now(), gen_random_uuid())`,
      [mspId, channelId],
    );
    const told = async (at: Date, state: 'sent' | 'waiting') =>
      cast.rows(
        `INSERT INTO app.notification (msp_id, notification_id, channel_id, content, state, created_at, next_try_at, give_up_at,
          finished_at, server_answer) VALUES ($1, gen_random_uuid(), $2, $3, $4, $5, $5, $5, $6, 'thanks')`,
        [
          mspId,
          channelId,
          JSON.stringify({ kind: 'causes', causeCount: 1, causes: [{ clientName: 'Halden' }] }),
          state,
          at,
          state === 'sent' ? at : null,
        ],
      );
    await told(monthsAgo(20), 'sent');
    await told(monthsAgo(20), 'waiting');
    await told(monthsAgo(1), 'sent');
    for (const [at, state] of [
      [monthsAgo(20), 'sent'],
      [monthsAgo(20), 'waiting'],
      [monthsAgo(19), 'sent'],
    ] as const)
      await cast.rows(
        `INSERT INTO app.mail_outbox (msp_id, mail_id, kind, state, created_at, give_up_at, finished_at, sent_via)
          VALUES ($1, gen_random_uuid(), 'sign-in-locked', $2, $3, $3, $4, $5)`,
        [mspId, state, at, state === 'sent' ? at : null, state === 'sent' ? 'smtp' : null],
      );
    const [person] = await cast.rows('SELECT person_id FROM identity.membership WHERE msp_id = $1', [mspId]);
    for (const ago of [20, 19, 1])
      await cast.rows(
        `INSERT INTO identity.user_session (session_id, person_id, msp_id, aal, created_at, expires_at)
          VALUES (gen_random_uuid(), $1, $2, 1, $3, $3)`,
        [person?.['person_id'], mspId, monthsAgo(ago)],
      );
    await cast.rows(
      "INSERT INTO identity.sign_in_refusal (person_id, at, reason) VALUES ($1, $2, 'password'), ($1, now(), 'password')",
      [person?.['person_id'], monthsAgo(20)],
    );
    expect(await removeOldData(worker, mspId)).toEqual({
      reports: 0,
      aside: 0,
      notifications: 1,
      mails: 1,
      'sign-ins': 3,
    });
    const kept = await cast.rows(
      "SELECT state, content ? 'causes' AS says, server_answer AS answer FROM app.notification WHERE msp_id = $1 ORDER BY created_at, state",
      [mspId],
    );
    expect(kept).toEqual([
      { state: 'sent', says: false, answer: null },
      { state: 'waiting', says: true, answer: 'thanks' },
      { state: 'sent', says: true, answer: 'thanks' },
    ]);
    expect(await removeOldData(worker, mspId)).toMatchObject({ notifications: 0, mails: 0, 'sign-ins': 0 });
  });
});

const listIn = (msp: CastMsp, kind: (typeof KEEP_KINDS)[number]) =>
  cast.web.inScope(msp.scope('owner'), (tx) => listKeptMonths(tx, kind));

describe('a term', () => {
  it('is changed by who says what goes by it, within its bounds, and the log says so', async () => {
    await oldReports(ours, [9, 8, 1]);
    const owner = ours.scope('owner');
    const change = (months: number, removes: number | null = null) =>
      changeKeepTerm(cast.web, owner, ours.person.personId, { kind: 'reports', months, removes }, new Date());
    expect((await listIn(ours, 'reports')).map(({ rows }) => rows)).toEqual([1, 1, 1]);
    await expect(change(2)).rejects.toMatchObject({ code: 'invalid-request' });
    await expect(change(6)).rejects.toMatchObject({ code: 'conflict' });
    await expect(change(6, 1)).rejects.toMatchObject({ code: 'conflict' });
    expect(await removeOldData(worker, ours.mspId)).toMatchObject({ reports: 0 });
    await change(6, 2);
    await change(24);
    await change(6, 2);
    expect((await eventsOf(ours, 'keep-term.changed')).map(({ details }) => details)).toEqual([
      { kind: 'reports', from: 13, months: 6, removesNext: 2 },
      { kind: 'reports', from: 6, months: 24, removesNext: 0 },
      { kind: 'reports', from: 24, months: 6, removesNext: 2 },
    ]);
    expect(await removeOldData(worker, ours.mspId)).toMatchObject({ reports: 2 });
  });

  it('has the bounds and the preset in the database that the screen has', async () => {
    const columns = {
      reports: 'report_months',
      aside: 'aside_months',
      notifications: 'notification_months',
      mails: 'mail_months',
      'sign-ins': 'sign_in_months',
    };
    for (const kind of KEEP_KINDS) {
      const least = KEEP_MONTHS_MIN[kind];
      await expect(keep(ours, columns[kind], least - 1)).rejects.toThrow('check constraint');
      await expect(keep(ours, columns[kind], KEEP_MONTHS_MAX + 1)).rejects.toThrow('check constraint');
      await keep(ours, columns[kind], least);
      const terms = await cast.web.inScope(ours.scope('owner'), (tx) => readKeepMonths(tx, ours.mspId));
      expect(terms[kind]).toBe(least);
      await cast.rows('DELETE FROM app.keep_term WHERE msp_id = $1', [ours.mspId]);
    }
    const [made] = await cast.rows(
      "SELECT pg_get_functiondef('app.keep_months(text)'::regprocedure) AS text",
    );
    for (const kind of KEEP_KINDS) expect(made?.['text']).toContain(`when '${kind}' then k.${columns[kind]}`);
    expect(made?.['text']).toContain(`), ${KEEP_MONTHS_PRESET})`);
  });

  it('is applied for the worker, and counted for an owner, of their own MSP alone', async () => {
    await oldReports(theirs, [20]);
    expect(await countKeptMonths(cast.web, ours.scope('owner'), 'reports')).toEqual([]);
    for (const role of ['admin', 'technician', 'read-only'] as const)
      await expect(countKeptMonths(cast.web, ours.scope(role), 'reports')).rejects.toThrow(
        'no sealed context of an owner',
      );
    await expect(worker.withoutScope((tx) => deleteOld(tx, 'reports', 10))).rejects.toThrow(
      'no sealed context of the worker',
    );
    await expect(cast.web.inScope(ours.scope('owner'), (tx) => deleteOld(tx, 'reports', 10))).rejects.toThrow(
      'permission denied',
    );
    await worker.inScope(workerScope(ours.mspId), (tx) => deleteOld(tx, 'reports', 10));
    expect(await deletedOf(theirs)).toEqual([]);
  });
});

const firstOf = (months: number) => `${monthsAgo(months).toISOString().slice(0, 7)}-01`;
const monthsThere = async () =>
  (
    await cast.rows(
      "SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'app.run'::regclass ORDER BY 1",
    )
  ).map(({ name }) => String(name));
const nameOf = (months: number) => `run_${firstOf(months).slice(0, 7).replace('-', '_')}`;

/** A month as it was when it was young, with one run in it. */
async function makeOldMonth(msp: CastMsp, months: number): Promise<void> {
  await cast.rows('SELECT app.make_run_partition($1::date)', [firstOf(months)]);
  const agent = await msp.newAgent(`fs-${randomUUID()}`);
  await agent.backUp([NAS], monthsAgo(1));
  for (const table of ['run', 'run_identity'])
    await cast.rows(
      `UPDATE app.${table} SET occurred_at = $2 WHERE msp_id = $1 AND occurred_at > now() - interval '3 months'`,
      [msp.mspId, monthsAgo(months)],
    );
}

describe('months of runs', () => {
  it('are dropped of everybody once they are fourteen months behind, with the names of their runs', async () => {
    await makeOldMonth(ours, 16);
    await makeOldMonth(theirs, 16);
    expect(await monthsThere()).toContain(nameOf(16));
    const { dropped, held } = await dropOldRuns(worker, [ours.mspId, theirs.mspId]);
    expect(dropped).toContain(firstOf(16));
    expect(held).toEqual([]);
    const there = await monthsThere();
    expect(there).not.toContain(nameOf(16));
    for (const kept of [14, 13, 0]) expect(there).toContain(nameOf(kept));
    const names = await cast.rows('SELECT 1 FROM app.run_identity WHERE msp_id = ANY ($1)', [
      [ours.mspId, theirs.mspId],
    ]);
    expect(names).toEqual([]);
    // a run of the same name comes again, and is kept
    const agent = await ours.newAgent('again-01');
    await agent.backUp([NAS], monthsAgo(1));
    expect(await cast.rows('SELECT 1 FROM app.run WHERE msp_id = $1', [ours.mspId])).toHaveLength(1);
  });

  it('stay as a whole where a client under legal hold has runs, and go when the hold is withdrawn', async () => {
    await makeOldMonth(ours, 17);
    const owner = ours.scope('owner');
    await placeLegalHold(cast.web, owner, ours.person, ours.clientId, { reason: 'a dispute' }, Date.now());
    expect(await dropOldRuns(worker, [ours.mspId, theirs.mspId])).toEqual({
      dropped: [],
      held: [firstOf(17)],
    });
    expect(await cast.rows('SELECT 1 FROM app.run WHERE msp_id = $1', [ours.mspId])).toHaveLength(1);
    await withdrawLegalHold(cast.web, owner, ours.person, ours.clientId, Date.now());
    expect(await dropOldRuns(worker, [ours.mspId, theirs.mspId])).toEqual({
      dropped: [firstOf(17)],
      held: [],
    });
  });

  it('are not dropped while they are young, whoever asks', async () => {
    await expect(cast.rows('SELECT app.drop_run_month($1::date)', [firstOf(14)])).rejects.toThrow(
      'too young',
    );
    await expect(
      worker.inScope(
        workerScope(ours.mspId),
        (tx) => tx.$queryRaw`SELECT app.forget_run_names(current_date, 1)`,
      ),
    ).rejects.toThrow('too young');
  });
});
