import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type CastMsp, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { openDatabase, type Database } from '../data/database';
import { listDeliveries } from '../data/document-links';
import { listReportSchedules } from '../data/report-schedules';
import { setting } from '../config';
import { makeTenantScope } from '../tenancy/tenant-scope';
import { scheduleForm, scheduleReports, sendScheduledReports, setSchedule } from './schedule-reports';

/** Before the sixth of the month in UTC, and on it. */
const BEFORE = new Date('2026-11-06T06:59:00Z');
const DUE = new Date('2026-11-06T07:00:00Z');
const MADE = Date.parse('2026-10-20T12:00:00Z');
const SETTINGS = { appOrigin: 'https://holdfast.example', canSign: true };

let cast: ScreenCast;
let worker: Database;
let ours: CastMsp;
let count = 0;

beforeAll(async () => {
  cast = await openScreenCast();
  worker = openDatabase({ url: cast.at.workerUrl, contextKey: setting('contextKey') });
});
beforeEach(async () => {
  ours = await cast.newMsp(`Quillmark IT ${++count}`);
  await cast.rows("UPDATE app.client SET time_zone = 'UTC' WHERE msp_id = $1", [ours.mspId]);
});
afterAll(async () => {
  await worker.close();
  await cast.close();
});

const make = (changed: object = {}, nowMs = MADE, scope = ours.scope('technician')) => {
  const form = scheduleForm.parse({
    clientId: ours.clientId,
    recipients: ['board@client.example', 'ana@client.example'],
    dayOfMonth: 6,
    note: '',
    days: 30,
    ...changed,
  });
  return scheduleReports(cast.web, scope, ours.person, form, nowMs);
};
const send = (now: Date) => sendScheduledReports(worker, ours.mspId, SETTINGS, now);
const deliveries = () => cast.web.inScope(ours.scope('owner'), (tx) => listDeliveries(tx, ours.mspId, null));
const schedules = () => cast.web.inScope(ours.scope('owner'), (tx) => listReportSchedules(tx, ours.mspId));

/** What the press would do. */
const finishDocuments = (state: 'ready' | 'failed') =>
  cast
    .rows(
      `UPDATE app.document SET state = $2, finished_at = now(), title = 'Report', pages = 3, template_sha256 = repeat('a', 64),
       compiler = 'typst', font_sha256 = '{}', unsigned_sha256 = sha256('c'), certificate_sha256 = sha256('d') WHERE msp_id = $1 RETURNING 1`,
      [ours.mspId, state],
    )
    .then(() =>
      cast.rows(
        `INSERT INTO app.document_file (msp_id, document_id, kind, client_id, content, sha256, size_bytes)
       SELECT msp_id, document_id, 'pdf', client_id, 'x', sha256('x'), 1 FROM app.document WHERE msp_id = $1
       ON CONFLICT DO NOTHING RETURNING 1`,
        [ours.mspId],
      ),
    );
const documents = () =>
  cast.rows("SELECT request ->> 'month' AS month FROM app.document WHERE msp_id = $1 ORDER BY 1", [
    ours.mspId,
  ]);

test('a month is asked for on its day, sent once it is made, to each by a link of their own, and once', async () => {
  await make();
  expect(await send(BEFORE)).toBe(0);
  expect(await documents()).toEqual([]);
  expect(await send(DUE)).toBe(0);
  expect(await documents()).toEqual([{ month: '2026-10' }]);
  await finishDocuments('ready');
  const sent = await Promise.all([send(DUE), send(DUE), send(DUE)]);
  expect(sent.reduce((sum, one) => sum + one)).toBe(1);
  expect((await deliveries()).map(({ recipient }) => recipient).toSorted()).toEqual([
    'ana@client.example',
    'board@client.example',
  ]);
  expect(await send(new Date('2026-11-30T00:00:00Z'))).toBe(0);
  expect((await schedules())[0]?.last?.month).toBe('2026-10');
  await send(new Date('2026-12-06T08:00:00Z'));
  expect(await documents()).toEqual([{ month: '2026-10' }, { month: '2026-11' }]);
});

test('nothing goes out of a month whose day had passed, by a schedule that ended, or where nothing is signed', async () => {
  await make({}, DUE.getTime() + 1);
  expect(await send(new Date('2026-11-20T00:00:00Z'))).toBe(0);
  expect(await documents()).toEqual([]);
  const scheduleId = await make();
  await setSchedule(cast.web, ours.scope('technician'), ours.person, scheduleId, true, MADE);
  expect(await send(DUE)).toBe(0);
  await setSchedule(cast.web, ours.scope('technician'), ours.person, scheduleId, false, MADE);
  expect(await sendScheduledReports(worker, ours.mspId, { ...SETTINGS, canSign: false }, DUE)).toBe(0);
  expect(await documents()).toEqual([]);
  expect(await send(DUE)).toBe(0);
  expect(await documents()).toHaveLength(1);
  await finishDocuments('failed');
  expect(await send(DUE)).toBe(0);
  expect(await deliveries()).toEqual([]);
});

test('nobody schedules for a client that they do not see, ends what is another MSP’s, or writes to what is no address', async () => {
  const theirs = await cast.newMsp(`Another ${count}`);
  const limited = makeTenantScope({
    mspId: ours.mspId,
    clientIds: [await ours.newClient('Harrowmere')],
    actorId: ours.person.personId,
    role: 'technician',
  });
  await expect(make({ clientId: theirs.clientId })).rejects.toMatchObject({ code: 'not-found' });
  await expect(make({}, MADE, limited)).rejects.toMatchObject({ code: 'not-found' });
  await expect(make({ recipients: ['nobody'] })).rejects.toMatchObject({
    fields: { recipients: expect.stringContaining('nobody') },
  });
  expect(await schedules()).toEqual([]);
  const scheduleId = await make();
  for (const scope of [theirs.scope('owner'), limited]) {
    expect(await cast.web.inScope(scope, (tx) => listReportSchedules(tx, scope.mspId))).toEqual([]);
    await expect(setSchedule(cast.web, scope, ours.person, scheduleId, true, MADE)).rejects.toMatchObject({
      code: 'not-found',
    });
  }
});
