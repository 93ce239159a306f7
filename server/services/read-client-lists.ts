import {
  guessColumns,
  type InventoryColumns,
  type ListedMachine,
  readRows,
  type ReadRow,
  type RowProblem,
  type UnreadableRow,
} from '@/domain/coverage/inventory-columns';
import { type FileProblem, readInventoryFile } from '@/domain/coverage/inventory-file';
import { cutText } from '@/domain/text/cut-text';
import type { Tx } from '../data/database';
import { findClient, listClientNames } from '../data/clients';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import type { InventoryPreviewForm } from './inventory-forms';

/** What a file says of one client; each machine with its line. */
export interface ClientList {
  readonly clientId: string;
  readonly clientName: string;
  readonly machines: readonly (ListedMachine & { readonly line: number })[];
}

export interface ClientLists {
  readonly head: readonly string[];
  readonly columns: InventoryColumns;
  /** What has to be chosen before the rows mean anything; null: nothing. */
  readonly lacks: 'name-column' | 'client' | null;
  readonly lists: readonly ClientList[];
  readonly unreadable: readonly UnreadableRow[];
}

/**
 * Reads a file with the inventory of one client, or of those that a column names.
 * @throws AppError `not-found` for a client that is not there, `invalid-request` for what is no table
 */
export async function readClientLists(
  tx: Tx,
  mspId: string,
  { clientId, csv, columns: chosen }: InventoryPreviewForm,
): Promise<ClientLists> {
  const one = clientId === null ? null : await findClient(tx, mspId, clientId);
  if (clientId !== null && !one) throw nothingHere();
  const file = readInventoryFile(csv);
  if (typeof file === 'string') throw wrong('csv', FILE_WORDS[file]);
  const { head, records } = file;
  const asked = chosen ?? guessColumns(head);
  const columns = one ? { ...asked, client: null } : asked;
  if (Object.values(columns).some((column) => column !== null && column >= head.length))
    throw wrong('columns', `The file has ${head.length} columns: choose among them.`);
  if (columns.name === null) return { head, columns, lacks: 'name-column', lists: [], unreadable: [] };
  if (!one && columns.client === null) return { head, columns, lacks: 'client', lists: [], unreadable: [] };
  const { rows, unreadable } = readRows(records, head.length, columns);
  const clients = one ? [one] : await listClientNames(tx, mspId);
  const sorted = sortByClient(rows, one ?? null, clients);
  return {
    head,
    columns,
    lacks: null,
    lists: sorted.lists,
    unreadable: [...unreadable, ...sorted.unreadable].toSorted((a, b) => a.line - b.line),
  };
}

const FILE_WORDS: Readonly<Record<FileProblem, string>> = {
  empty:
    'The file holds no text. Export it with one row a machine, under a row with the names of the columns.',
  'too-many-rows': 'The file has more than 20,000 rows. Bring in the clients one by one.',
  'too-many-columns': 'The file has more than 200 columns. Leave out what is not asked for.',
};

type NamedClient = Readonly<{ clientId: string; name: string }>;

function sortByClient(
  rows: readonly ReadRow[],
  one: NamedClient | null,
  clients: readonly NamedClient[],
): Pick<ClientLists, 'lists' | 'unreadable'> {
  const byName = new Map(clients.map((client) => [client.name.toLowerCase(), client]));
  const lists = new Map<string, NamedClient & { machines: Map<string, ListedMachine & { line: number }> }>();
  const unreadable: UnreadableRow[] = [];
  for (const { line, machine, clientName } of rows) {
    const refuse = (problem: RowProblem) => unreadable.push({ line, name: machine.name, problem });
    const client = one ?? byName.get(clientName?.toLowerCase() ?? '');
    if (!client) {
      refuse({ why: 'unknown-client', clientName: cutText(clientName ?? '', 200) });
      continue;
    }
    const list = lists.get(client.clientId) ?? { ...client, machines: new Map() };
    lists.set(client.clientId, list);
    const first = list.machines.get(machine.hostKey);
    if (first) refuse({ why: 'twice', firstLine: first.line });
    else list.machines.set(machine.hostKey, { ...machine, line });
  }
  return {
    lists: [...lists.values()].map(({ clientId, name, machines }) => ({
      clientId,
      clientName: name,
      machines: [...machines.values()],
    })),
    unreadable,
  };
}

function wrong(field: string, sentence: string): AppError {
  return new AppError('invalid-request', sentence, { fields: { [field]: sentence } });
}
