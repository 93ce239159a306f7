import { createHash } from 'node:crypto';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import { appendAuditEvent } from '../data/audit';
import { type ChainEvent, listChainEvents } from '../data/chain-export';
import { findMsp } from '../data/clients';
import type { Database } from '../data/database';
import {
  type ExportRow,
  type ExportTable,
  listExportRows,
  listExportTables,
  NOT_EXPORTED,
  readLongFile,
  ROWS_AT_ONCE,
} from '../data/export-tables';
import { listMembers } from '../data/identity-members';
import { chainScope } from '../auth/system-scope';
import type { TenantScope } from '../tenancy/tenant-scope';

/** A file of an export, whole. */
interface ExportFile {
  readonly path: string;
  readonly text: string;
}

interface TableSum {
  readonly rows: number;
  readonly files: number;
}

/**
 * Everything that the MSP owns, as files that any program reads: each table as JSON lines in parts, its people, its evidence log, what is
 * left out and why, and last `manifest.json` with the number of rows and the SHA-256 of each file. Read table by table, a thousand rows
 * at a time: its length costs no memory, and what changes meanwhile may be in one table and not in another. Notes the export in the log.
 */
async function* exportEverything(
  database: Database,
  scope: TenantScope,
  now: Date,
): AsyncGenerator<ExportFile, void> {
  const { mspId } = scope;
  const { msp, tables, members } = await database.inScope(scope, async (tx) => {
    await appendAuditEvent(tx, { action: 'msp.exported', target: {}, details: {} });
    return {
      msp: await findMsp(tx, mspId),
      tables: await listExportTables(tx),
      members: await listMembers(tx),
    };
  });
  const sums: Record<string, TableSum> = {};
  const hashes: Record<string, string> = {};
  const noted = (file: ExportFile): ExportFile => {
    hashes[file.path] = createHash('sha256').update(file.text).digest('hex');
    return file;
  };
  yield noted({ path: 'README.txt', text: readMe(msp.name, now) });
  yield noted({ path: 'people.ndjson', text: linesOf(members) });
  for (const table of tables)
    yield* partsOf(`tables/${table.name}`, rowsOf(database, scope, table), noted, sums);
  yield* partsOf('evidence-log', eventsOf(database, scope), noted, sums);
  const manifest = {
    format: 'holdfast-export/1',
    mspId,
    msp: msp.name,
    exportedAt: now.toISOString(),
    rows: Object.fromEntries(Object.entries(sums).map(([name, { rows }]) => [name, rows])),
    notExported: NOT_EXPORTED,
    sha256: hashes,
  };
  yield { path: 'manifest.json', text: `${JSON.stringify(manifest, null, 2)}\n` };
}

/** The same as one gzipped tar, made as it is read. */
export async function* tarOfEverything(
  database: Database,
  scope: TenantScope,
  now: Date,
): AsyncGenerator<Uint8Array, void> {
  const tar = pack();
  const gzip = createGzip();
  tar.on('error', (error) => gzip.destroy(error));
  tar.pipe(gzip);
  const write = async (): Promise<void> => {
    for await (const { path, text } of exportEverything(database, scope, now))
      await new Promise<void>((resolve, reject) => {
        tar.entry({ name: path, mtime: now }, text, (error) => (error ? reject(error) : resolve()));
      });
    tar.finalize();
  };
  // What fails on the way breaks the file off: nobody takes a part for the whole.
  write().catch((error: unknown) => tar.destroy(error instanceof Error ? error : new Error(String(error))));
  try {
    for await (const chunk of gzip) yield chunk as Uint8Array;
  } finally {
    tar.destroy();
  }
}

async function* rowsOf(
  database: Database,
  scope: TenantScope,
  table: ExportTable,
): AsyncGenerator<readonly object[], void> {
  const { mspId } = scope;
  let after: readonly string[] | null = null;
  for (let isMore = true; isMore;) {
    const rows: ExportRow[] = await database.inScope(scope, (tx) => listExportRows(tx, mspId, table, after));
    // Long files are a part of their own each, so that only one is held at a time.
    yield rows.filter(({ longFileBytes }) => longFileBytes === 0).map(({ row }) => row);
    for (const one of rows.filter(({ longFileBytes }) => longFileBytes > 0)) {
      const base64 = await database.inScope(scope, (tx) => readLongFile(tx, mspId, table, one));
      const [name = 'file_base64'] = Object.keys(one.row).filter((column) => column.endsWith('_base64'));
      yield [{ ...one.row, [name]: base64 }];
    }
    after = rows.at(-1)?.key ?? null;
    isMore = rows.length === ROWS_AT_ONCE && table.key.length > 0;
  }
}

async function* eventsOf(
  database: Database,
  scope: TenantScope,
): AsyncGenerator<readonly ChainEvent[], void> {
  for (let seq = 0; ;) {
    const asked = { after: seq, throughSeq: Number.MAX_SAFE_INTEGER, limit: ROWS_AT_ONCE };
    const events = await database.inScope(chainScope(scope), (tx) => listChainEvents(tx, scope.mspId, asked));
    if (events.length === 0) return;
    yield events;
    seq = events.at(-1)?.seq ?? seq;
  }
}

async function* partsOf(
  folder: string,
  batches: AsyncGenerator<readonly object[], void>,
  noted: (file: ExportFile) => ExportFile,
  sums: Record<string, TableSum>,
): AsyncGenerator<ExportFile, void> {
  let sum: TableSum = { rows: 0, files: 0 };
  for await (const batch of batches) {
    if (batch.length === 0) continue;
    sum = { rows: sum.rows + batch.length, files: sum.files + 1 };
    yield noted({ path: `${folder}/${String(sum.files).padStart(6, '0')}.ndjson`, text: linesOf(batch) });
  }
  sums[folder] = sum;
}

function linesOf(objects: readonly object[]): string {
  return objects.map((one) => `${JSON.stringify(one)}\n`).join('');
}

function readMe(name: string, now: Date): string {
  return `Everything that ${name} has in Holdfast, as of ${now.toISOString()}.

tables/       each table as JSON lines, a row a line, in numbered parts. Columns that end in _base64 are files:
              raw reports as received, documents, attachments, imported files.
evidence-log/ each event of the audit log with the exact text that its hash is over, and the personal values that are kept.
              For a form that proves itself offline, take the evidence log from the screen of the audit log.
people.ndjson who has access, without passwords and secrets.
manifest.json how many rows each table has, the SHA-256 of each file, and which tables are left out and why.

Secrets are left out: keys, passwords, addresses that let somebody report, and what is sealed for other systems.
It was read table by table, so what changed meanwhile may be in one table and not in another.
`;
}
