import { escapeIdentifier } from 'pg';
import type { Right } from './declared-rights';
import { insertSql, type SampleRow } from './sample-rows';
import { clientColumn, type TenantTable } from './tenant-tables';

export const COMMANDS = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE'] as const;
export type Command = (typeof COMMANDS)[number];

/**
 * The command and nothing that needs another right: whoever lacks this one is told so before anything else is looked at.
 * @param column of an UPDATE
 */
export function bareSql(command: Command, table: string, column: string): string {
  switch (command) {
    case 'SELECT':
      return `SELECT FROM ${table}`;
    case 'INSERT':
      return `INSERT INTO ${table} DEFAULT VALUES`;
    case 'UPDATE':
      return `UPDATE ${table} SET ${escapeIdentifier(column)} = DEFAULT`;
    case 'DELETE':
      return `DELETE FROM ${table}`;
    case 'TRUNCATE':
      return `TRUNCATE ${table}`;
  }
}

/** The columns that tell whose a row is. */
export function ownerColumns(table: TenantTable): string {
  return clientColumn(table) ? 'msp_id, client_id' : 'msp_id';
}

/** Gives every row the value that it has. */
export function touchSql(table: TenantTable, column: string): string {
  const name = escapeIdentifier(column);
  return `UPDATE ${table.name} SET ${name} = ${name}`;
}

export function upsertSql(row: SampleRow, column: string): string {
  const name = escapeIdentifier(column);
  return `${insertSql(row)} ON CONFLICT (${row.table.primaryKey.join()}) DO UPDATE SET ${name} = EXCLUDED.${name}`;
}

export function mayUpdate(rights: ReadonlySet<Right>, column: string): boolean {
  return rights.has('update') || rights.has(`update(${column})`);
}

/** Columns that may be updated, those first on which no key and no condition depends. */
export function updatableColumns(table: TenantTable, rights: ReadonlySet<Right>): string[] {
  const isDependedOn = (name: string): boolean =>
    table.uniqueColumns.includes(name) || table.checks.some(({ columns }) => columns.includes(name));
  return table.columns
    .map(({ name }) => name)
    .filter((name) => mayUpdate(rights, name))
    .toSorted((a, b) => Number(isDependedOn(a)) - Number(isDependedOn(b)));
}
