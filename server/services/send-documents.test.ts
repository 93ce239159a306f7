import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openSecret } from '@/server/auth/secret-box';
import { setting } from '@/server/config';
import { type CastMsp, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { listDeliveries } from '../data/document-links';
import { makeTenantScope } from '../tenancy/tenant-scope';
import {
  deliveryForm,
  downloadShared,
  readSharedDocument,
  revokeDocumentLink,
  sendDocument,
} from './send-documents';

const NOW = Date.now();
const SETTINGS = { appOrigin: 'https://holdfast.example' };
const PDF = Buffer.from('%PDF-1.7 not much of one');

let cast: ScreenCast;
let ours: CastMsp;
let documentId: string;
let count = 0;

beforeAll(async () => {
  cast = await openScreenCast();
});
beforeEach(async () => {
  ours = await cast.newMsp(`Quillmark IT ${++count}`);
  documentId = await readyDocument('ready');
});
afterAll(() => cast.close());

async function readyDocument(state: 'ready' | 'waiting'): Promise<string> {
  const [row] = await cast.rows(
    `INSERT INTO app.document (msp_id, document_id, client_id, client_name, kind, request, state, progress, requested_by_name, requested_at,
       attempts, next_try_at, finished_at, title, pages, keep_until, template_sha256, compiler, font_sha256,
       unsigned_sha256, certificate_sha256)
     VALUES ($1, gen_random_uuid(), $2, 'Ashgrove', 'executive-report', '{"kind":"executive-report","month":"2026-10"}', $3, 100, 'Mara', now(), 1,
       now(), CASE WHEN $3 = 'ready' THEN now() END, 'Executive report, October 2026', 4, now() + interval '1 year',
       repeat('a', 64), 'typst', '{}', sha256('c'), sha256('d')) RETURNING document_id::text AS id`,
    [ours.mspId, ours.clientId, state],
  );
  const id = String(row?.['id']);
  await cast.rows(
    `INSERT INTO app.document_file (msp_id, document_id, kind, client_id, content, sha256, size_bytes)
     VALUES ($1, $2, 'pdf', $3, $4, sha256($4), octet_length($4))`,
    [ours.mspId, id, ours.clientId, PDF],
  );
  return id;
}

const send = (changed: object = {}, scope = ours.scope('technician'), id = documentId) => {
  const form = deliveryForm.parse({ recipients: ['ana@client.example'], note: '', days: 30, ...changed });
  return sendDocument(cast.web, scope, { name: 'Mara' }, id, form, SETTINGS, NOW);
};

/** The links in the mails that wait, by recipient. */
async function tokens(): Promise<Map<string, string>> {
  const rows = await cast.rows('SELECT mail_id::text AS id, sealed FROM app.mail_outbox WHERE msp_id = $1', [
    ours.mspId,
  ]);
  return new Map(
    rows.map((row) => {
      const mail = JSON.parse(
        openSecret(row['sealed'] as Uint8Array, String(row['id']), setting('secretKey')),
      ) as { to: string; text: string };
      return [mail.to, /shared-document#([\w-]{43})/.exec(mail.text)?.[1] ?? ''];
    }),
  );
}
const tokenOf = async (recipient = 'ana@client.example') => (await tokens()).get(recipient) ?? '';
const deliveries = () => cast.web.inScope(ours.scope('owner'), (tx) => listDeliveries(tx, ours.mspId, null));

test('each recipient gets a link of their own, which opens the document and is counted when a file is taken', async () => {
  expect(await send({ recipients: ['ana@client.example', 'BEN@client.example', 'ana@client.example'] })).toBe(
    2,
  );
  const links = await tokens();
  expect(new Set(links.values()).size).toBe(2);
  const token = links.get('ana@client.example') ?? '';
  expect(await readSharedDocument(cast.web, token)).toMatchObject({
    title: 'Executive report, October 2026',
    pages: 4,
    pdfBytes: PDF.length,
    hasBundle: false,
  });
  expect((await deliveries()).map(({ openedCount }) => openedCount)).toEqual([0, 0]);
  const file = await downloadShared(cast.web, { token, file: 'pdf' });
  expect(Buffer.from(file.content)).toEqual(PDF);
  const taken = (await deliveries()).filter(({ openedCount }) => openedCount > 0);
  expect(taken.map(({ recipient }) => recipient)).toEqual(['ana@client.example']);
  const stored = await cast.rows('SELECT row_to_json(l)::text AS all FROM identity.document_link l');
  expect(JSON.stringify(stored)).not.toContain(token);
  const events = await cast.rows('SELECT action, body FROM audit.event WHERE msp_id = $1 ORDER BY seq', [
    ours.mspId,
  ]);
  expect(events.map(({ action }) => action)).toEqual(
    expect.arrayContaining(['document.sent', 'document.taken-by-link']),
  );
  expect(JSON.stringify(events)).not.toContain('ana@client.example');
});

test('a link that was taken back, has ended, or was never made says the same', async () => {
  await send();
  const token = await tokenOf();
  const refusal = { code: 'not-found', publicSentence: expect.stringContaining('leads nowhere any more') };
  await expect(readSharedDocument(cast.web, 'no-such-token')).rejects.toMatchObject(refusal);
  await cast.rows(
    "UPDATE identity.document_link SET sent_at = now() - interval '2 days', expires_at = now() - interval '1 second' WHERE msp_id = $1",
    [ours.mspId],
  );
  await expect(readSharedDocument(cast.web, token)).rejects.toMatchObject(refusal);
  await cast.rows(
    "UPDATE identity.document_link SET expires_at = now() + interval '1 day' WHERE msp_id = $1",
    [ours.mspId],
  );
  expect(await readSharedDocument(cast.web, token)).toBeTruthy();
  const [{ linkId } = { linkId: '' }] = await deliveries();
  await revokeDocumentLink(cast.web, ours.scope('technician'), linkId);
  await expect(readSharedDocument(cast.web, token)).rejects.toMatchObject(refusal);
  await expect(downloadShared(cast.web, { token, file: 'pdf' })).rejects.toMatchObject(refusal);
  await expect(revokeDocumentLink(cast.web, ours.scope('technician'), linkId)).rejects.toMatchObject({
    code: 'not-found',
  });
  expect((await deliveries())[0]?.openedCount).toBe(0);
});

test('nobody sends what is another MSP’s, of a client that they do not see, or not ready; nor to what is no address', async () => {
  const theirs = await cast.newMsp(`Another ${count}`);
  const limited = makeTenantScope({
    mspId: ours.mspId,
    clientIds: [await ours.newClient('Harrowmere')],
    actorId: ours.person.personId,
    role: 'technician',
  });
  await expect(send({}, theirs.scope('owner'))).rejects.toMatchObject({ code: 'not-found' });
  await expect(send({}, limited)).rejects.toMatchObject({ code: 'not-found' });
  const waiting = await readyDocument('waiting');
  await expect(send({}, ours.scope('owner'), waiting)).rejects.toMatchObject({ code: 'not-found' });
  await expect(send({ recipients: ['ana@client.example', 'no address'] })).rejects.toMatchObject({
    fields: { recipients: expect.stringContaining('no address') },
  });
  expect(await tokens()).toEqual(new Map());
  await send();
  const [{ linkId } = { linkId: '' }] = await deliveries();
  for (const scope of [theirs.scope('owner'), limited]) {
    expect(await cast.web.inScope(scope, (tx) => listDeliveries(tx, scope.mspId, null))).toEqual([]);
    await expect(revokeDocumentLink(cast.web, scope, linkId)).rejects.toMatchObject({ code: 'not-found' });
  }
  for (const role of ['read-only', 'leader', 'auditor', 'api-key'] as const)
    await expect(send({}, ours.scope(role))).rejects.toThrow('may not send documents');
});
