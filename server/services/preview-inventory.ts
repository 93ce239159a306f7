import { compareInventory } from '@/domain/coverage/compare-inventory';
import type { InventoryColumns, RowProblem } from '@/domain/coverage/inventory-columns';
import type { Database, Tx } from '../data/database';
import { listInventory } from '../data/inventory-lists';
import type { TenantScope } from '../tenancy/tenant-scope';
import type { InventoryPreviewForm } from './inventory-forms';
import { type ClientList, readClientLists } from './read-client-lists';

/** Of each state so many are shown; counted are all. */
const ROWS_SHOWN = 200;

/** What a row of a file would do; `line` null: it stands in the list that holds, and not in the file. */
interface PreviewRow {
  readonly state: 'unreadable' | 'gone' | 'new' | 'changed' | 'same';
  readonly line: number | null;
  readonly name: string;
  readonly clientName: string | null;
  /** Of an unreadable one. */
  readonly problem: RowProblem | null;
}

export interface InventoryPreview {
  readonly head: readonly string[];
  readonly columns: InventoryColumns;
  readonly lacks: 'name-column' | 'client' | null;
  readonly clientNames: readonly string[];
  readonly counts: Readonly<Record<PreviewRow['state'], number>>;
  /** What needs a look first; of each state the first 200. */
  readonly rows: readonly PreviewRow[];
}

/**
 * What bringing in a file would change, without changing anything.
 * @throws AppError as `readClientLists`
 */
export async function previewInventory(
  database: Database,
  scope: TenantScope,
  form: InventoryPreviewForm,
): Promise<InventoryPreview> {
  return database.inScope(scope, async (tx) => {
    const { lists, unreadable, ...file } = await readClientLists(tx, scope.mspId, form);
    const refused = unreadable.map(({ line, name, problem }): PreviewRow => ({
      state: 'unreadable',
      line,
      name,
      clientName: null,
      problem,
    }));
    const rows = [...refused];
    for (const list of lists) rows.push(...(await rowsOf(tx, scope.mspId, list)));
    const of = (state: PreviewRow['state']) => rows.filter((row) => row.state === state);
    return {
      ...file,
      clientNames: lists.map((list) => list.clientName),
      counts: {
        unreadable: refused.length,
        gone: of('gone').length,
        new: of('new').length,
        changed: of('changed').length,
        same: of('same').length,
      },
      rows: (['unreadable', 'gone', 'new', 'changed', 'same'] as const).flatMap((state) =>
        of(state).slice(0, ROWS_SHOWN),
      ),
    };
  });
}

async function rowsOf(
  tx: Tx,
  mspId: string,
  { clientId, clientName, machines }: ClientList,
): Promise<PreviewRow[]> {
  const { added, changed, same, gone } = compareInventory(await listInventory(tx, mspId, clientId), machines);
  const lines = new Map(machines.map((machine) => [machine.hostKey, machine.line]));
  const row =
    (state: PreviewRow['state']) =>
    ({ hostKey, name }: { hostKey: string; name: string }): PreviewRow => ({
      state,
      line: lines.get(hostKey) ?? null,
      name,
      clientName,
      problem: null,
    });
  return [
    ...gone.map(row('gone')),
    ...added.map(row('new')),
    ...changed.map(({ machine }) => machine).map(row('changed')),
    ...same.map(row('same')),
  ];
}
