import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { HistorySettings } from '@/domain/history/settings';
import { DAY } from '@/domain/time/instant';
import { setting } from '@/server/config';
import { type CastMsp, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { type Database, openDatabase } from '../data/database';
import { countImportedRunsOf } from '../data/document-facts';
import { findHistoryImport } from '../data/history-imports';
import { readSystemHistory } from '../data/system-history';
import { readSystemRuns } from '../data/system-lists';
import { readSystem } from '../data/system-detail';
import { makeTenantScope } from '../tenancy/tenant-scope';
import { bringInHistory } from './bring-in-history';
import { leftOutRows } from './left-out-rows';
import { type HistoryPreview, previewHistory } from './preview-history';
import { sealReports } from './seal-reports';
import { showReport } from './show-report';
import { startHistoryImport, throwHistoryAway } from './start-history-import';
import { uploadHistory } from './upload-history';
import { withdrawHistory } from './withdraw-history';

const NOW = new Date();
const day = (daysAgo: number, time = '01:00:00'): string =>
  `${new Date(NOW.getTime() - daysAgo * DAY).toISOString().slice(0, 10)}T${time}Z`;
const CSV = `Device,Job,Started,Ended,Status,Size
fs-01,Nightly,${day(40)},${day(40, '01:30:00')},OK,12 GB
fs-01,Nightly,${day(39)},${day(39, '01:20:00')},Failed,
fs-01,Nightly,${day(38)},,OK,12.5 GB
elsewhere,Nightly,${day(38)},,OK,
fs-01,Nightly,yesterday,,OK,
`;
const OK_IS_SUCCESS = [
  { word: 'ok', as: 'success' },
  { word: 'failed', as: 'failed' },
] as const;
const REPOSITORY = { repositoryKey: 'r1', location: '/mnt/backup', locationKind: 'local' } as const;

let cast: ScreenCast;
let worker: Database;
let theirs: CastMsp;
let ours: CastMsp;
let count = 0;

beforeAll(async () => {
  cast = await openScreenCast();
  worker = openDatabase({ url: cast.at.workerUrl, contextKey: setting('contextKey') });
  theirs = await cast.newMsp('Northgate');
});
beforeEach(async () => {
  ours = await cast.newMsp(`Quillmark IT ${++count}`);
  const { backUp } = await ours.newAgent('fs-01');
  await backUp([REPOSITORY], new Date(NOW.getTime() - 3_600_000));
});
afterAll(async () => {
  await worker.close();
  await cast.close();
});

const upload = (content: string | Buffer, clientId = ours.clientId, scope = ours.scope()) =>
  uploadHistory(
    cast.web,
    scope,
    ours.person,
    { clientId, name: 'Backup Radar', fileName: 'export.csv' },
    Buffer.from(content),
    NOW,
  );
async function preview(
  importId: string,
  given: HistorySettings | null = null,
  scope = ours.scope(),
): Promise<HistoryPreview> {
  let last: HistoryPreview | null = null;
  for await (const step of previewHistory(cast.web, scope, importId, given, NOW))
    if (step.kind === 'preview') last = step.preview;
  if (!last) throw new Error('no preview');
  return last;
}
const start = (importId: string, settings: HistorySettings, scope = ours.scope()) =>
  startHistoryImport(cast.web, scope, importId, settings, NOW);
const work = () => bringInHistory(worker, ours.mspId, () => new Date());
const change = (importId: string, isWithdrawn: boolean, scope = ours.scope()) =>
  withdrawHistory(cast.web, scope, ours.person, { importId, isWithdrawn }, NOW);
const find = (importId: string, scope = ours.scope()) =>
  cast.web.inScope(scope, (tx) => findHistoryImport(tx, scope.mspId, importId));

/** Uploads, explains and brings in. */
async function bringIn(content: string | Buffer, statuses: HistorySettings['statuses'] = [...OK_IS_SUCCESS]) {
  const importId = await upload(content);
  const { settings } = await preview(importId);
  await start(importId, { ...settings, statuses });
  expect(await work()).toEqual({ done: 1, failures: [] });
  return importId;
}
async function systemId(name = 'fs-01'): Promise<string> {
  const [row] = await cast.rows('SELECT system_id FROM app.system WHERE msp_id = $1 AND host_key = $2', [
    ours.mspId,
    name,
  ]);
  return String(row?.['system_id']);
}
async function runsOf(name = 'fs-01', told: 'all' | 'imports' = 'all') {
  const asked = { jobId: null, told, dayIn: () => null, before: null };
  const list = await readSystemRuns(cast.web, ours.scope(), await systemId(name), asked, NOW);
  return list?.runs ?? [];
}
const actions = async () =>
  (
    await cast.rows(
      `SELECT action FROM audit.event WHERE msp_id = $1 AND action ~ '^history-import' ORDER BY seq`,
      [ours.mspId],
    )
  ).map((row) => String(row['action']).replace('history-import.', ''));
const countOfDocuments = () =>
  cast.web.inScope(ours.scope(), (tx) =>
    countImportedRunsOf(tx, ours.mspId, {
      clientId: ours.clientId,
      from: new Date(NOW.getTime() - 45 * DAY),
      to: new Date(day(38)),
    }),
  );
/** Everything that says how a fleet stands, and whom it alarms. */
const standing = () =>
  Promise.all(
    [
      `SELECT system_id, status, changes_at, dirty_at, verdicts FROM (SELECT s.*, to_jsonb(s) AS verdicts FROM app.system_status s) s WHERE msp_id = $1 ORDER BY 1`,
      'SELECT to_jsonb(f) AS f FROM app.finding f WHERE msp_id = $1 ORDER BY finding_id',
      'SELECT to_jsonb(n) AS n FROM app.notification n WHERE msp_id = $1 ORDER BY 1',
      'SELECT to_jsonb(o) AS o FROM app.mail_outbox o WHERE msp_id = $1 ORDER BY 1',
      'SELECT to_jsonb(r) AS r FROM app.run r WHERE msp_id = $1 ORDER BY run_id',
      'SELECT to_jsonb(p) AS p FROM app.recovery_point p WHERE msp_id = $1 ORDER BY point_id',
      'SELECT to_jsonb(j) AS j FROM app.job j WHERE msp_id = $1 ORDER BY job_id',
      'SELECT to_jsonb(e) AS e FROM app.expectation e WHERE msp_id = $1 ORDER BY 1',
      'SELECT to_jsonb(y) AS y FROM app.system y WHERE msp_id = $1 ORDER BY system_id',
      'SELECT to_jsonb(s) AS s FROM app.agent_stream s WHERE msp_id = $1 ORDER BY 1',
    ].map((sql) => cast.rows(sql, [ours.mspId])),
  );

describe('a file with history', () => {
  test('tells nothing before its words are explained, and then what its rows say', async () => {
    const importId = await upload(CSV);
    const first = await preview(importId);
    expect(first.lacks).toEqual(['statuses']);
    expect(first.settings).toMatchObject({
      dates: 'ymd',
      columns: { system: 0, job: 1, started: 2, ended: 3 },
    });
    expect(first.survey.statuses).toEqual([
      { word: 'ok', count: 4 },
      { word: 'failed', count: 1 },
    ]);
    expect(first.counts).toEqual({ success: 0, warning: 0, failed: 1 });
    await expect(start(importId, first.settings)).rejects.toMatchObject({
      code: 'invalid-request',
      fields: { statuses: expect.any(String) },
    });
    const second = await preview(importId, { ...first.settings, statuses: [...OK_IS_SUCCESS] });
    expect(second.lacks).toEqual([]);
    expect(second.counts).toEqual({ success: 2, warning: 0, failed: 1 });
    expect(second.leftOut).toEqual({ 'unknown-system': 1, 'unreadable-date': 1 });
    expect(second.leftOutRows.map(({ line, why, detail }) => [line, why, detail])).toEqual([
      [5, 'unknown-system', 'elsewhere'],
      [6, 'unreadable-date', 'yesterday'],
    ]);
    expect(await runsOf('fs-01', 'imports')).toEqual([]);
  });

  test('shows its runs in the history, marked, once all of them are there', async () => {
    const importId = await bringIn(CSV);
    const runs = await runsOf('fs-01', 'imports');
    expect(
      runs.map(({ jobName, status, toldBy, trust, imported }) => [
        jobName,
        status,
        toldBy,
        trust,
        imported?.importId,
      ]),
    ).toEqual(
      ['success', 'failed', 'success'].map((status) => ['Nightly', status, ['import'], 'declared', importId]),
    );
    expect(runs.at(-1)).toMatchObject({ durationSeconds: 1800, storedBytes: 12n * 1024n ** 3n });
    const asked = { job: null, dayIn: () => null };
    const history = await readSystemHistory(cast.web, ours.scope(), await systemId(), asked, NOW);
    const [nightly, ...others] = history?.importedHistories ?? [];
    expect(others).toEqual([]);
    expect(nightly?.name).toBe('Nightly');
    expect(nightly?.days.filter(({ runs: ofDay }) => ofDay.length > 0).map(({ outcome }) => outcome)).toEqual(
      ['success', 'failed', 'success'],
    );
    expect(history?.jobHistories.flatMap(({ days }) => days.flatMap((one) => one.runs))).toHaveLength(1);
    const { rawReportId } = (await find(importId)) ?? {};
    const shown = await showReport(cast.web, ours.scope(), rawReportId ?? '');
    expect(shown).toMatchObject({ report: { channel: 'import', state: 'processed' }, derived: [] });
    expect(shown?.message?.texts).toEqual([CSV]);
    expect(await actions()).toEqual(['uploaded', 'started', 'done']);
  });

  test('is told apart in what documents count', async () => {
    const importId = await bringIn(CSV);
    expect(await countOfDocuments()).toEqual({ success: 1, warning: 0, failed: 1 });
    await change(importId, true);
    expect(await countOfDocuments()).toEqual({ success: 0, warning: 0, failed: 0 });
  });

  test('changes nothing of how a system stands, and alarms nobody', async () => {
    await ours.work(NOW);
    const before = await standing();
    expect(before[0]).toHaveLength(1);
    const failures = Array.from(
      { length: 50 },
      (_, n) => `fs-01,Nightly,${day(n, '00:30:00')},,Failed,`,
    ).join('\n');
    const successes = Array.from({ length: 5 }, (_, n) => `fs-01,files,${day(n, '00:10:00')},,OK,1 GB`).join(
      '\n',
    );
    const importId = await bringIn(`Device,Job,Started,Ended,Status,Size\n${failures}\n${successes}\n`);
    await ours.work(NOW);
    expect(await standing()).toEqual(before);
    await change(importId, true);
    await change(importId, false);
    await ours.work(NOW);
    expect(await standing()).toEqual(before);
    const detail = await readSystem(cast.web, ours.scope(), await systemId(), null, NOW);
    expect(detail?.runs.map(({ toldBy }) => toldBy)).toEqual([['agent']]);
  });

  test('does not speak for a system: no voice of one is called like a file', async () => {
    await bringIn(CSV);
    const [agent] = await cast.rows(
      `SELECT hostname, revoked_at IS NOT NULL AS closed, last_seen_at FROM app.agent WHERE msp_id = $1 AND channel = 'import'`,
      [ours.mspId],
    );
    expect(agent).toMatchObject({ closed: true, last_seen_at: null });
    expect(String(agent?.['hostname'])).toMatch(/^import [0-9a-f-]{36}$/);
  });

  test('is sealed with the other reports of its day', async () => {
    await bringIn(CSV);
    const tomorrow = new Date(NOW.getTime() + 2 * DAY);
    expect(await sealReports(worker, ours.mspId, tomorrow)).toBeGreaterThan(0);
    const [row] = await cast.rows(
      `SELECT raw_report_id FROM app.raw_report WHERE msp_id = $1 AND envelope IS NOT NULL`,
      [ours.mspId],
    );
    const shown = await showReport(cast.web, ours.scope(), String(row?.['raw_report_id']));
    expect(shown?.proof.kind).toBe('proved');
  });

  test('twice adds nothing, and what Holdfast was told otherwise is told once', async () => {
    await bringIn(CSV);
    const again = await upload(CSV);
    const { counts, leftOut, settings, isRemembered, lacks } = await preview(again);
    expect({ counts, known: leftOut.known, isRemembered, lacks }).toEqual({
      counts: { success: 0, warning: 0, failed: 0 },
      known: 3,
      isRemembered: true,
      lacks: [],
    });
    await start(again, settings);
    await work();
    expect(await find(again)).toMatchObject({ state: 'done', runCount: 0 });
    expect(await runsOf('fs-01', 'imports')).toHaveLength(3);
    const [own] = await runsOf();
    const at = new Date((own?.at ?? 0) + 5 * 60_000).toISOString();
    const near = await upload(`Device,Job,Started,Ended,Status,Size\nFS-01.,${own?.jobName},${at},,OK,\n`);
    expect((await preview(near)).leftOut).toEqual({ known: 1 });
  });

  test('is taken back and let hold again, each once', async () => {
    const importId = await bringIn(CSV);
    await change(importId, true);
    expect(await runsOf('fs-01', 'imports')).toEqual([]);
    expect(await find(importId)).toMatchObject({
      state: 'done',
      withdrawnByName: ours.person.name,
      runCount: 3,
    });
    await change(importId, true);
    await change(importId, false);
    await change(importId, false);
    expect(await runsOf('fs-01', 'imports')).toHaveLength(3);
    expect(await find(importId)).toMatchObject({ withdrawnAt: null });
    expect(await actions()).toEqual(['uploaded', 'started', 'done', 'withdrawn', 'restored']);
  });

  test('does not come back while another file tells of the same runs', async () => {
    const first = await bringIn(CSV);
    await change(first, true);
    const second = await bringIn(CSV);
    expect(await runsOf('fs-01', 'imports')).toHaveLength(3);
    await expect(change(first, false)).rejects.toMatchObject({ code: 'conflict' });
    await change(second, true);
    await change(first, false);
    expect(await runsOf('fs-01', 'imports')).toHaveLength(3);
  });

  test('tells each row that it left out, with its words', async () => {
    const importId = await bringIn(CSV);
    const told = [];
    for await (const row of leftOutRows(cast.web, ours.scope(), importId, NOW)) told.push(row);
    expect(told).toEqual([
      [5, 'unknown-system', 'elsewhere', 'elsewhere', 'Nightly', day(38), '', 'OK', ''],
      [6, 'unreadable-date', 'yesterday', 'fs-01', 'Nightly', 'yesterday', '', 'OK', ''],
    ]);
  });

  test('is thrown away before it is brought in, and not after', async () => {
    const importId = await upload(CSV);
    await throwHistoryAway(cast.web, ours.scope(), importId, NOW);
    await throwHistoryAway(cast.web, ours.scope(), importId, NOW);
    expect(await find(importId)).toMatchObject({ state: 'cancelled' });
    expect(await cast.rows('SELECT file FROM app.history_import WHERE import_id = $1', [importId])).toEqual([
      { file: null },
    ]);
    await expect(preview(importId)).rejects.toMatchObject({ code: 'conflict' });
    const done = await bringIn(CSV);
    await expect(throwHistoryAway(cast.web, ours.scope(), done, NOW)).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(await actions()).toEqual(['uploaded', 'thrown-away', 'uploaded', 'started', 'done']);
  });

  test('goes on where a worker died, and is seen by nobody until then', async () => {
    const rows = Array.from(
      { length: 5000 },
      (_, n) => `fs-01,Nightly,${new Date(NOW.getTime() - (n + 100) * 900_000).toISOString()},,OK,`,
    );
    const importId = await upload(`Device,Job,Started,Ended,Status,Size\n${rows.join('\n')}\n`);
    const { settings } = await preview(importId);
    await start(importId, { ...settings, statuses: [...OK_IS_SUCCESS] });
    let batches = 0;
    const dying: Database = {
      ...worker,
      inScope: (scope, run, options) => {
        // Claim, read, two batches; the third finds no database, and neither does what would say so.
        if (++batches > 4) return Promise.reject(new Error('the worker dies here'));
        return worker.inScope(scope, run, options);
      },
    };
    await expect(bringInHistory(dying, ours.mspId, () => new Date())).rejects.toThrow('the worker dies here');
    expect(await find(importId)).toMatchObject({ state: 'running', rowsDone: 4000, runCount: 4000 });
    expect(await runsOf('fs-01', 'imports')).toEqual([]);
    expect(await work()).toEqual({ done: 0, failures: [] });
    const later = new Date(Date.now() + 3 * 60_000);
    expect(await bringInHistory(worker, ours.mspId, () => later)).toEqual({ done: 1, failures: [] });
    expect(await find(importId)).toMatchObject({ state: 'done', rowsDone: 5000, runCount: 5000 });
    expect(
      await cast.rows('SELECT count(*)::int AS n FROM app.imported_run WHERE import_id = $1', [importId]),
    ).toEqual([{ n: 5000 }]);
  });

  test('is somebody else’s to nobody', async () => {
    const importId = await bringIn(CSV);
    const draft = await upload(CSV);
    const { settings } = await preview(draft);
    const ofOtherClient = makeTenantScope({
      mspId: ours.mspId,
      clientIds: [await ours.newClient('Another')],
      actorId: ours.person.personId,
      role: 'technician',
    });
    for (const scope of [theirs.scope(), ofOtherClient]) {
      expect(await find(importId, scope)).toBeNull();
      await expect(preview(draft, null, scope)).rejects.toMatchObject({ code: 'not-found' });
      await expect(start(draft, settings, scope)).rejects.toMatchObject({ code: 'not-found' });
      await expect(change(importId, true, scope)).rejects.toMatchObject({ code: 'not-found' });
      await expect(throwHistoryAway(cast.web, scope, draft, NOW)).rejects.toMatchObject({
        code: 'not-found',
      });
      await expect(upload(CSV, ours.clientId, scope)).rejects.toMatchObject({ code: 'not-found' });
      await expect(leftOutRows(cast.web, scope, importId, NOW).next()).rejects.toMatchObject({
        code: 'not-found',
      });
    }
    const [their] = await cast.rows('SELECT system_id FROM app.system WHERE msp_id <> $1 LIMIT 1', [
      ours.mspId,
    ]);
    await expect(start(draft, { ...settings, systemId: String(their?.['system_id']) })).rejects.toMatchObject(
      { code: 'invalid-request', fields: { systems: expect.any(String) } },
    );
  });

  test.each([
    ['nothing', '', 'empty'],
    ['a head alone', 'Device,Status\n', 'no rows'],
    ['a spreadsheet', 'PK\u{3}\u{4}\0\0', 'saved as CSV'],
    ['what begins like JSON', '[{"a":1', 'is none'],
    ['several lists', '{"a":[],"b":[]}', 'several'],
  ])('is refused when it is %s, and says why', async (_, content, sentence) => {
    await expect(upload(content)).rejects.toMatchObject({
      code: 'invalid-request',
      fields: { file: expect.stringContaining(sentence) },
    });
  });
});
