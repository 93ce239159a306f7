import { KEEP_KINDS, type KeepKind } from '@/domain/keeping/keep-terms';
import { workerScope } from '../auth/system-scope';
import { appendAuditEvent } from '../data/audit';
import type { Database } from '../data/database';
import { readKeepMonths } from '../data/keep-terms';
import {
  citeDrawnRuns,
  deleteOld,
  dropRunMonth,
  forgetRunNames,
  hasHeldRuns,
  listOldRunMonths,
} from '../data/old-data';

/** Rows that go in one transaction: those of reports are written anew, each with its index entries. */
const BATCH_ROWS = 2000;
/** Of one kind and MSP at one go; the rest follows with the next. */
const BATCHES_MAX = 500;
const TIMEOUT_MS = 120_000;

/**
 * Removes what an MSP keeps no longer, in batches that each have their event in the log. Safe to stop and to run in parallel.
 * @param isAlive called after each batch
 * @returns how many rows of each kind
 */
export async function removeOldData(
  database: Database,
  mspId: string,
  isAlive: () => void = () => {},
): Promise<Readonly<Record<KeepKind, number>>> {
  const gone = { reports: 0, aside: 0, notifications: 0, mails: 0, 'sign-ins': 0 };
  await database.inScope(workerScope(mspId), citeDrawnRuns, { timeoutMs: TIMEOUT_MS });
  for (const kind of KEEP_KINDS)
    for (let batch = 0; batch < BATCHES_MAX; batch++) {
      const rows = await removeBatch(database, mspId, kind);
      isAlive();
      gone[kind] += rows;
      if (rows < BATCH_ROWS) break;
    }
  return gone;
}

function removeBatch(database: Database, mspId: string, kind: KeepKind): Promise<number> {
  return database.inScope(
    workerScope(mspId),
    async (tx) => {
      const { rows, bytes } = await deleteOld(tx, kind, BATCH_ROWS);
      if (rows === 0) return 0;
      const months = (await readKeepMonths(tx, mspId))[kind];
      await appendAuditEvent(tx, {
        action: 'keep-term.applied',
        target: {},
        details: { kind, months, rows, bytes },
      });
      return rows;
    },
    { timeoutMs: TIMEOUT_MS },
  );
}

/** What became of the months of runs that are too old. */
export interface DroppedRuns {
  readonly dropped: readonly string[];
  /** Those in which a client under legal hold has runs. */
  readonly held: readonly string[];
}

/**
 * Drops the months of runs that are older than those that are kept, of all MSPs at once; a month in which a client under legal hold has runs
 * stays as a whole. The names of its runs go before: one that stayed would send the next run of that name into a month that is gone.
 */
export async function dropOldRuns(database: Database, mspIds: readonly string[]): Promise<DroppedRuns> {
  const dropped: string[] = [];
  const held: string[] = [];
  for (const month of await listOldRunMonths(database)) {
    if (await isHeld(database, mspIds, month)) {
      held.push(month);
      continue;
    }
    for (const mspId of mspIds) await forgetNames(database, mspId, month);
    await dropRunMonth(database, month);
    dropped.push(month);
  }
  return { dropped, held };
}

async function isHeld(database: Database, mspIds: readonly string[], month: string): Promise<boolean> {
  for (const mspId of mspIds)
    if (await database.inScope(workerScope(mspId), (tx) => hasHeldRuns(tx, mspId, month))) return true;
  return false;
}

async function forgetNames(database: Database, mspId: string, month: string): Promise<void> {
  const batch = (): Promise<number> =>
    database.inScope(workerScope(mspId), (tx) => forgetRunNames(tx, month, BATCH_ROWS));
  while ((await batch()) === BATCH_ROWS);
}
