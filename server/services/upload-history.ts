import { v7 } from 'uuid';
import {
  HISTORY_COLUMNS_MAX,
  HISTORY_ROWS_MAX,
  type HistoryFile,
  type HistoryFileProblem,
} from '@/domain/history/history-file';
import { appendAuditEvent } from '../data/audit';
import { findClient } from '../data/clients';
import type { Database } from '../data/database';
import { countDrafts, insertHistoryImport } from '../data/history-imports';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import { sha256 } from '../sha256';
import type { TenantScope } from '../tenancy/tenant-scope';
import { openHistoryBytes, slicesOf } from './history-file';
import type { HistoryUpload } from './history-forms';

/** Files of an MSP that wait to be explained. Each may be large. */
const DRAFTS_MAX = 10;
const PROBLEMS: Readonly<Record<HistoryFileProblem, string>> = {
  empty: 'The file is empty.',
  'no-text':
    'This is no text: a spreadsheet has to be saved as CSV first, an archive unpacked. CSV and JSON can be read.',
  'not-json': 'This begins like JSON and is none. Send a list of objects, or an object a line.',
  'no-list': 'Send a list of objects, alone or as the only list in an object: here are several.',
  'too-many-columns': `A file has at most ${HISTORY_COLUMNS_MAX} columns.`,
};

/**
 * Keeps a file with history, which nobody has explained yet: nothing is made of it. Answers its id.
 * @throws AppError `not-found` for a client that is not there, `invalid-request` for a file that cannot be read, `conflict` while too many
 *   wait to be explained
 */
export async function uploadHistory(
  database: Database,
  scope: TenantScope,
  person: Readonly<{ personId: string; name: string }>,
  upload: HistoryUpload,
  bytes: Buffer<ArrayBuffer>,
  now: Date,
): Promise<string> {
  const { mspId } = scope;
  const file = readable(bytes);
  const rowCount = await countRows(file);
  const importId = v7();
  const hash = sha256(bytes);
  await database.inScope(scope, async (tx) => {
    if (!(await findClient(tx, mspId, upload.clientId))) throw nothingHere();
    if ((await countDrafts(tx, mspId)) >= DRAFTS_MAX)
      throw new AppError(
        'conflict',
        `${DRAFTS_MAX} files wait to be explained. Bring one of them in or throw it away first.`,
      );
    await insertHistoryImport(tx, mspId, {
      importId,
      ...upload,
      file: bytes,
      fileSha256: new Uint8Array(hash),
      head: file.head,
      rowCount,
      createdAt: now,
      createdBy: person.personId,
      createdByName: person.name,
    });
    await appendAuditEvent(tx, {
      action: 'history-import.uploaded',
      clientId: upload.clientId,
      target: { historyImportId: importId },
      details: {
        name: upload.name,
        fileName: upload.fileName,
        fileSha256: Buffer.from(hash).toString('hex'),
        rows: rowCount,
      },
    });
  });
  return importId;
}

function readable(bytes: Uint8Array): HistoryFile {
  const file = openHistoryBytes(bytes);
  if (typeof file === 'string') throw wrong(PROBLEMS[file]);
  return file;
}

async function countRows(file: HistoryFile): Promise<number> {
  let count = 0;
  for await (const slice of slicesOf(file.rows())) {
    count += slice.length;
    if (count > HISTORY_ROWS_MAX)
      throw wrong(
        `A file has at most ${HISTORY_ROWS_MAX.toLocaleString('en')} rows. Cut it in two: by years, for instance.`,
      );
  }
  if (count === 0) throw wrong('The file has a head and no rows.');
  return count;
}

function wrong(sentence: string): AppError {
  return new AppError('invalid-request', sentence, { fields: { file: sentence } });
}
