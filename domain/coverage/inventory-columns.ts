import type { SystemKind } from '../protection/facts';
import { cutText } from '../text/cut-text';
import { visibleText } from '../text/visible-text';
import { hostKey, HOST_KEY_MAX } from './host-key';
import type { FileRecord } from '../text/csv';

/** Which column of a file (from 0 on) holds what; null: none does. */
export interface InventoryColumns {
  readonly name: number | null;
  readonly kind: number | null;
  readonly site: number | null;
  /** Of a file with the machines of several clients. */
  readonly client: number | null;
}

/** A machine as an inventory says it. */
export interface ListedMachine {
  readonly hostKey: string;
  readonly name: string;
  /** null: the inventory does not say, or in no word that is known. */
  readonly kind: SystemKind | null;
  readonly siteName: string | null;
}

/** A row as it was understood; `clientName` null: no column holds one. */
export interface ReadRow {
  readonly line: number;
  readonly machine: ListedMachine;
  readonly clientName: string | null;
}

export type RowProblem =
  | { readonly why: 'no-name' }
  | { readonly why: 'no-client' }
  | { readonly why: 'too-long'; readonly column: 'name' | 'site'; readonly lengthMax: number }
  | { readonly why: 'control-characters' }
  | { readonly why: 'open-quote' }
  | { readonly why: 'too-many-cells'; readonly cells: number; readonly columns: number }
  | { readonly why: 'unknown-client'; readonly clientName: string }
  | { readonly why: 'twice'; readonly firstLine: number };

export interface UnreadableRow {
  readonly line: number;
  /** What stands where the name should, its beginning, with what hides in it made visible. */
  readonly name: string;
  readonly problem: RowProblem;
}

const SITE_NAME_MAX = 200;

/** Words that heads of columns have, best first. */
const HEADS: Readonly<Record<keyof InventoryColumns, readonly string[]>> = {
  name: [
    'hostname',
    'computername',
    'devicename',
    'machinename',
    'systemname',
    'servername',
    'fqdn',
    'name',
    'host',
    'machine',
    'computer',
    'device',
    'system',
    'server',
  ],
  kind: [
    'kind',
    'devicetype',
    'machinetype',
    'systemtype',
    'type',
    'deviceclass',
    'class',
    'category',
    'role',
  ],
  site: ['sitename', 'site', 'location', 'locationname', 'office', 'branch'],
  client: [
    'clientname',
    'client',
    'customername',
    'customer',
    'companyname',
    'company',
    'organisation',
    'organization',
    'tenant',
    'account',
  ],
};

/** What the head of a file suggests; each column once. */
export function guessColumns(head: readonly string[]): InventoryColumns {
  const words = head.map((cell) => cell.toLowerCase().replaceAll(/[^a-z]/g, ''));
  const find = (field: keyof InventoryColumns): number | null => {
    const found = HEADS[field].map((word) => words.indexOf(word)).find((column) => column !== -1);
    return found ?? null;
  };
  return { name: find('name'), kind: find('kind'), site: find('site'), client: find('client') };
}

const KINDS: readonly (readonly [RegExp, SystemKind])[] = [
  [/\b(nas|storage|synology|qnap)\b/, 'nas'],
  [/\b(vm|virtual)\b/, 'vm'],
  [/\b(database|sql|db)\b/, 'database'],
  [/\b(saas|cloud service|microsoft 365|m365|google workspace)\b/, 'saas'],
  [/\b(workstation|laptop|notebook|desktop|pc|client)\b/, 'workstation'],
  [/\b(server|domain controller|hypervisor)\b/, 'server'],
];

/** The kind that an inventory's word means; null: no word that is known. */
export function kindOf(text: string): SystemKind | null {
  const word = text.toLowerCase().replaceAll(/[_-]/g, ' ');
  return KINDS.find(([pattern]) => pattern.test(word))?.[1] ?? null;
}

/** Reads the rows of a file; what a row lacks is told with its line. */
export function readRows(
  records: readonly FileRecord[],
  columnCount: number,
  columns: InventoryColumns,
): { readonly rows: readonly ReadRow[]; readonly unreadable: readonly UnreadableRow[] } {
  const rows: ReadRow[] = [];
  const unreadable: UnreadableRow[] = [];
  for (const record of records) {
    const problem = problemOf(record, columnCount, columns);
    if (problem) unreadable.push({ line: record.line, name: shownCell(record, columns.name), problem });
    else rows.push(rowOf(record, columns));
  }
  return { rows, unreadable };
}

function problemOf(record: FileRecord, columnCount: number, columns: InventoryColumns): RowProblem | null {
  const { cells, isOpen } = record;
  const [name, site] = [cellOf(record, columns.name), cellOf(record, columns.site)];
  if (isOpen) return { why: 'open-quote' };
  if (cells.slice(columnCount).some((cell) => cell.trim() !== ''))
    return { why: 'too-many-cells', cells: cells.length, columns: columnCount };
  if (hostKey(name) === '') return { why: 'no-name' };
  if (name.length > HOST_KEY_MAX) return { why: 'too-long', column: 'name', lengthMax: HOST_KEY_MAX };
  if (site.length > SITE_NAME_MAX) return { why: 'too-long', column: 'site', lengthMax: SITE_NAME_MAX };
  if (/\p{C}/u.test(`${name}${site}${cellOf(record, columns.client)}`)) return { why: 'control-characters' };
  if (columns.client !== null && cellOf(record, columns.client) === '') return { why: 'no-client' };
  return null;
}

function rowOf(record: FileRecord, columns: InventoryColumns): ReadRow {
  const name = cellOf(record, columns.name);
  const machine = {
    hostKey: hostKey(name),
    name,
    kind: kindOf(cellOf(record, columns.kind)),
    siteName: cellOf(record, columns.site) || null,
  };
  const clientName = columns.client === null ? null : cellOf(record, columns.client);
  return { line: record.line, machine, clientName };
}

function cellOf({ cells }: FileRecord, column: number | null): string {
  return column === null ? '' : (cells[column] ?? '').trim();
}

function shownCell(record: FileRecord, column: number | null): string {
  return cutText(visibleText(cellOf(record, column)), HOST_KEY_MAX);
}
