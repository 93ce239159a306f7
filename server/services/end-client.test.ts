import { randomUUID } from 'node:crypto';
import { v7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { DocumentRequest } from '@/domain/report/document-request';
import { DAY, HOUR } from '@/domain/time/instant';
import { nightOf } from '@/ingest/testing/sample-agent';
import { type CastMsp, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { setting } from '../config';
import { findClient } from '../data/clients';
import { type Database, openDatabase } from '../data/database';
import { findEndedClient, measureClient } from '../data/ended-clients';
import { listPopulation } from '../data/evidence-populations';
import { evidenceView } from '../data/evidence-view';
import { countQueue } from '../data/finding-queue';
import { readFleetList } from '../data/fleet';
import { findRawReport } from '../data/raw-reports';
import { readRestoreRecord } from '../data/restore-records';
import { openIngestStore, type IngestStore } from '../data/ingest-store';
import { makeTenantScope } from '../tenancy/tenant-scope';
import { askForDocument } from './ask-for-documents';
import { checkAuditChain } from './check-audit-chain';
import { createClient } from './create-client';
import { deleteDueClients } from './delete-due-clients';
import { askForDeletion, callDeletionOff, endService, planDeletion, takeBackClient } from './end-client';
import { createOpenChannels } from './find-channel';
import { createPingChecks } from './find-ping-check';
import { placeLegalHold, withdrawLegalHold } from './hold-evidence';
import { markDirty } from './mark-dirty';
import { channelForm, openChannel } from './open-channel';
import { recordRestoreTest } from './record-restore-test';
import { restoreTestForm } from './restore-record-form';
import { proveSealedReport, sealReports } from './seal-reports';
import { downloadForAuditor, downloadForLeader, listGrantedDocuments } from './show-documents';
import { type Auditor, drawEvidenceSample } from './use-evidence-room';

const NOW = Date.now();
/** Noon, two days ago: its day is over. */
const NIGHT = new Date(Math.floor(NOW / DAY) * DAY - 2 * DAY + 12 * HOUR);
const NAS = { repositoryKey: 'nas', location: 'sftp:backup@nas-01:/backup', locationKind: 'sftp' as const };
const VIEW = { search: '', status: null, sort: 'status', isReversed: false, page: 1 } as const;

let cast: ScreenCast;
let worker: Database;
let store: IngestStore;
let theirs: CastMsp;
let ours: CastMsp;
let stays: Awaited<ReturnType<CastMsp['newAgent']>>;
let leaves: Awaited<ReturnType<CastMsp['newAgent']>>;
let clientId: string;
let count = 0;

beforeAll(async () => {
  cast = await openScreenCast();
  worker = openDatabase({ url: cast.at.workerUrl, contextKey: setting('contextKey') });
  store = openIngestStore({ url: cast.at.ingestUrl, contextKey: setting('contextKey') });
  theirs = await cast.newMsp('Northgate');
  await (await theirs.newAgent('fs-01')).backUp([NAS], NIGHT);
});
/** An MSP with a client that stays and one that leaves, each with a night's backup. */
beforeEach(async () => {
  ours = await cast.newMsp(`Quillmark IT ${++count}`);
  clientId = await ours.newClient('Harrowmere');
  stays = await ours.newAgent('fs-01');
  leaves = await ours.newAgent('db-01', clientId);
  await stays.backUp([NAS], NIGHT);
  await leaves.backUp([NAS], NIGHT);
});
afterAll(async () => {
  await Promise.all([worker.close(), store.close()]);
  await cast.close();
});

const owner = () => ours.scope('owner');
const end = (of = clientId, scope = owner(), at = NOW) =>
  endService(cast.web, scope, ours.person, of, { reason: 'Contract ended' }, at);
const ask = (evidence: 'keep-evidence' | 'delete-evidence' = 'keep-evidence', name = 'Harrowmere') =>
  askForDeletion(cast.web, owner(), ours.person, clientId, { name, evidence }, NOW);
const found = () => cast.web.inScope(owner(), (tx) => findEndedClient(tx, ours.mspId, clientId));
const fleet = async () =>
  (await readFleetList(cast.web, owner(), VIEW, new Date(NOW))).map(({ name }) => name).toSorted();
const openCauses = async () => {
  const reader = { mspId: ours.mspId, personId: ours.person.personId, now: new Date(NOW) };
  const filter = { search: '', severity: null, clientId, rule: null };
  return (await cast.web.inScope(owner(), (tx) => countQueue(tx, reader, filter))).open;
};

/** Has the time pass that a deletion waits for, by the database's clock. */
const hurry = () =>
  cast.rows(
    "UPDATE app.ended_client SET deletion_due_at = now() - interval '1 second' WHERE client_id = $1",
    [clientId],
  );
const deleteDue = async () => {
  const { deleted, failures } = await deleteDueClients(worker, ours.mspId, new Date());
  expect(failures).toEqual([]);
  return deleted;
};
async function deleteNow(evidence: 'keep-evidence' | 'delete-evidence' = 'keep-evidence'): Promise<void> {
  await ask(evidence);
  await hurry();
  expect(await deleteDue()).toBe(1);
}

const local = (at: number) => new Date(at).toISOString().slice(0, 16);

/** A record of a restore test of the client's point, and an evidence pack that cites its newest report. */
async function makeEvidence(madeAt = new Date(NOW)): Promise<{
  recordId: string;
  documentId: string;
  reportId: string;
}> {
  const [point] = await cast.rows(
    'SELECT point_id::text AS id, raw_report_id::text AS report FROM app.recovery_point WHERE client_id = $1',
    [clientId],
  );
  const recordId = await recordRestoreTest(
    cast.web,
    ours.scope(),
    ours.person,
    restoreTestForm.parse({
      pointId: String(point?.['id']),
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
    NOW,
  );
  const documentId = v7();
  const reportId = String(point?.['report']);
  const day = new Date(NOW).toISOString().slice(0, 10);
  const request = { kind: 'evidence-pack', firstOn: day, lastOn: day, framework: 'SOC 2', seed: null };
  await cast.rows(
    `INSERT INTO app.document (msp_id, document_id, client_id, client_name, kind, request, state, requested_by_name, requested_at,
       next_try_at, finished_at, title, pages, template_sha256, compiler, font_sha256, unsigned_sha256, certificate_sha256, keep_until)
     VALUES ($1, $2, $3, 'Harrowmere', 'evidence-pack', $4, 'ready', 'Dana', $5, now(), now(), 'A title', 3, repeat('0', 64), 'typst',
       '{}', sha256('x'), sha256('x'), $5::timestamptz + interval '6 years')`,
    [ours.mspId, documentId, clientId, JSON.stringify(request), madeAt],
  );
  for (const [kind, text] of [
    ['pdf', 'the pack'],
    ['facts', JSON.stringify({ population: [{ runId: v7(), rawReportId: reportId }] })],
  ] as const)
    await cast.rows('INSERT INTO app.document_file VALUES ($1, $2, $3, $4, $5, sha256($5), length($5))', [
      ours.mspId,
      documentId,
      kind,
      clientId,
      Buffer.from(text),
    ]);
  return { recordId, documentId, reportId };
}

/** Of each client, how many rows each table has, and a hash of them all. */
async function rowsByClient(): Promise<ReadonlyMap<string, Record<string, string>>> {
  const tables = await cast.rows(`SELECT c.oid::regclass::text AS name FROM pg_class c
    WHERE c.relnamespace = 'app'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND EXISTS (
      SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'client_id')`);
  const all = new Map<string, Record<string, string>>();
  const counts = tables.map(
    ({ name }) => `SELECT '${String(name)}' AS name, client_id::text AS id,
      count(*) || ' ' || md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))) AS told FROM ${String(name)} t GROUP BY 2`,
  );
  for (const { name, id, told } of await cast.rows(counts.join(' UNION ALL ')))
    all.set(String(id), { ...all.get(String(id)), [String(name)]: String(told) });
  return all;
}

/** What is left of a person. */
const whatIsLeft = (personId: string) =>
  cast.rows(
    `SELECT p.name, p.email LIKE '%removed.invalid' AS "isErased", p.password_hash AS hash, m.client_ids AS clients,
       m.revoked_at IS NOT NULL AS "isOut"
     FROM identity.person p LEFT JOIN identity.membership m USING (person_id) WHERE p.person_id = $1`,
    [personId],
  );
const again = () => createClient(cast.web, owner(), { name: 'Harrowmere', timeZone: 'UTC' }, NOW);
const askFor = (request: DocumentRequest) =>
  askForDocument(cast.web, owner(), ours.person, { clientId, request }, NOW);

const actions = async () =>
  (
    await cast.rows(
      "SELECT action FROM audit.event WHERE msp_id = $1 AND action LIKE 'client.%' ORDER BY seq",
      [ours.mspId],
    )
  ).map(({ action }) => action);

const day = (at: number) => new Date(at).toISOString().slice(0, 10);

function auditor(): Auditor {
  const personId = randomUUID();
  return {
    scope: makeTenantScope({ mspId: ours.mspId, clientIds: [clientId], actorId: personId, role: 'auditor' }),
    person: { personId, name: 'Ines Calloway' },
    grant: {
      grantId: v7(),
      periodFrom: day(NOW - 30 * DAY),
      periodTo: day(NOW + DAY),
      purpose: 'Review',
      expiresAt: new Date(NOW + 10 * DAY),
      grantedByName: 'Owen Quill',
    },
  };
}

describe('the end of a service', () => {
  test('takes the client out of the fleet and the findings, and gives it back as it was', async () => {
    await ours.work(new Date(NOW));
    const before = await fleet();
    const causes = await openCauses();
    expect(before).toContain('Harrowmere');
    expect(causes).toBeGreaterThan(0);
    await end();
    expect(await fleet()).toEqual(before.filter((name) => name !== 'Harrowmere'));
    expect(await openCauses()).toBe(0);
    expect(await cast.web.inScope(owner(), (tx) => findClient(tx, ours.mspId, clientId))).toBeNull();
    await takeBackClient(cast.web, owner(), clientId, NOW);
    expect(await fleet()).toEqual(before);
    expect(await openCauses()).toBe(causes);
    expect(await found()).toBeNull();
    expect(await actions()).toEqual(['client.service-ended', 'client.taken-back']);
  });

  test('leaves no bar green for the time in which nobody looked', async () => {
    await ours.work(new Date(NIGHT.getTime() + HOUR));
    await cast.rows("UPDATE app.system_status SET status = 'compliant' WHERE client_id = $1", [clientId]);
    await end(clientId, owner(), NIGHT.getTime() + 2 * HOUR);
    expect(
      await cast.rows('SELECT status, dirty_at, changes_at FROM app.system_status WHERE client_id = $1', [
        clientId,
      ]),
    ).toEqual([{ status: 'unknown', dirty_at: null, changes_at: null }]);
    await takeBackClient(cast.web, owner(), clientId, NOW);
    const changes = await cast.rows(
      'SELECT to_status FROM app.status_change WHERE client_id = $1 ORDER BY at DESC LIMIT 1',
      [clientId],
    );
    expect(changes).toEqual([{ to_status: 'unknown' }]);
    await ours.work(new Date(NOW));
    const [status] = await cast.rows(
      'SELECT dirty_at, evaluated_at FROM app.system_status WHERE client_id = $1',
      [clientId],
    );
    expect(status).toMatchObject({ dirty_at: null, evaluated_at: new Date(NOW) });
  });

  test('keeps a change of everybody’s policy from waking its systems, which nobody would put to rest', async () => {
    await end();
    await cast.web.inScope(owner(), (tx) => markDirty(tx, owner(), { clientIds: '*' }, NOW));
    const dirty = await cast.rows(
      'SELECT client_id::text AS id FROM app.system_status WHERE msp_id = $1 AND dirty_at IS NOT NULL',
      [ours.mspId],
    );
    expect(dirty).toEqual([{ id: ours.clientId }]);
  });

  test('leaves a system alone that was merged or archived before', async () => {
    await cast.rows("UPDATE app.system SET archived_at = '2026-01-01' WHERE client_id = $1", [clientId]);
    await end();
    await takeBackClient(cast.web, owner(), clientId, NOW);
    expect(await cast.rows('SELECT archived_at FROM app.system WHERE client_id = $1', [clientId])).toEqual([
      { archived_at: new Date('2026-01-01') },
    ]);
  });

  test('refuses its agents, pings, mails and webhooks with the reason, and takes them again later', async () => {
    const opened = async (kind: 'ping' | 'webhook') => {
      const form = channelForm.parse({ kind, name: `a ${kind}` });
      return (await openChannel(cast.web, ours.scope(), 'Dana', clientId, form, new Date(NOW))).address;
    };
    const [ping, hook] = [await opened('ping'), await opened('webhook')];
    const [channels, checks] = [createOpenChannels(store), createPingChecks(store)];
    const findPing = () =>
      createPingChecks(store).find({ check: { kind: 'uuid', uuid: ping }, isToBeMade: false }, new Date(NOW));
    expect(
      await checks.find({ check: { kind: 'uuid', uuid: ping }, isToBeMade: false }, new Date(NOW)),
    ).toMatchObject({
      kind: 'found',
    });
    await end();
    await expect(leaves.send({}, new Date(NOW), false)).rejects.toMatchObject({ code: 'service-ended' });
    expect(await channels.find('webhook', hook)).toBe('ended');
    expect(await findPing()).toEqual({ kind: 'service ended' });
    await expect(stays.send({}, new Date(NOW), false)).resolves.toBeUndefined();
    await takeBackClient(cast.web, owner(), clientId, NOW);
    await expect(leaves.send({}, new Date(NOW), false)).resolves.toBeUndefined();
    expect(await channels.find('webhook', hook)).toMatchObject({ mspId: ours.mspId });
    expect(await findPing()).toMatchObject({ kind: 'found' });
  });

  test('processes what was taken before, and wakes nothing by it', async () => {
    await ours.work(new Date(NOW));
    const night = nightOf(leaves.agent, new Date(NOW - HOUR), NAS);
    await leaves.send(night, new Date(NOW), false);
    await end();
    await ours.work(new Date(NOW + 1));
    expect(
      await cast.rows(
        'SELECT i.state, count(*)::int AS count FROM app.inbox i WHERE i.client_id = $1 GROUP BY 1',
        [clientId],
      ),
    ).toEqual([{ state: 'processed', count: 2 }]);
    const [system] = await cast.rows(
      `SELECT y.archived_at, s.status, s.dirty_at FROM app.system y JOIN app.system_status s USING (msp_id, system_id)
       WHERE y.client_id = $1`,
      [clientId],
    );
    expect(system).toEqual({ archived_at: new Date(NOW), status: 'unknown', dirty_at: null });
  });

  test('leaves its leaders with nothing of it', async () => {
    const { documentId } = await makeEvidence();
    await cast.rows(
      "UPDATE app.document SET kind = 'executive-report', request = $2 WHERE document_id = $1",
      [documentId, JSON.stringify({ kind: 'executive-report', month: '2026-10' })],
    );
    const leader = makeTenantScope({
      mspId: ours.mspId,
      clientIds: [clientId],
      actorId: randomUUID(),
      role: 'leader',
    });
    await expect(downloadForLeader(cast.web, leader, documentId)).resolves.toBeDefined();
    await end();
    await expect(downloadForLeader(cast.web, leader, documentId)).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  test('lets a pack of its time be made, and no report on it', async () => {
    await end();
    const on = day(NIGHT.getTime());
    await expect(askFor({ kind: 'executive-report', month: on.slice(0, 7) })).rejects.toMatchObject({
      code: 'conflict',
    });
    const pack = { kind: 'evidence-pack', firstOn: on, lastOn: on, framework: 'SOC 2', seed: null } as const;
    await expect(askFor(pack)).resolves.toHaveLength(1);
  });

  test('is the owner’s alone, of this MSP’s clients, and once', async () => {
    for (const role of ['admin', 'technician', 'worker'] as const)
      await expect(end(clientId, ours.scope(role))).rejects.toThrow('no sealed context of an owner');
    await expect(end(theirs.clientId)).rejects.toMatchObject({ code: 'not-found' });
    await expect(end(randomUUID())).rejects.toMatchObject({ code: 'not-found' });
    await expect(takeBackClient(cast.web, owner(), clientId, NOW)).rejects.toMatchObject({
      code: 'not-found',
    });
    await end();
    await expect(end()).rejects.toMatchObject({ code: 'not-found' });
    await expect(takeBackClient(cast.web, theirs.scope('owner'), clientId, NOW)).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});

describe('asking for a deletion', () => {
  test('is for a client that has ended, by its name, and can be called off', async () => {
    await expect(ask()).rejects.toMatchObject({ code: 'not-found' });
    await end();
    await expect(ask('keep-evidence', 'harrowmere')).rejects.toMatchObject({ code: 'invalid-request' });
    const dueAt = await ask();
    expect(dueAt).toEqual(new Date(NOW + 30 * DAY));
    expect(await found()).toMatchObject({ deletionDueAt: NOW + 30 * DAY, deletesEvidence: false });
    await expect(ask()).rejects.toMatchObject({ code: 'conflict' });
    expect(await deleteDue()).toBe(0);
    await callDeletionOff(cast.web, owner(), clientId);
    expect(await found()).toMatchObject({ deletionDueAt: null, deletionAskedByName: null });
    await expect(callDeletionOff(cast.web, owner(), clientId)).rejects.toMatchObject({ code: 'not-found' });
    expect(await actions()).toEqual([
      'client.service-ended',
      'client.deletion-asked',
      'client.deletion-called-off',
    ]);
  });

  test('is called off by taking the client back', async () => {
    await end();
    await ask();
    await takeBackClient(cast.web, owner(), clientId, NOW);
    expect(await deleteDue()).toBe(0);
    expect(await fleet()).toContain('Harrowmere');
  });

  test('tells beforehand what goes, what stays, until when and why', async () => {
    await makeEvidence();
    await end();
    const plan = await cast.web.inScope(owner(), async (tx) => {
      const ended = await findEndedClient(tx, ours.mspId, clientId);
      return ended && planDeletion(tx, ours.mspId, ended, new Date(NOW));
    });
    expect(plan).toMatchObject({
      extent: {
        systems: 1,
        agents: 1,
        jobs: 1,
        runs: 1,
        points: 1,
        reports: 0,
        citedReports: 1,
        records: 1,
        documents: 1,
      },
      keep: { because: expect.stringContaining('HIPAA'), isHeld: false },
      obstacles: { keepingEvidence: null, deletingEvidence: { kind: 'kept' } },
    });
    expect(plan?.keep?.until).toBeGreaterThan(NOW + 6 * 365 * DAY);
  });

  test('of evidence that has to be kept is refused with the day on which it may', async () => {
    await makeEvidence();
    await end();
    const year = new Date(NOW).getUTCFullYear() + 6;
    await expect(ask('delete-evidence')).rejects.toThrow(new RegExp(`kept until ${year}-`));
  });

  test('is refused while a legal hold stands, for both choices, and waits for one that came later', async () => {
    await end();
    const hold = () => placeLegalHold(cast.web, owner(), ours.person, clientId, { reason: 'A claim' }, NOW);
    await hold();
    for (const choice of ['keep-evidence', 'delete-evidence'] as const)
      await expect(ask(choice)).rejects.toThrow('legal hold');
    await withdrawLegalHold(cast.web, owner(), ours.person, clientId, NOW);
    await ask();
    await hurry();
    await hold();
    const before = await rowsByClient();
    expect(await deleteDue()).toBe(0);
    expect(await rowsByClient()).toEqual(before);
    await withdrawLegalHold(cast.web, owner(), ours.person, clientId, NOW);
    expect(await deleteDue()).toBe(1);
  });
});

describe('a deletion that keeps the evidence', () => {
  test('removes the rest, row by row, and touches nobody else', async () => {
    await sealReports(worker, ours.mspId, new Date());
    const { reportId } = await makeEvidence();
    await leaves.backUp([NAS], new Date(NIGHT.getTime() + HOUR));
    await end();
    const before = await rowsByClient();
    await deleteNow();
    const after = await rowsByClient();
    for (const kept of [ours.clientId, theirs.clientId]) expect(after.get(kept)).toEqual(before.get(kept));
    expect(Object.keys(after.get(clientId) ?? {}).toSorted()).toEqual(
      [
        'app.agent',
        'app.agent_public_key',
        'app.client',
        'app.document',
        'app.document_file',
        'app.ended_client',
        'app.inbox',
        'app.raw_report',
        'app.restore_record',
        'app.restore_record_standing',
      ].filter((name) => before.get(clientId)?.[name]),
    );
    for (const name of [
      'app.document',
      'app.document_file',
      'app.restore_record',
      'app.restore_record_standing',
    ])
      expect(after.get(clientId)?.[name]).toBe(before.get(clientId)?.[name]);
    // the report that the pack cites stays, the other shrinks to its hash
    expect(
      await cast.rows('SELECT raw_report_id::text AS id FROM app.raw_report WHERE client_id = $1', [
        clientId,
      ]),
    ).toEqual([{ id: reportId }]);
    expect(await found()).toMatchObject({
      deletedAt: expect.any(Number),
      evidenceDeletedAt: null,
      deletionDueAt: null,
      removed: { systems: 1, jobs: 1, points: 2, reports: 1 },
    });
    expect(await actions()).toEqual(['client.service-ended', 'client.deletion-asked', 'client.deleted']);
  });

  test('leaves the log whole, and another client’s report of that day proved by its seal', async () => {
    await sealReports(worker, ours.mspId, new Date());
    await end();
    await deleteNow();
    expect(await checkAuditChain(cast.web, owner())).toMatchObject({ broken: null });
    const [report] = await cast.rows(
      'SELECT raw_report_id::text AS id, received_at AS at FROM app.raw_report WHERE msp_id = $1',
      [ours.mspId],
    );
    const proof = await proveSealedReport(cast.web, owner(), {
      rawReportId: String(report?.['id']),
      receivedAt: report?.['at'] as Date,
    });
    expect(proof).toMatchObject({ kind: 'proved', seal: { count: 2 } });
  });

  test('leaves records, documents and cited reports to owners, and to an auditor with a grant', async () => {
    const { recordId, documentId, reportId } = await makeEvidence();
    await end();
    await deleteNow();
    expect(await readRestoreRecord(cast.web, owner(), recordId)).toMatchObject({ isIntact: true });
    expect(await cast.web.inScope(owner(), (tx) => findRawReport(tx, ours.mspId, reportId))).toMatchObject({
      clientName: 'Harrowmere',
      hostname: 'db-01',
    });
    const who = auditor();
    const seen = await cast.web.inScope(who.scope, async (tx) => {
      const view = await evidenceView(tx, who.scope, who.grant, clientId);
      if (!view) throw new Error('no view');
      return {
        name: view.client.name,
        documents: await listGrantedDocuments(tx, view, who.grant),
        tests: await listPopulation(tx, view, 'restore-tests', { search: '', page: 1 }),
        runs: await listPopulation(tx, view, 'runs', { search: '', page: 1 }),
      };
    });
    expect(seen).toMatchObject({
      name: 'Harrowmere',
      documents: [{ documentId }],
      tests: { total: 1, members: [{ systemName: 'db-01', result: 'passed', level: 'L4' }] },
      runs: { total: 0 },
    });
    const draw = { population: 'runs', seed: 'a-seed', size: 1 } as const;
    await expect(drawEvidenceSample(cast.web, who, clientId, draw, NOW)).rejects.toThrow(
      'deleted with the data',
    );
    const file = await downloadForAuditor(cast.web, who, documentId, 'pdf');
    expect(Buffer.from(file.content).toString()).toBe('the pack');
  });

  test('makes strangers of its agents and addresses', async () => {
    const form = channelForm.parse({ kind: 'webhook', name: 'a hook' });
    const { address } = await openChannel(cast.web, ours.scope(), 'Dana', clientId, form, new Date(NOW));
    await end();
    await deleteNow();
    await expect(leaves.send({}, new Date(NOW), false)).rejects.toMatchObject({ code: 'agent-unknown' });
    expect(await createOpenChannels(store).find('webhook', address)).toBeNull();
    await expect(takeBackClient(cast.web, owner(), clientId, NOW)).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  test('erases its leaders, shuts out who saw it alone, and narrows who saw others, too', async () => {
    const person = async (role: string, clientIds: readonly string[]) => {
      const personId = randomUUID();
      await cast.rows(
        "INSERT INTO identity.person (person_id, email, name, password_hash) VALUES ($1, $2, 'Lea', 'hash')",
        [personId, `${personId}@harrowmere.example`],
      );
      await cast.rows(
        'INSERT INTO identity.membership (msp_id, person_id, role, client_ids) VALUES ($1, $2, $3, $4)',
        [ours.mspId, personId, role, clientIds],
      );
      return personId;
    };
    const lea = await person('leader', [clientId]);
    const both = await person('leader', [clientId, ours.clientId]);
    const tom = await person('technician', [clientId]);
    await end();
    await deleteNow();
    expect(await whatIsLeft(lea)).toMatchObject([{ isErased: true, hash: '-', clients: null }]);
    expect(await whatIsLeft(both)).toMatchObject([
      { name: 'Lea', isErased: false, clients: [ours.clientId], isOut: false },
    ]);
    expect(await whatIsLeft(tom)).toMatchObject([{ name: 'Lea', isErased: false, isOut: true }]);
  });

  test('frees the name for a new client', async () => {
    await end();
    await expect(again()).rejects.toMatchObject({ code: 'conflict' });
    await deleteNow();
    await expect(again()).resolves.toBeDefined();
  });

  test('waits for its time by the database’s clock, and is the worker’s alone', async () => {
    await end();
    await ask();
    const { deleted } = await deleteDueClients(worker, ours.mspId, new Date(NOW + 31 * DAY));
    expect(deleted).toBe(0);
    await hurry();
    const asked = (scope: ReturnType<typeof owner>) =>
      worker.inScope(scope, (tx) => tx.$queryRaw`SELECT app.delete_client(${clientId}::uuid, '{}') AS done`);
    await expect(asked(owner())).rejects.toThrow('no sealed context of the worker');
    expect(await asked(theirs.scope('worker'))).toEqual([{ done: false }]);
    expect(await deleteDue()).toBe(1);
  });
});

describe('evidence that was kept', () => {
  test('may go once its time is over, with the personal values beside the log; who had been let in is out', async () => {
    const { documentId, recordId } = await makeEvidence(new Date('2019-01-01T00:00:00Z'));
    await end();
    await deleteNow();
    await expect(ask('keep-evidence')).rejects.toMatchObject({ code: 'conflict' });
    await expect(ask('delete-evidence')).rejects.toThrow('kept until');
    // Years pass.
    for (const sql of [
      "UPDATE app.restore_record SET made_at = '2019-01-01', keep_until = '2025-01-01', body = jsonb_set(jsonb_set(body::jsonb, '{keepUntil}', '1735689600000'), '{provenance,createdAt}', '1546300800000')::text WHERE client_id = $1",
      "UPDATE app.document SET requested_at = '2019-01-01', keep_until = '2025-01-01' WHERE client_id = $1",
      "UPDATE app.ended_client SET evidence_until = '2025-01-01' WHERE client_id = $1",
    ])
      await cast.rows(sql, [clientId]);
    const grantId = v7();
    await cast.rows(
      `INSERT INTO identity.evidence_grant (grant_id, msp_id, name, email, client_ids, period_from, period_to, purpose, granted_by,
         granted_by_name, expires_at) VALUES ($1, $2, 'Ines', 'ines@audit.example', $3, '2019-01-01', '2019-12-31', 'Review', $1, 'Owen',
         now() + interval '9 days')`,
      [grantId, ours.mspId, [clientId]],
    );
    const before = await rowsByClient();
    await deleteNow('delete-evidence');
    const after = await rowsByClient();
    expect(Object.keys(after.get(clientId) ?? {})).toEqual(['app.ended_client']);
    expect(after.get(ours.clientId)).toEqual(before.get(ours.clientId));
    expect(await readRestoreRecord(cast.web, owner(), recordId)).toBeNull();
    expect(await cast.rows('SELECT FROM app.document WHERE document_id = $1', [documentId])).toEqual([]);
    expect(
      await cast.rows('SELECT revoked_at FROM identity.evidence_grant WHERE grant_id = $1', [grantId]),
    ).toEqual([{ revoked_at: expect.any(Date) }]);
    expect(await found()).toMatchObject({
      evidenceDeletedAt: expect.any(Number),
      removed: { records: 1, documents: 1 },
    });
    const [values] = await cast.rows(
      `SELECT count(*)::int AS count FROM audit.event_private p JOIN audit.event e USING (msp_id, seq)
       WHERE p.client_id = $1 AND e.action <> 'client.evidence-deleted'`,
      [clientId],
    );
    expect(values).toEqual({ count: 0 });
    expect(await checkAuditChain(cast.web, owner())).toMatchObject({ broken: null });
    await expect(ask('delete-evidence')).rejects.toMatchObject({ code: 'conflict' });
  });

  test('of a client that has none goes at once with the rest', async () => {
    await end();
    await deleteNow('delete-evidence');
    expect(Object.keys((await rowsByClient()).get(clientId) ?? {})).toEqual(['app.ended_client']);
    expect(await cast.web.inScope(owner(), (tx) => measureClient(tx, ours.mspId, clientId))).toMatchObject({
      systems: 0,
      reports: 0,
      records: 0,
    });
  });
});
