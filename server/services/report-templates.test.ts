import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { STANDARD_CHOICES } from '@/domain/report/report-template';
import { setting } from '@/server/config';
import { HOSTILE_TEXTS } from '@/test/hostile-texts';
import { pdfText } from '@/test/pdf-text';
import { openTestPress } from '@/test/press';
import { type CastMsp, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { type Database, openDatabase } from '../data/database';
import { findReportTemplate, listReportTemplates } from '../data/report-templates';
import { RenderError } from '../documents/render/renderer';
import { makeTenantScope } from '../tenancy/tenant-scope';
import { askForDocument, downloadDocument, retryDocument } from './ask-for-documents';
import { changeTemplate, makeTemplate, setTemplate, templateForm } from './keep-templates';
import { makeDueDocuments, type Press } from './make-due-documents';
import { makeDuePreviews } from './make-due-previews';
import {
  askForPreview,
  previewForm,
  showPreview,
  showPreviewPage,
  showPreviewPdf,
} from './preview-documents';
import { scheduleForm, scheduleReports, sendScheduledReports } from './schedule-reports';

const NOW = Date.parse('2026-11-06T08:00:00Z');
const MINUTE = 60_000;
const RECOVERY = 'Time to be back, against the promise';
const SHORT = {
  ...STANDARD_CHOICES,
  sections: STANDARD_CHOICES.sections.filter((id) => id !== 'recovery' && id !== 'tests'),
  foreword: 'Dear board,\n\nthis is how October went.',
};

let cast: ScreenCast;
let worker: Database;
let press: Press;
let ours: CastMsp;
let count = 0;

beforeAll(async () => {
  cast = await openScreenCast();
  worker = openDatabase({ url: cast.at.workerUrl, contextKey: setting('contextKey') });
  press = await openTestPress();
});
beforeEach(async () => {
  ours = await cast.newMsp(`Quillmark IT ${++count}`);
  await cast.rows("UPDATE app.client SET time_zone = 'UTC' WHERE msp_id = $1", [ours.mspId]);
});
afterAll(async () => {
  press.renderer.close();
  await worker.close();
  await cast.close();
});

const keep = (changed: object = {}, by = ours) =>
  makeTemplate(
    cast.web,
    by.scope('admin'),
    by.person,
    templateForm.parse({ name: 'For boards', choices: SHORT, recipients: [], ...changed }),
    NOW,
  );
const change = (templateId: string, version: number, changed: object = {}, by = ours) => {
  const form = templateForm.parse({ name: 'For boards', choices: SHORT, recipients: [], ...changed });
  return changeTemplate(cast.web, by.scope('admin'), by.person, templateId, { ...form, version }, NOW);
};
const archive = (templateId: string, isArchived = true, by = ours) =>
  setTemplate(cast.web, by.scope('admin'), by.person, templateId, isArchived, NOW);
const templates = (by = ours) =>
  cast.web.inScope(by.scope('technician'), (tx) => listReportTemplates(tx, by.mspId));
const ask = async (templateId: string | null, by = ours) => {
  const request = { kind: 'executive-report', month: '2026-10' } as const;
  const form = { clientId: ours.clientId, request, templateId };
  return (await askForDocument(cast.web, by.scope('technician'), by.person, form, NOW))[0] ?? '';
};
const made = async (documentId: string) => {
  await makeDueDocuments(worker, ours.mspId, press, () => new Date(NOW + 1000));
  return fileOf(documentId, 'pdf');
};
const fileOf = async (documentId: string, kind: 'pdf' | 'facts') =>
  new Uint8Array((await downloadDocument(cast.web, ours.scope('technician'), documentId, kind)).content);
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: { code?: string }) => error.code,
  );
const actions = async () =>
  (await cast.rows('SELECT action FROM audit.event WHERE msp_id = $1 ORDER BY seq', [ours.mspId])).map(
    ({ action }) => action,
  );

