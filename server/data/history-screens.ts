import type { HistorySettings } from '@/domain/history/settings';
import type { TenantScope } from '../tenancy/tenant-scope';
import { listClientNames } from './clients';
import type { Database } from './database';
import {
  countImportedRuns,
  countLeftOut,
  countRunsBySystem,
  findHistoryImport,
  findHistorySettings,
  type HistoryImport,
  listHistoryImports,
  listNamedSystemsOf,
} from './history-imports';

/** Everything that the list of files with history shows. */
export interface HistoryImportsScreen {
  /** Newest first, at most 200. */
  readonly imports: readonly HistoryImport[];
  readonly clients: readonly { clientId: string; name: string }[];
}

/** `clientId` null: of every client. */
export async function readHistoryImports(
  database: Database,
  scope: TenantScope,
  clientId: string | null,
): Promise<HistoryImportsScreen> {
  const { mspId } = scope;
  return database.inScope(scope, async (tx) => ({
    imports: await listHistoryImports(tx, mspId, clientId),
    clients: await listClientNames(tx, mspId),
  }));
}

/** A file with history with everything that its page shows. */
export interface HistoryImportScreen {
  readonly found: HistoryImport;
  /** How it is read, as it was said last; null: nobody said. */
  readonly settings: HistorySettings | null;
  /** Of its client, to choose from; none once it is explained. */
  readonly systems: Awaited<ReturnType<typeof listNamedSystemsOf>>;
  /** Of one that is done; else none. */
  readonly counts: Awaited<ReturnType<typeof countImportedRuns>>;
  readonly bySystem: Awaited<ReturnType<typeof countRunsBySystem>>;
  readonly leftOut: Awaited<ReturnType<typeof countLeftOut>>;
}

/** null: not there, or another MSP's. */
export async function readHistoryImport(
  database: Database,
  scope: TenantScope,
  importId: string,
): Promise<HistoryImportScreen | null> {
  const { mspId } = scope;
  return database.inScope(scope, async (tx) => {
    const found = await findHistoryImport(tx, mspId, importId);
    if (!found) return null;
    const isDone = found.state === 'done';
    return {
      found,
      settings: await findHistorySettings(tx, mspId, importId),
      systems: found.state === 'draft' ? await listNamedSystemsOf(tx, mspId, found.clientId) : [],
      counts: isDone ? await countImportedRuns(tx, mspId, importId) : [],
      bySystem: isDone ? await countRunsBySystem(tx, mspId, importId) : [],
      leftOut: isDone ? await countLeftOut(tx, mspId, importId) : [],
    };
  });
}
