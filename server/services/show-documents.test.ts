import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto';
import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DocumentRequest } from '@/domain/report/document-request';
import { type CastMsp, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { setting } from '../config';
import { openDatabase } from '../data/database';
import { listApiCheckpoints, listApiDocuments } from '../data/evidence-api';
import { evidenceView } from '../data/evidence-view';
import { makeTenantScope } from '../tenancy/tenant-scope';
import {
  downloadForAuditor,
  downloadForLeader,
  listGrantedDocuments,
  listLeaderDocuments,
} from './show-documents';
import { makeCheckpoint } from './make-checkpoint';
import type { Auditor } from './use-evidence-room';

const MONTH = (month: string): DocumentRequest => ({ kind: 'executive-report', month });
const PACK: DocumentRequest = {
  kind: 'evidence-pack',
  firstOn: '2026-10-01',
  lastOn: '2026-10-31',
  framework: 'SOC 2',
  seed: null,
};

let cast: ScreenCast;
let ours: CastMsp;
let otherClientId: string;

beforeAll(async () => {
  cast = await openScreenCast();
  ours = await cast.newMsp('Quillmark IT');
  otherClientId = await ours.newClient('Harrowmere');
});
afterAll(() => cast.close());

/** A document as the worker leaves it, with a file of each kind that says what it is. */
async function made(
  request: DocumentRequest,
  clientId = ours.clientId,
  mspId = ours.mspId,
  state = 'ready',
): Promise<string> {
  const documentId = v7();
  const hash = createHash('sha256').update(documentId).digest();
  await cast.rows(
    `INSERT INTO app.document (msp_id, document_id, client_id, client_name, kind, request, state, requested_by_name, requested_at,
       next_try_at, finished_at, title, pages, template_sha256, compiler, font_sha256, unsigned_sha256, certificate_sha256, keep_until)
     VALUES ($1, $2, $3, 'A client', $4, $5, $6, 'Dana', now(), now(), CASE WHEN $6 <> 'waiting' THEN now() END, 'A title', 3, $7, 'typst',
       '{}', $8, $8, now())`,
    [mspId, documentId, clientId, request.kind, JSON.stringify(request), state, hash.toString('hex'), hash],
  );
  for (const kind of ['pdf', 'facts', 'bundle']) {
    const content = Buffer.from(`${kind} of ${documentId}`);
    await cast.rows('INSERT INTO app.document_file VALUES ($1, $2, $3, $4, $5, sha256($5), $6)', [
      mspId,
      documentId,
      kind,
      clientId,
      content,
      content.length,
    ]);
  }
  return documentId;
}

const leader = () =>
  makeTenantScope({
    mspId: ours.mspId,
    clientIds: [ours.clientId],
    actorId: randomUUID(),
    role: 'leader',
  });

function auditor(): Auditor {
  const personId = randomUUID();
  return {
    scope: makeTenantScope({
      mspId: ours.mspId,
      clientIds: [ours.clientId],
      actorId: personId,
      role: 'auditor',
    }),
    person: { personId, name: 'Ines Calloway' },
    grant: {
      grantId: v7(),
      periodFrom: '2026-10-01',
      periodTo: '2026-12-31',
      purpose: 'Review',
      grantedByName: 'Owen Quill',
      expiresAt: new Date(Date.now() + 86_400_000),
    },
  };
}

const downloads = () =>
  cast.rows(
    "SELECT body::json -> 'target' ->> 'documentId' AS id FROM audit.event WHERE msp_id = $1 AND action = 'document.downloaded'",
    [ours.mspId],
  );

test('a leader gets reports of their own company, and each download is in the log', async () => {
  const own = await made(MONTH('2026-10'));
  const hidden = [
    await made(PACK),
    await made(MONTH('2026-10'), otherClientId),
    await made(MONTH('2026-09'), ours.clientId, ours.mspId, 'cancelled'),
  ];
  const listed = await cast.web.inScope(leader(), (tx) => listLeaderDocuments(tx, ours.mspId, ours.clientId));
  expect(listed.map(({ documentId }) => documentId)).toEqual([own]);
  const { content } = await downloadForLeader(cast.web, leader(), own);
  expect(Buffer.from(content).toString()).toBe(`pdf of ${own}`);
  expect((await downloads()).map((row) => row['id'])).toContain(own);
  for (const documentId of [...hidden, v7()])
    await expect(downloadForLeader(cast.web, leader(), documentId)).rejects.toMatchObject({
      code: 'not-found',
    });
});

test('an auditor gets what lies within the grant, and nothing of before it or of others', async () => {
  const inside = [await made(PACK), await made(MONTH('2026-11'))];
  const outside = [await made(MONTH('2026-09')), await made(PACK, otherClientId)];
  const who = auditor();
  const listed = await cast.web.inScope(who.scope, async (tx) => {
    const view = await evidenceView(tx, who.scope, who.grant, ours.clientId);
    return view ? listGrantedDocuments(tx, view, who.grant) : [];
  });
  const ids = listed.map(({ documentId }) => documentId);
  expect(ids).toEqual(expect.arrayContaining(inside));
  expect(ids.filter((id) => outside.includes(id))).toEqual([]);
  const [pack = ''] = inside;
  const { content, name } = await downloadForAuditor(cast.web, who, pack, 'bundle');
  expect([Buffer.from(content).toString(), name.endsWith('.asice')]).toEqual([`bundle of ${pack}`, true]);
  const before = (await downloads()).length;
  for (const documentId of [...outside, v7()])
    await expect(downloadForAuditor(cast.web, who, documentId, 'pdf')).rejects.toMatchObject({
      code: 'not-found',
    });
  expect(await downloads()).toHaveLength(before);
});

test('a key of the evidence API reads documents of its clients, and the checkpoints of its MSP alone', async () => {
  const theirs = await cast.newMsp('Northgate');
  const own = await made(MONTH('2026-08'));
  await made(MONTH('2026-08'), otherClientId);
  await made(MONTH('2026-08'), theirs.clientId, theirs.mspId);
  const key = (clientIds: '*' | string[], mspId = ours.mspId) =>
    makeTenantScope({ mspId, clientIds, actorId: randomUUID(), role: 'api-key' });
  const slice = { after: null, limit: 500, clientId: null };
  const listed = await listApiDocuments(cast.web, key([ours.clientId]), slice, new Date());
  expect(listed.map(({ documentId }) => documentId)).toContain(own);
  expect(new Set(listed.map(({ clientId }) => clientId))).toEqual(new Set([ours.clientId]));
  const rest = await listApiDocuments(cast.web, key('*'), { ...slice, after: own }, new Date());
  expect(rest.map(({ clientId }) => clientId)).toEqual([otherClientId]);

  const worker = openDatabase({ url: cast.at.workerUrl, contextKey: setting('contextKey') });
  try {
    await downloadForLeader(cast.web, leader(), own);
    const keys = { current: generateKeyPairSync('ed25519').privateKey, former: null };
    expect((await makeCheckpoint(worker, keys, new Date(), true)).kind).toBe('made');
    const [checkpoint] = await listApiCheckpoints(cast.web, key('*'), { after: 0, limit: 10 });
    const [head] = await cast.rows("SELECT encode(hash, 'hex') AS hash FROM audit.head WHERE msp_id = $1", [
      ours.mspId,
    ]);
    expect(checkpoint?.head).toBe(head?.['hash']);
    const none = await listApiCheckpoints(cast.web, key('*'), {
      after: checkpoint?.checkpointId ?? 0,
      limit: 10,
    });
    expect(none).toEqual([]);
    const silent = await cast.newMsp('Nobody');
    expect(await listApiCheckpoints(cast.web, key('*', silent.mspId), { after: 0, limit: 10 })).toEqual([]);
  } finally {
    await worker.close();
  }
});