describe('a template', () => {
  test('is made, changed in versions, renamed, archived and brought back, each of it in the log', async () => {
    const templateId = await keep({ recipients: ['Ana@client.example', 'ana@client.example'] });
    expect(await templates()).toMatchObject([
      { templateId, name: 'For boards', version: 1, recipients: ['ana@client.example'], choices: SHORT },
    ]);
    expect(await change(templateId, 1, { name: 'Boards', recipients: ['ana@client.example'] })).toBe(1);
    expect(await change(templateId, 1, { name: 'Boards', choices: STANDARD_CHOICES })).toBe(2);
    expect(await change(templateId, 2, { name: 'Boards', choices: STANDARD_CHOICES })).toBe(2);
    await archive(templateId);
    expect((await templates())[0]?.archivedAt).toEqual(new Date(NOW));
    await archive(templateId, false);
    expect(await templates()).toMatchObject([{ name: 'Boards', version: 2, archivedAt: null }]);
    expect(await actions()).toEqual([
      'report-template.made',
      'report-template.changed',
      'report-template.changed',
      'report-template.archived',
      'report-template.brought-back',
    ]);
    const log = await cast.rows('SELECT body FROM audit.event WHERE msp_id = $1', [ours.mspId]);
    expect(JSON.stringify(log)).not.toContain('client.example');
  });

  test('has a name that no other one has, also after one was archived, and never the standard’s', async () => {
    const templateId = await keep();
    for (const name of ['for BOARDS', 'Standard', ' standard '])
      expect(await refusal(keep({ name })), name).toBe('conflict');
    await archive(templateId);
    const second = await keep();
    expect(await refusal(archive(templateId, false))).toBe('conflict');
    expect(await refusal(change(second, 1, { name: 'standard' }))).toBe('conflict');
    expect(await refusal(archive(templateId))).toBe('not-found');
    expect(await refusal(change(templateId, 1))).toBe('not-found');
  });

  test('that two people change at once keeps the first change and tells the second', async () => {
    const templateId = await keep();
    const outcomes = await Promise.all(
      ['One', 'Two'].map((foreword) => refusal(change(templateId, 1, { choices: { ...SHORT, foreword } }))),
    );
    expect(new Set(outcomes)).toEqual(new Set(['conflict', 'done']));
    expect((await templates())[0]?.version).toBe(2);
  });

  test('is another MSP’s alone: not found, neither to see, change, archive nor ask with', async () => {
    const theirs = await cast.newMsp(`Another ${count}`);
    const templateId = await keep({}, theirs);
    expect(await templates()).toEqual([]);
    expect(await refusal(change(templateId, 1))).toBe('not-found');
    expect(await refusal(archive(templateId))).toBe('not-found');
    expect(await refusal(ask(templateId))).toBe('not-found');
    expect(await refusal(preview({ templateId }))).toBe('not-found');
    expect(await refusal(schedule({ templateId }))).toBe('not-found');
    expect((await templates(theirs))[0]).toMatchObject({ version: 1, archivedAt: null });
  });

  test('is refused for an address that is none, and with a section of bad news left out', async () => {
    await expect(keep({ recipients: ['nobody'] })).rejects.toMatchObject({
      fields: { recipients: expect.stringContaining('nobody') },
    });
    const sections = SHORT.sections.filter((id) => id !== 'points');
    expect(() => templateForm.parse({ name: 'x', recipients: [], choices: { ...SHORT, sections } })).toThrow(
      'cannot be left out',
    );
  });
});

