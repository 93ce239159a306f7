import { v7 } from 'uuid';
import { RowReader } from '@/domain/history/read-row';
import { MINUTE } from '@/domain/time/instant';
import { workerScope } from '../auth/system-scope';
import { appendAuditEvent } from '../data/audit';
import type { Database, Tx } from '../data/database';
import {
  countImportedRuns,
  findHistoryImport,
  lockHistory,
  readHistoryFile,
  readSystemsByName,
} from '../data/history-imports';
import {
  type ClaimedImport,
  claimHistoryImport,
  findKnownLines,
  finishHistoryImport,
  keepHistoryBatch,
  postponeHistoryImport,
} from '../data/imported-runs';
import { settleHistoryHint } from '../data/work-due';
import { openHistoryBytes, slicesOf } from './history-file';
import { readAll, withoutKnown } from './preview-history';

/** What became of an MSP's files. */
export interface BroughtIn {
  readonly done: number;
  /** Given up or put off, with what went wrong. */
  readonly failures: readonly { readonly importId: string; readonly error: unknown }[];
}

const ROWS_AT_ONCE = 2000;
/** Far longer than a batch takes. */
const LEASE_MS = 2 * MINUTE;
/** Reading twenty megabytes, and laying them to the raw reports. */
const FILE_MS_MAX = 60_000;
const ATTEMPTS_MAX = 3;
const RETRY_MS = 10_000;
/** Of one MSP at one go; then the others have their turn. */
const IMPORTS_MAX = 5;

/**
 * Brings in the files of an MSP that wait, batch by batch: a worker that dies leaves them where it was, and another goes on from there.
 * Nothing of a file is seen before all of it is kept. One that is thrown away meanwhile is dropped at the next batch.
 */
export async function bringInHistory(database: Database, mspId: string, now: () => Date): Promise<BroughtIn> {
  const inScope = <T>(run: (tx: Tx) => Promise<T>, timeoutMs = 15_000): Promise<T> =>
    database.inScope(workerScope(mspId), run, { timeoutMs });
  const work: Work = { mspId, now, inScope };
  const failures: { importId: string; error: unknown }[] = [];
  let done = 0;
  for (let count = 0; count < IMPORTS_MAX; count += 1) {
    const claimed = await inScope((tx) => claimHistoryImport(tx, mspId, now(), leaseFrom(now())));
    if (!claimed) break;
    try {
      if (await bringIn(work, claimed)) done += 1;
    } catch (error) {
      await putOff(work, claimed);
      failures.push({ importId: claimed.importId, error });
    }
  }
  await inScope((tx) => settleHistoryHint(tx, mspId, now()));
  return { done, failures };
}

interface Work {
  readonly mspId: string;
  readonly now: () => Date;
  readonly inScope: <T>(run: (tx: Tx) => Promise<T>, timeoutMs?: number) => Promise<T>;
}

const leaseFrom = (now: Date): Date => new Date(now.getTime() + LEASE_MS);

/** false: it was thrown away meanwhile, or is another worker's. */
async function bringIn({ mspId, now, inScope }: Work, claimed: ClaimedImport): Promise<boolean> {
  const { importId, clientId, settings } = claimed;
  const { bytes, systems } = await inScope(
    async (tx) => ({
      bytes: await readHistoryFile(tx, mspId, importId),
      systems: await readSystemsByName(tx, mspId, clientId),
    }),
    FILE_MS_MAX,
  );
  const file = bytes && openHistoryBytes(bytes);
  if (!file || typeof file === 'string') throw new Error('the file of an import cannot be read any more');
  const reader = new RowReader(settings, file.head.length, systems, now().getTime());
  let rowsDone = 0;
  let { runCount } = claimed;
  for await (const slice of slicesOf(file.rows(), ROWS_AT_ONCE)) {
    // What an earlier turn kept is read again, so that what stands in the file twice is known.
    const read = readAll(reader, slice);
    rowsDone += slice.length;
    if (rowsDone <= claimed.rowsDone) continue;
    const isOurs = await inScope(async (tx) => {
      // Nobody restores a file that tells the same while these are looked up and kept.
      await lockHistory(tx, mspId, clientId);
      const fresh = await withoutKnown(read, (runs) => findKnownLines(tx, mspId, importId, runs));
      runCount += fresh.runs.length;
      return keepHistoryBatch(tx, mspId, claimed, {
        ...fresh,
        rowsDone,
        runCount,
        leaseUntil: leaseFrom(now()),
      });
    });
    if (!isOurs) return false;
  }
  return inScope(async (tx) => {
    await lockHistory(tx, mspId, clientId);
    const rawReportId = v7();
    if (!(await finishHistoryImport(tx, mspId, claimed, rawReportId, now()))) return false;
    await tellDone(tx, mspId, importId, rawReportId);
    return true;
  }, FILE_MS_MAX);
}

async function tellDone(tx: Tx, mspId: string, importId: string, rawReportId: string): Promise<void> {
  const made = await findHistoryImport(tx, mspId, importId);
  if (!made) return;
  const { clientId, name, fileName, fileSha256, rowCount, runCount } = made;
  const counts = await countImportedRuns(tx, mspId, importId);
  await appendAuditEvent(tx, {
    action: 'history-import.done',
    clientId,
    target: { historyImportId: importId, rawReportId },
    details: {
      name,
      fileName,
      fileSha256,
      rows: rowCount,
      runs: runCount,
      ...Object.fromEntries(counts.map(({ status, count }) => [status, count])),
    },
  });
}

async function putOff({ mspId, now, inScope }: Work, claimed: ClaimedImport): Promise<void> {
  const nextTryAt = claimed.attempts >= ATTEMPTS_MAX ? null : new Date(now().getTime() + RETRY_MS);
  const problem =
    nextTryAt === null
      ? 'Something went wrong here, several times. Throw the file away and send it again, or tell whoever runs Holdfast.'
      : 'Something went wrong here. It is tried again.';
  await inScope((tx) => postponeHistoryImport(tx, mspId, claimed, problem, nextTryAt, now()));
}
