import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { DocumentRequest } from '@/domain/report/document-request';
import { isRestoreTest } from '@/domain/restore-test/record';
import { DAY, utcDay } from '@/domain/time/instant';
import { workerScope } from '@/server/auth/system-scope';
import { setting } from '@/server/config';
import { type Database, openDatabase } from '@/server/data/database';
import { DOCUMENT_FILES, listDocuments } from '@/server/data/documents';
import { selectRestoreRecords } from '@/server/data/restore-records';
import { listMspIds } from '@/server/data/work-due';
import { askForDocument, downloadDocument } from '@/server/services/ask-for-documents';

/**
 * Has the running worker make one document of each kind, of the client whose data was restored last, and writes their files and the
 * installation's certificate into a folder. Prints what it wrote. Needs DATABASE_URL_WORKER and HOLDFAST_CONTEXT_KEY.
 */
const WAIT_MS_MAX = 180_000;
const EXTENSION = { pdf: 'pdf', facts: 'json', bundle: 'asice' } as const;

const database = openDatabase({
  url: setting('databaseUrlWorker'),
  contextKey: setting('contextKey'),
  connectionsMax: 2,
  applicationName: 'holdfast-demo-documents',
});
try {
  const folder = process.argv[2] ?? '.';
  const { mspId, clientId, recordId } = await chooseSubject(database);
  const now = Date.now();
  const requests: DocumentRequest[] = [
    // the demo's past is a month long
    { kind: 'executive-report', month: utcDay(now - 15 * DAY).slice(0, 7) },
    {
      kind: 'evidence-pack',
      framework: 'HIPAA',
      // The demo's past was recorded today, so only a period that ends today has events of the log in it.
      firstOn: utcDay(now - 29 * DAY),
      lastOn: utcDay(now),
      seed: 'demo',
    },
    { kind: 'restore-certificate', recordId },
  ];
  for (const request of requests) {
    const form = { clientId, request };
    const person = { personId: null, name: 'Holdfast' };
    const [documentId = ''] = await askForDocument(database, workerScope(mspId), person, form, now);
    await untilReady(database, mspId, documentId);
    for (const kind of DOCUMENT_FILES)
      write(
        path.join(folder, `${request.kind}.${EXTENSION[kind]}`),
        (await downloadDocument(database, workerScope(mspId), documentId, kind)).content,
      );
  }
  const [certificate] = setting('documentCertificates');
  const base64 = Buffer.from(certificate).toString('base64').replaceAll(/.{64}/g, '$&\n');
  write(
    path.join(folder, 'certificate.pem'),
    Buffer.from(`-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`),
  );
} finally {
  await database.close();
}

function write(file: string, bytes: Uint8Array): void {
  writeFileSync(file, bytes);
  console.log(`${file} (${bytes.length} bytes)`);
}

/** The newest restore test that is one, and whose it is. */
async function chooseSubject(from: Database): Promise<{ mspId: string; clientId: string; recordId: string }> {
  for (const mspId of await listMspIds(from)) {
    const records = await from.inScope(workerScope(mspId), (tx) => selectRestoreRecords(tx, mspId, {}));
    const found = records.find(({ level }) => isRestoreTest(level)) ?? records[0];
    if (found) return { mspId, clientId: found.clientId, recordId: found.recordId };
  }
  throw new Error('No restore test is on record yet, so there is nothing to certify.');
}

async function untilReady(from: Database, mspId: string, documentId: string): Promise<void> {
  const view = { search: '', clientId: null, kind: null, page: 1 };
  for (const until = Date.now() + WAIT_MS_MAX; Date.now() < until; await pause(300)) {
    const { documents } = await from.inScope(workerScope(mspId), (tx) => listDocuments(tx, mspId, view));
    const found = documents.find((one) => one.documentId === documentId);
    if (found?.state === 'ready') return;
    if (found?.state === 'failed') throw new Error(found.problem ?? 'it failed');
  }
  throw new Error('The worker did not make it in time.');
}