describe('a report that is made with a template', () => {
  test('has its foreword and sections, says that some were left out, and keeps the version that it was asked with', async () => {
    const templateId = await keep();
    const [standard, short] = [await ask(null), await ask(templateId)];
    await change(templateId, 1, { name: 'Renamed', choices: { ...SHORT, foreword: 'Something else.' } });
    const before = await made(short);
    const text = (await pdfText(before)).join(' ');
    expect(text).toContain(`A word from Quillmark IT ${count}`);
    expect(text).toContain('In their own words; nothing of it was checked.');
    expect(text).toMatch(/Dear board, ?this is how October went\./);
    expect(text).not.toContain(RECOVERY);
    expect(text).not.toContain('Something else.');
    expect(text).toContain('left out 2 sections of the standard one');
    expect(text).toContain('What you should know');
    const facts = JSON.parse(Buffer.from(await fileOf(short, 'facts')).toString()) as {
      template: unknown;
    };
    expect(facts.template).toEqual({ templateId, version: 1, ...SHORT });
    const plain = (await pdfText(await fileOf(standard, 'pdf'))).join(' ');
    expect(plain).toContain(RECOVERY);
    expect(plain).not.toContain('A word from');
    expect(plain).not.toContain('left out');
    await archive(templateId);
    expect(await fileOf(short, 'pdf')).toEqual(before);
    expect(await refusal(ask(templateId))).toBe('not-found');
  });

  test('that failed is made again with the version that it was asked with', async () => {
    const templateId = await keep();
    const documentId = await ask(templateId);
    await cast.rows(
      "UPDATE app.document SET state = 'failed', finished_at = now(), problem = 'x' WHERE document_id = $1",
      [documentId],
    );
    await change(templateId, 1, { choices: { ...SHORT, foreword: 'Something else.' } });
    await archive(templateId);
    await retryDocument(cast.web, ours.scope('technician'), documentId, NOW);
    expect((await pdfText(await made(documentId))).join(' ')).toContain('this is how October went.');
  });

  test('prints every hostile text that a foreword may hold as words', async () => {
    const foreword = HOSTILE_TEXTS.map(({ text }) => text)
      .filter((text) => /^\P{C}*$/u.test(text))
      .join(' ')
      .slice(0, 1500)
      .trim();
    const templateId = await keep({ choices: { ...SHORT, foreword } });
    const pdf = await made(await ask(templateId));
    const text = (await pdfText(pdf)).join('').replaceAll(/\s/g, '');
    expect(text).toContain('<script>window.');
    expect(text).toContain('=HYPERLINK(');
    expect(Buffer.from(pdf).toString('latin1')).not.toMatch(/\/(?:JavaScript|JS|Launch|SubmitForm)\b/);
  });

  test('is an executive report: a pack or a certificate with one is refused, and says why', async () => {
    const templateId = await keep();
    const request = { kind: 'restore-certificate', recordId: templateId } as const;
    await expect(
      askForDocument(
        cast.web,
        ours.scope('technician'),
        ours.person,
        { clientId: ours.clientId, request, templateId },
        NOW,
      ),
    ).rejects.toMatchObject({ code: 'invalid-request', publicSentence: expect.stringContaining('auditors') });
  });
});

const schedule = (changed: object = {}) => {
  const recipients = ['board@client.example'];
  const body = { clientId: ours.clientId, recipients, dayOfMonth: 6, note: '', days: 30, ...changed };
  const form = scheduleForm.parse(body);
  return scheduleReports(cast.web, ours.scope('technician'), ours.person, form, NOW - 10 * 24 * 60 * MINUTE);
};

test('a schedule with a template asks for one report of its own, with the template as it is then, and sends that', async () => {
  const templateId = await keep();
  await schedule({ templateId });
  await schedule();
  await change(templateId, 1, { choices: { ...SHORT, foreword: 'The newest words.' } });
  await archive(templateId);
  const send = () =>
    sendScheduledReports(
      worker,
      ours.mspId,
      { appOrigin: 'https://holdfast.example', canSign: true },
      new Date(NOW),
    );
  expect(await send()).toBe(0);
  expect(await send()).toBe(0);
  const asked = await cast.rows(
    "SELECT document_id::text AS id, request -> 'template' AS template FROM app.document WHERE msp_id = $1 ORDER BY request ->> 'template'",
    [ours.mspId],
  );
  expect(asked.map(({ template }) => template)).toEqual([
    { templateId, version: 2, name: 'For boards' },
    null,
  ]);
  const text = (await pdfText(await made(String(asked[0]?.['id'])))).join(' ');
  expect(text).toContain('The newest words.');
  expect(await send()).toBe(2);
  expect(await send()).toBe(0);
  const sent = await cast.rows(
    'SELECT document_id::text AS id FROM app.report_schedule_delivery WHERE msp_id = $1',
    [ours.mspId],
  );
  expect(new Set(sent.map(({ id }) => id))).toEqual(new Set(asked.map(({ id }) => id)));
});

