import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ATTACHMENT_QUOTA_BYTES } from '@/domain/restore-test/attachment';
import { canonicalJson } from '@/domain/restore-test/canonical-json';
import { nightOf } from '@/ingest/testing/sample-agent';
import { type CastMsp, HOUR, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { setting } from '../config';
import { backendPid } from '../data/backend-pid';
import { readAttachment } from '../data/record-attachments';
import { withKeep, keepOfRecord, readSeenKeepTerms } from '../data/evidence-keep';
import { listApiRestoreTests } from '../data/evidence-api';
import { listDocuments } from '../data/documents';
import { listRestoreRecords, readRestoreRecord, sha256Of } from '../data/restore-records';
import { storedVerdicts } from '../data/stored-verdicts';
import { setContextSql } from '../tenancy/sealed-context';
import { makeTenantScope, type TenantScope } from '../tenancy/tenant-scope';
import { askForDocument } from './ask-for-documents';
import { assignPolicy } from './assign-policy';
import { attachToRecord } from './attach-to-record';
import { type CorrectionForm, correctRestoreRecord } from './correct-restore-record';
import { placeLegalHold, withdrawLegalHold } from './hold-evidence';
import { createPolicy, publishPolicy } from './publish-policy';
import { recordRestoreTest } from './record-restore-test';
import { type RestoreTestForm, restoreTestForm } from './restore-record-form';
import { reviewRestoreRecord } from './review-restore-record';

const NOW = Date.now();
const DAY = 24 * HOUR;
const CLOUD = { repositoryKey: 'cloud', location: 's3:https://s3.eu-central-1.amazonaws.com/vault' };
const BEN: CastMsp['person'] = { personId: randomUUID(), name: 'Ben, who reviews' };

let cast: ScreenCast;
let theirs: CastMsp;
let ours: CastMsp;
let machine: Awaited<ReturnType<CastMsp['newAgent']>>;
let pointId: string;
let count = 0;

beforeAll(async () => {
  cast = await openScreenCast();
  theirs = await cast.newMsp('Northgate');
});
beforeEach(async () => {
  ours = await cast.newMsp(`Quillmark IT ${++count}`);
  machine = await ours.newAgent('fs-01');
  await machine.backUp([CLOUD], new Date(NOW - 3 * HOUR));
  [{ id: pointId } = { id: '' }] = (await cast.rows(
    'SELECT point_id::text AS id FROM app.recovery_point WHERE msp_id = $1',
    [ours.mspId],
  )) as { id: string }[];
});
afterAll(() => cast.close());

const local = (at: number) => new Date(at).toISOString().slice(0, 16);
const formOf = (changed: Partial<RestoreTestForm> = {}): RestoreTestForm => ({
  ...restoreTestForm.parse({
    pointId,
    level: 'L4',
    result: 'passed',
    selection: { how: 'scheduled' },
    method: 'restic restore to an empty folder',
    scope: 'the folder /srv',
    environment: 'rt-lab01',
    isIsolated: true,
    startedAt: local(NOW - 2 * HOUR),
    endedAt: local(NOW - HOUR),
    checks: [{ criterion: 'All files are there', isMet: true, seen: '1,204 of 1,204' }],
    manifest: { origin: 'hashes taken at the backup' },
  }),
  ...changed,
});
const record = (changed: Partial<RestoreTestForm> = {}, scope: TenantScope = ours.scope()) =>
  recordRestoreTest(cast.web, scope, ours.person, formOf(changed), NOW);
const failedTest = (): Partial<RestoreTestForm> => ({
  result: 'failed',
  checks: [{ criterion: 'All files are there', isMet: false, seen: '1,190 of 1,204' }],
});
const read = async (recordId: string) => {
  const found = await readRestoreRecord(cast.web, ours.scope(), recordId);
  if (!found) throw new Error('no such record');
  return found;
};
const review = async (recordId: string, decision: 'accepted' | 'rejected', by = BEN) =>
  reviewRestoreRecord(
    cast.web,
    ours.scope(),
    by,
    recordId,
    { decision, comment: 'looked at it', seen: (await read(recordId)).amendments.length },
    NOW,
  );
const correct = async (recordId: string, fields: CorrectionForm['fields'], by = ours.person) =>
  correctRestoreRecord(
    cast.web,
    ours.scope(),
    by,
    recordId,
    { reason: 'a slip', fields, seen: (await read(recordId)).amendments.length },
    NOW,
  );
/** What the verdict reads, newest first. */
const counted = async () =>
  (
    await cast.rows(
      'SELECT result FROM app.restore_test WHERE msp_id = $1 AND withdrawn_at IS NULL ORDER BY ended_at DESC',
      [ours.mspId],
    )
  ).map((row) => row['result']);
const openRules = async () => {
  await ours.work(new Date(NOW));
  const systems = await cast.rows('SELECT system_id::text AS id FROM app.system WHERE msp_id = $1', [
    ours.mspId,
  ]);
  const verdicts = await cast.web.inScope(ours.scope(), (tx) =>
    storedVerdicts(
      tx,
      ours.mspId,
      systems.map((row) => String(row['id'])),
    ),
  );
  return verdicts.flatMap(({ verdict }) => verdict.findings.map((one) => one.rule));
};
const actions = async (): Promise<unknown[]> =>
  (
    await cast.rows(
      "SELECT action FROM audit.event WHERE msp_id = $1 AND action LIKE 'restore-test.%' ORDER BY seq",
      [ours.mspId],
    )
  ).map((row) => row['action']);
const file = (name: string, content: string | Buffer) => ({
  name,
  content: Buffer.from(content).toString('base64'),
  capturedAt: null,
  origin: null,
});

describe('a restore test of a person', () => {
  test('is kept as canonical JSON with its hash, and awaits a reviewer', async () => {
    const { record: kept, body, sha256, isIntact, standing } = await read(await record());
    expect(kept).toMatchObject({
      level: 'L4',
      performer: { kind: 'person', id: ours.person.personId },
      system: { name: 'fs-01' },
      copy: { pointId, product: 'restic', media: 'object-storage' },
      policy: { version: 1 },
      cadenceDays: 90,
      dueAt: null,
      isOnTime: null,
    });
    expect(body).toBe(canonicalJson(kept));
    expect([sha256, isIntact]).toEqual([sha256Of(body).toString('hex'), true]);
    expect(standing).toMatchObject({ review: 'awaiting', failure: 'none', countsAs: null });
    expect(new Date(kept.keepUntil).getUTCFullYear()).toBe(new Date(NOW).getUTCFullYear() + 6);
  });

  test('counts in the verdict once somebody else accepted it, and no more when it is corrected', async () => {
    expect(await openRules()).toContain('never-restored');
    const recordId = await record();
    expect([await counted(), await openRules()]).toEqual([[], expect.arrayContaining(['never-restored'])]);
    await review(recordId, 'accepted');
    expect(await counted()).toEqual(['passed']);
    expect(await openRules()).not.toContain('never-restored');
    await correct(recordId, { level: 'L3' });
    expect(await counted()).toEqual([]);
    expect(await openRules()).toContain('never-restored');
    expect((await read(recordId)).standing.review).toBe('awaiting');
    await review(recordId, 'accepted');
    expect(await openRules()).toContain('never-restored'); // a service that answers is no restore test
    expect((await read(recordId)).record.level).toBe('L4');
    expect(await actions()).toEqual([
      'restore-test.recorded',
      'restore-test.reviewed',
      'restore-test.corrected',
      'restore-test.reviewed',
    ]);
  });

  test('is recorded by who sees its client only', async () => {
    const { mspId, clientId, person } = ours;
    const limited = makeTenantScope({
      mspId,
      clientIds: [clientId],
      actorId: person.personId,
      role: 'technician',
    });
    const recordId = await record({}, limited);
    expect((await read(recordId)).record).toMatchObject({
      policy: { version: 1 },
      copy: { repository: 'vault' },
    });
  });

  test('does not count when it is rejected', async () => {
    const recordId = await record();
    await review(recordId, 'rejected');
    expect([await counted(), (await read(recordId)).standing.review]).toEqual([[], 'rejected']);
  });

  test('counts as failed at once, until a reviewer rejects it', async () => {
    const recordId = await record(failedTest());
    expect(await counted()).toEqual(['failed']);
    expect(await openRules()).toContain('restore-test-failed');
    await review(recordId, 'rejected');
    expect(await openRules()).not.toContain('restore-test-failed');
  });

  test('is reviewed by somebody else than who performed or corrected it, whatever the program says', async () => {
    const recordId = await record();
    await expect(review(recordId, 'accepted', ours.person)).rejects.toMatchObject({ code: 'forbidden' });
    await correct(recordId, { scope: 'the folder /home' }, BEN);
    await expect(review(recordId, 'accepted', BEN)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(
      cast.rows(
        `INSERT INTO app.restore_record_amendment (msp_id, amendment_id, client_id, record_id, performer_id, kind, by_id, body, sha256, made_at)
         SELECT msp_id, gen_random_uuid(), client_id, record_id, performer_id, 'review', performer_id, '{}', sha256, now()
         FROM app.restore_record WHERE record_id = $1`,
        [recordId],
      ),
    ).rejects.toThrow('violates check constraint');
  });

  test('is not decided by who did not see its latest correction, nor twice', async () => {
    const recordId = await record();
    await correct(recordId, { lessons: 'faster with the local cache' });
    const stale = { decision: 'accepted', comment: null, seen: 0 } as const;
    await expect(
      reviewRestoreRecord(cast.web, ours.scope(), BEN, recordId, stale, NOW),
    ).rejects.toMatchObject({ code: 'conflict' });
    await review(recordId, 'accepted');
    await expect(review(recordId, 'rejected')).rejects.toMatchObject({ code: 'conflict' });
  });

  test.each<[string, Partial<RestoreTestForm>, string]>([
    [
      'passed with a criterion that was not met',
      { result: 'passed', checks: [{ criterion: 'a', isMet: false, seen: 'b' }] },
      'result',
    ],
    ['a restore test without criteria', { checks: [] }, 'checks'],
    ['a restore test compared with nothing', { manifest: null }, 'manifest'],
    ['an end before the start', { endedAt: local(NOW - 3 * HOUR) }, 'endedAt'],
    ['an end in the future', { endedAt: local(NOW + HOUR) }, 'endedAt'],
    ['a start before the point was taken', { startedAt: local(NOW - DAY) }, 'startedAt'],
    ['failed without a word of what was wrong', { result: 'failed' }, 'result'],
    [
      'a random draw without its seed',
      { selection: { how: 'random', population: 9, seed: null, rule: null } },
      'seed',
    ],
  ])('is refused: %s', async (_, changed, field) => {
    await expect(record(changed)).rejects.toMatchObject({
      code: 'invalid-request',
      fields: { [field]: expect.any(String) },
    });
  });
});

describe('a failure', () => {
  test('stays open until its retest counts, and says who tested again', async () => {
    const failedId = await record(failedTest());
    const retestId = await record({ retestOf: failedId });
    expect((await read(failedId)).standing).toMatchObject({ failure: 'open' });
    await review(retestId, 'accepted');
    const { standing } = await read(failedId);
    expect(standing).toMatchObject({ failure: 'closed', record: { failure: { retestRecordId: retestId } } });
    const open = await listRestoreRecords(cast.web, ours.scope(), { hasOpenFailure: true });
    expect(open).toEqual([]);
  });

  test('is closed by a person with cause and cure only', async () => {
    const failedId = await record(failedTest());
    const said = { ticket: null, cause: null, correctiveAction: null, owner: 'Mo', retestRecordId: null };
    await expect(correct(failedId, { failure: { ...said, isClosed: true } })).rejects.toMatchObject({
      code: 'invalid-request',
    });
    await correct(failedId, {
      failure: { ...said, cause: 'a full disk', correctiveAction: 'a larger one', isClosed: true },
    });
    expect((await read(failedId)).standing).toMatchObject({ failure: 'closed', review: 'awaiting' });
  });

  test('has no retest that is another system’s', async () => {
    const failedId = await record(failedTest());
    const other = await ours.newAgent('fs-02');
    await other.backUp([{ ...CLOUD, repositoryKey: 'cloud-2' }], new Date(NOW - 3 * HOUR));
    const points = await cast.rows(
      `SELECT p.point_id::text AS id FROM app.recovery_point p JOIN app.system s USING (msp_id, system_id)
       WHERE p.msp_id = $1 AND s.name = 'fs-02'`,
      [ours.mspId],
    );
    await expect(record({ pointId: String(points[0]?.['id']), retestOf: failedId })).rejects.toMatchObject({
      code: 'invalid-request',
    });
  });
});

/** Has the agent tell of a test of last night's point. */
const report = async (result: 'passed' | 'failed', at = NOW - HOUR) => {
  const night = nightOf(machine.agent, new Date(NOW - 4 * HOUR), CLOUD);
  const [point] = night.recovery_points ?? [];
  await machine.send(
    {
      recovery_points: night.recovery_points ?? [],
      repositories: night.repositories ?? [],
      restore_tests: [
        {
          test_key: randomUUID(),
          point_key: point?.point_key ?? '',
          repository_key: CLOUD.repositoryKey,
          trigger: 'schedule',
          method: 'sample',
          started_at: new Date(at - HOUR).toISOString(),
          ended_at: new Date(at).toISOString(),
          selection: { rule: 'largest2+random', seed: 7, files: 100 },
          level: 'L4',
          result,
          files: {
            matched: result === 'passed' ? 100 : 98,
            mismatched: result === 'passed' ? 0 : 2,
            missing: 0,
            unverifiable: 0,
          },
          restore_seconds: 60,
        },
      ],
    },
    new Date(at + 1000),
  );
};

describe('a restore test of an agent', () => {
  test('becomes one record with the report it came from, and counts without waiting for its review', async () => {
    await report('passed');
    await ours.work(new Date(NOW));
    const [listed, ...others] = await listRestoreRecords(cast.web, ours.scope());
    expect(others).toEqual([]);
    expect(listed).toMatchObject({
      review: 'awaiting',
      record: {
        performer: { kind: 'agent', id: machine.agent.agentId },
        selection: { seed: '7', rule: 'largest2+random' },
        files: { matched: 100, selected: 100 },
        provenance: { rawReportSha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      },
    });
    expect(await counted()).toEqual(['passed']);
    expect(await actions()).toEqual(['restore-test.recorded']);
    await review(listed?.recordId ?? '', 'accepted');
    expect(await counted()).toEqual(['passed']);
  });

  test('is corrected with a criterion more, whatever the agent left unsaid of its own', async () => {
    await report('passed');
    const recordId = (await listRestoreRecords(cast.web, ours.scope()))[0]?.recordId ?? '';
    const { checks } = (await read(recordId)).record;
    const added = { criterion: 'The newest order is there', isMet: true, seen: 'order 48,216' };
    await expect(correct(recordId, { checks: [...checks, { ...added, seen: null }] })).rejects.toMatchObject({
      fields: { checks: expect.stringContaining('what was seen') },
    });
    await correct(recordId, { checks: [...checks, added] });
    expect((await read(recordId)).standing.record.checks).toEqual([...checks, added]);
  });

  test('counts no more when a reviewer rejects its record', async () => {
    await report('passed');
    const [listed] = await listRestoreRecords(cast.web, ours.scope());
    await review(listed?.recordId ?? '', 'rejected');
    expect(await counted()).toEqual([]);
    expect(await openRules()).toContain('never-restored');
  });

  test('shows its failure as open', async () => {
    await report('failed');
    const open = await listRestoreRecords(cast.web, ours.scope(), { hasOpenFailure: true });
    expect(open.map(({ result }) => result)).toEqual(['failed']);
  });
});

describe('evidence', () => {
  test('outlives its system, its client and whoever made it', async () => {
    const recordId = await record({ attachments: [file('log.txt', 'restored 1,204 files')] });
    await review(recordId, 'accepted');
    // As a migration would: nothing of the record refers to them.
    await cast.rows(
      `BEGIN; SET LOCAL session_replication_role = replica;
       DELETE FROM app.restore_test WHERE msp_id = '${ours.mspId}'; DELETE FROM app.system WHERE msp_id = '${ours.mspId}';
       DELETE FROM app.recovery_point WHERE msp_id = '${ours.mspId}'; DELETE FROM app.client WHERE msp_id = '${ours.mspId}'; COMMIT`,
    );
    const { record: kept, amendments, attachments, isIntact } = await read(recordId);
    expect([kept.system.name, amendments.length, attachments.length, isIntact]).toEqual([
      'fs-01',
      1,
      1,
      true,
    ]);
    const keys = await cast.rows(
      `SELECT confrelid::regclass::text AS at FROM pg_constraint
       WHERE contype = 'f' AND conrelid IN ('app.restore_record'::regclass, 'app.restore_record_amendment'::regclass,
         'app.restore_record_attachment'::regclass) GROUP BY 1 ORDER BY 1`,
    );
    expect(keys.map((row) => row['at'])).toEqual(['app.msp', 'app.restore_record']);
  });

  test.each(['webUrl', 'workerUrl', 'ingestUrl'] as const)(
    'is only added to: %s may change and delete nothing',
    async (url) => {
      const recordId = await record({ attachments: [file('log.txt', 'restored')] });
      await review(recordId, 'accepted');
      const program = new Client({ connectionString: cast.at[url] });
      await program.connect();
      try {
        for (const table of ['restore_record', 'restore_record_amendment', 'restore_record_attachment'])
          for (const statement of [
            `UPDATE app.${table} SET sha256 = sha256`,
            `UPDATE app.${table} SET client_id = client_id`,
            `DELETE FROM app.${table}`,
            `TRUNCATE app.${table}`,
          ]) {
            await program.query('BEGIN');
            await program.query(
              setContextSql(ours.scope(), backendPid(program), setting('contextKey'), Date.now()),
            );
            await expect(program.query(statement), statement).rejects.toThrow('permission denied');
            await program.query('ROLLBACK');
          }
      } finally {
        await program.end();
      }
    },
  );

  test('of another MSP, or of clients that a person does not see, is not there', async () => {
    const recordId = await record({ attachments: [file('log.txt', 'restored')] });
    const [attachment] = (await read(recordId)).attachments;
    const limited = makeTenantScope({
      mspId: ours.mspId,
      clientIds: [await ours.newClient('Other')],
      actorId: BEN.personId,
      role: 'technician',
    });
    for (const scope of [theirs.scope(), limited]) {
      expect(await readRestoreRecord(cast.web, scope, recordId)).toBeNull();
      expect(await listRestoreRecords(cast.web, scope)).toEqual([]);
      expect(
        await cast.web.inScope(scope, (tx) =>
          readAttachment(tx, scope.mspId, attachment?.attachmentId ?? ''),
        ),
      ).toBeNull();
      const said = { decision: 'accepted', comment: null, seen: 0 } as const;
      const gone = { code: 'not-found' };
      await expect(reviewRestoreRecord(cast.web, scope, BEN, recordId, said, NOW)).rejects.toMatchObject(
        gone,
      );
      await expect(
        correctRestoreRecord(
          cast.web,
          scope,
          BEN,
          recordId,
          { reason: 'x', seen: 0, fields: { lessons: 'x' } },
          NOW,
        ),
      ).rejects.toMatchObject(gone);
      await expect(
        attachToRecord(cast.web, scope, BEN, recordId, { attachments: [file('a.txt', 'a')] }, NOW),
      ).rejects.toMatchObject(gone);
      await expect(recordRestoreTest(cast.web, scope, BEN, formOf(), NOW)).rejects.toMatchObject(gone);
      await expect(
        recordRestoreTest(cast.web, scope, BEN, formOf({ retestOf: recordId }), NOW),
      ).rejects.toMatchObject(gone);
    }
  });
});

describe('an attachment', () => {
  test('is known by its bytes, stands in the record with its hash, and can be added later', async () => {
    const recordId = await record({ attachments: [file('../../log.txt', 'restored 1,204 files')] });
    await attachToRecord(
      cast.web,
      ours.scope(),
      BEN,
      recordId,
      { attachments: [file('counts.csv', 'table,rows\norders,12\nlines,40\n')] },
      NOW,
    );
    const { record: kept, attachments, standing } = await read(recordId);
    expect(kept.attachments.map((one) => one.name)).toEqual(['log.txt']);
    expect(standing.record.attachments.map((one) => [one.name, one.mediaType])).toEqual([
      ['log.txt', 'text/plain'],
      ['counts.csv', 'text/csv'],
    ]);
    const [first] = attachments;
    expect(first).toMatchObject({
      name: 'log.txt',
      sha256: sha256Of('restored 1,204 files').toString('hex'),
    });
    const bytes = await cast.web.inScope(ours.scope(), (tx) =>
      readAttachment(tx, ours.mspId, first?.attachmentId ?? ''),
    );
    expect(Buffer.from(bytes?.content ?? []).toString()).toBe('restored 1,204 files');
    expect(await actions()).toEqual([
      'restore-test.recorded',
      'restore-test.attached',
      'restore-test.attached',
      'restore-test.corrected',
    ]);
  });

  test('that is refused leaves no record', async () => {
    await expect(
      record({ attachments: [file('page.html', '<!doctype html><script>1</script>')] }),
    ).rejects.toMatchObject({
      code: 'invalid-request',
      fields: { 'attachments.0': expect.stringContaining('web page') },
    });
    expect(await listRestoreRecords(cast.web, ours.scope())).toEqual([]);
  });

  test('finds no room beyond the quota of its MSP, which is not that of another', async () => {
    await cast.rows('INSERT INTO app.attachment_usage (msp_id, used_bytes) VALUES ($1, $2)', [
      ours.mspId,
      ATTACHMENT_QUOTA_BYTES - 10,
    ]);
    await record({ attachments: [file('ten.txt', '0123456789')] });
    await expect(record({ attachments: [file('one.txt', '0')] })).rejects.toMatchObject({
      code: 'too-large',
    });
    expect(await listRestoreRecords(cast.web, ours.scope())).toHaveLength(1);
    await record({ attachments: [] });
  });
});

const years = (at: number) => new Date(at).getUTCFullYear() - new Date(NOW).getUTCFullYear();
/** Of the record as it is shown at `at`, by somebody who sees this client alone. */
const keepOf = async (recordId: string, at = NOW) => {
  const { mspId, clientId, person } = ours;
  const limited = makeTenantScope({
    mspId,
    clientIds: [clientId],
    actorId: person.personId,
    role: 'technician',
  });
  const terms = await readSeenKeepTerms(cast.web, limited, [clientId], new Date(at));
  return keepOfRecord((await read(recordId)).record, terms(clientId), new Date(at));
};

describe('how long evidence is kept', () => {
  const terms = {
    source: 'Contract 2026-17',
    clause: null,
    validFrom: null,
    validUntil: null,
    rpoSeconds: null,
    rtoSeconds: null,
    retentionDays: null,
    evidenceYears: 10,
  };
  const agree = async () => {
    const admin = ours.scope('admin');
    const promised = { name: 'As agreed', overrides: { contractTerms: terms, frameworks: ['SOX'] } };
    const policyId = await createPolicy(cast.web, admin, ours.person, promised, NOW);
    const client = { level: 'client', clientId: ours.clientId } as const;
    await assignPolicy(cast.web, admin, ours.person, policyId, client, NOW);
    return policyId;
  };

  test('a record keeps what was agreed when it was made, and follows what is agreed later where that is longer', async () => {
    const early = await record();
    expect(await keepOf(early)).toMatchObject({ isHeld: false, because: expect.stringMatching(/^6 years/) });
    const policyId = await agree();
    const late = await record();
    const { record: kept } = await read(late);
    expect([years(kept.keepUntil), kept.keepBecause]).toEqual([10, '10 years: Contract 2026-17']);
    const [row] = await cast.rows('SELECT keep_until FROM app.restore_record WHERE record_id = $1', [late]);
    expect(row?.['keep_until']).toEqual(new Date(kept.keepUntil));
    expect(years((await keepOf(early)).until)).toBe(10);
    const change = { overrides: { frameworks: ['SOX'] }, note: '', baseVersion: 1 };
    await publishPolicy(cast.web, ours.scope('admin'), ours.person, policyId, change, NOW + 1);
    expect(await keepOf(early, NOW + 1)).toMatchObject({ because: expect.stringMatching(/^7 years: SOX/) });
    expect(await keepOf(late, NOW + 1)).toMatchObject({ because: '10 years: Contract 2026-17' });
  });

  test('a legal hold makes it open-ended while it stands: on the record, in the evidence API and of documents', async () => {
    const recordId = await record();
    await review(recordId, 'accepted');
    const owner = ours.scope('owner');
    const request = { kind: 'restore-certificate', recordId } as const;
    await askForDocument(cast.web, owner, ours.person, { clientId: ours.clientId, request }, NOW);
    const everything = async (at: number) => {
      const view = { search: '', clientId: null, kind: null, page: 1 };
      const bounds = { from: new Date(0), to: new Date(NOW) };
      const slice = { after: null, limit: 10, clientId: null };
      const { documents } = await cast.web.inScope(owner, (tx) => listDocuments(tx, ours.mspId, view));
      return [
        await keepOf(recordId, at),
        ...(await withKeep(cast.web, owner, documents, new Date(at))).map((one) => one.keep),
        ...(await listApiRestoreTests(cast.web, owner, slice, bounds, new Date(at))).map((one) => one.keep),
      ];
    };
    const free = await everything(NOW);
    expect(free.map((keep) => keep && [years(keep.until), keep.isHeld])).toEqual([
      [6, false],
      [6, false],
      [6, false],
    ]);
    await placeLegalHold(cast.web, owner, ours.person, ours.clientId, { reason: 'a claim' }, NOW + 10);
    expect((await everything(NOW + 10)).map((keep) => keep?.isHeld)).toEqual([true, true, true]);
    expect((await everything(NOW + 9)).map((keep) => keep?.isHeld)).toEqual([false, false, false]);
    const held = await recordRestoreTest(cast.web, ours.scope(), ours.person, formOf(), NOW + 10);
    expect((await read(held)).record.isOnLegalHold).toBe(true);
    await withdrawLegalHold(cast.web, owner, ours.person, ours.clientId, NOW + 20);
    expect(await everything(NOW + 20)).toEqual(free);
    expect((await keepOf(held, NOW + 20)).isHeld).toBe(false);
  });

  test('a hold of another client holds nothing here', async () => {
    const recordId = await record();
    const other = await ours.newClient('Harrowmere');
    await placeLegalHold(cast.web, ours.scope('owner'), ours.person, other, { reason: 'a claim' }, NOW);
    expect((await keepOf(recordId)).isHeld).toBe(false);
  });
});
