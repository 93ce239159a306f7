import { appendAuditEvent } from '../data/audit';
import type { Database } from '../data/database';
import { findHistoryImport, lockHistory, saveWithdrawal } from '../data/history-imports';
import { countToldElsewhere } from '../data/imported-runs';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';

interface Change {
  readonly importId: string;
  readonly isWithdrawn: boolean;
}

/**
 * Takes the runs of a file back out of all history, or lets them stand in it again; nothing is deleted. Doing either twice changes nothing.
 * @throws AppError `not-found` for an import that is not there, `conflict` for one that was never brought in, or to restore one whose runs
 *   another file tells of by now
 */
export async function withdrawHistory(
  database: Database,
  scope: TenantScope,
  person: Readonly<{ personId: string; name: string }>,
  { importId, isWithdrawn }: Change,
  now: Date,
): Promise<void> {
  const { mspId } = scope;
  await database.inScope(
    scope,
    async (tx) => {
      const seen = await findHistoryImport(tx, mspId, importId);
      if (!seen) throw nothingHere();
      await lockHistory(tx, mspId, seen.clientId);
      const told = isWithdrawn ? 0 : await countToldElsewhere(tx, mspId, importId);
      const found = await findHistoryImport(tx, mspId, importId);
      if (found?.state !== 'done')
        throw new AppError('conflict', 'This file is not brought in. There is nothing to take back.');
      if ((found.withdrawnAt !== null) === isWithdrawn) return;
      if (told > 0)
        throw new AppError(
          'conflict',
          `Another file tells of ${told} of these runs by now. Take that one back first.`,
        );
      const by = { at: now, by: person.personId, byName: person.name };
      await saveWithdrawal(tx, mspId, importId, isWithdrawn ? by : null);
      await appendAuditEvent(tx, {
        action: isWithdrawn ? 'history-import.withdrawn' : 'history-import.restored',
        clientId: found.clientId,
        target: { historyImportId: importId },
        details: { name: found.name, fileName: found.fileName, runs: found.runCount },
      });
    },
    { timeoutMs: 60_000 },
  );
}