const preview = (changed: object = {}, role: 'admin' | 'technician' = 'technician', by = ours) =>
  askForPreview(
    cast.web,
    by.scope(role),
    { personId: by.person.personId, role },
    previewForm.parse({
      clientId: ours.clientId,
      request: { kind: 'executive-report', month: '2026-10' },
      ...changed,
    }),
    NOW,
  );
const show = (previewId: string, personId = ours.person.personId, nowMs = NOW, by = ours) =>
  showPreview(cast.web, by.scope('technician'), { previewId, personId }, nowMs);
const makePreviews = (nowMs = NOW + 1000, with_: Partial<Press> = {}) =>
  makeDuePreviews(worker, ours.mspId, { ...press, ...with_ }, () => new Date(nowMs));

describe('a preview', () => {
  test('is the document’s own pages, marked, unsigned, and no trace of it is kept as a document or in the log', async () => {
    const templateId = await keep();
    const before = await actions();
    const previewId = await preview({ templateId });
    expect(await show(previewId)).toMatchObject({ state: 'waiting', progress: 0, pages: null });
    expect(await makePreviews()).toEqual([]);
    expect(await show(previewId)).toMatchObject({ state: 'ready', pages: 1, pictureCount: 1, problem: null });
    const which = { previewId, personId: ours.person.personId };
    const pdf = await showPreviewPdf(cast.web, ours.scope('technician'), which, NOW);
    const text = (await pdfText(pdf)).join(' ');
    expect(text).toContain('this is how October went.');
    expect(text).toContain('Preview, not a document');
    expect(text).toContain('PREVIEW');
    expect(text).not.toContain('Signed electronically');
    expect(text).not.toContain(RECOVERY);
    expect(Buffer.from(pdf).includes('/ByteRange')).toBe(false);
    const svg = await showPreviewPage(cast.web, ours.scope('technician'), which, 1, NOW);
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(svg).toMatch(/<\/svg>$/);
    expect(svg).not.toMatch(/<script|<foreignObject|onload/i);
    expect(await cast.rows('SELECT 1 FROM app.document WHERE msp_id = $1', [ours.mspId])).toEqual([]);
    expect(await actions()).toEqual(before);
    expect(await refusal(showPreviewPage(cast.web, ours.scope('technician'), which, 2, NOW))).toBe(
      'not-found',
    );
  });

  test('is made of choices and a look that were not kept, by whoever may change them', async () => {
    const draft = { ...SHORT, foreword: 'Only tried.' };
    const brand = { name: 'Another Look', colour: '#ffdd00' };
    expect(await refusal(preview({ draft, brand }))).toBe('forbidden');
    const previewId = await preview({ draft, brand }, 'admin');
    expect(await makePreviews()).toEqual([]);
    const which = { previewId, personId: ours.person.personId };
    const pdf = await showPreviewPdf(cast.web, ours.scope('admin'), which, NOW);
    const text = (await pdfText(pdf)).join(' ');
    expect(text).toContain('Only tried.');
    expect(text).toContain('A word from Another Look');
    expect(await showPreviewPage(cast.web, ours.scope('admin'), which, 1, NOW)).not.toContain('#ffdd00');
    expect(await templates()).toEqual([]);
    const wrong = { name: 'x', colour: '#000000', logo: Buffer.from('no picture').toString('base64') };
    await expect(preview({ brand: wrong }, 'admin')).rejects.toMatchObject({
      fields: { logo: 'The logo has to be a PNG.' },
    });
  });

  test('is whoever’s who asked: nobody else’s, of no client that they do not see, and over after half an hour', async () => {
    const theirs = await cast.newMsp(`Another ${count}`);
    const previewId = await preview();
    await makePreviews();
    expect(await refusal(show(previewId, theirs.person.personId))).toBe('not-found');
    expect(await refusal(show(previewId, ours.person.personId, NOW, theirs))).toBe('not-found');
    expect(await refusal(preview({}, 'technician', theirs))).toBe('not-found');
    const limited = makeTenantScope({
      mspId: ours.mspId,
      clientIds: [await ours.newClient('Harrowmere')],
      actorId: ours.person.personId,
      role: 'technician',
    });
    const which = { previewId, personId: ours.person.personId };
    expect(await refusal(showPreview(cast.web, limited, which, NOW))).toBe('not-found');
    expect(await refusal(show(previewId, ours.person.personId, NOW + 30 * MINUTE))).toBe('not-found');
    await makePreviews(NOW + 31 * MINUTE);
    expect(await cast.rows('SELECT 1 FROM app.document_preview WHERE msp_id = $1', [ours.mspId])).toEqual([]);
  });

  test('tells in words what went wrong, and takes no older one’s place for ever', async () => {
    const previewId = await preview();
    const failing = {
      ...press.renderer,
      render: () =>
        Promise.reject(new RenderError('too-long', 'It took too long. Ask for a shorter period.')),
    };
    expect(await makePreviews(NOW + 1000, { renderer: failing })).toMatchObject([{ previewId }]);
    expect(await show(previewId)).toMatchObject({
      state: 'failed',
      problem: 'It took too long. Ask for a shorter period.',
    });
    await expect(preview({ request: { kind: 'executive-report', month: '2027-01' } })).rejects.toMatchObject({
      publicSentence: expect.stringContaining('has not begun yet'),
    });
    for (let asked = 0; asked < 3; asked += 1) await preview();
    expect(await refusal(show(previewId))).toBe('not-found');
    const rows = await cast.rows('SELECT 1 FROM app.document_preview WHERE msp_id = $1', [ours.mspId]);
    expect(rows).toHaveLength(3);
  });

  test('of a pack has its first rows, and says so', async () => {
    const request = {
      kind: 'evidence-pack',
      firstOn: '2026-10-01',
      lastOn: '2026-10-31',
      framework: 'HIPAA',
      seed: null,
    };
    const previewId = await preview({ request });
    expect(await makePreviews()).toEqual([]);
    const { state, pages, pictureCount } = await show(previewId);
    expect({ state, pictureCount }).toEqual({ state: 'ready', pictureCount: pages });
    expect(pages).toBeGreaterThan(1);
    const which = { previewId, personId: ours.person.personId };
    const pictures = await Promise.all(
      [1, 2].map((page) => showPreviewPage(cast.web, ours.scope('technician'), which, page, NOW)),
    );
    const [first = '', second = ''] = pictures.map((svg) => /viewBox="0 ([\d.]+) /.exec(svg)?.[1]);
    expect(Number(first)).toBe(0);
    expect(Number(second)).toBeCloseTo(841.89, 1);
    for (const svg of pictures) expect(svg.match(/<use /g)?.length).toBeGreaterThan(100);
  });
});

test('the newest version is found by whoever looks at one', async () => {
  const templateId = await keep();
  await change(templateId, 1, { choices: STANDARD_CHOICES });
  const found = await cast.web.inScope(ours.scope('read-only'), (tx) =>
    findReportTemplate(tx, ours.mspId, templateId),
  );
  expect(found).toMatchObject({ version: 2, choices: STANDARD_CHOICES, madeByName: ours.person.name });
});
