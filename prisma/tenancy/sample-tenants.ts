import { randomUUID } from 'node:crypto';
import type { ClientBase } from 'pg';
import { type Owner, SampleRows, type SampleRow } from './sample-rows';
import { clientColumn, readTenantTables, type TenantTable } from './tenant-tables';

/** A table with rows of every owner. */
export interface TableSample {
  readonly table: TenantTable;
  /** One inserted row an owner, to which no other row refers. */
  readonly existing: readonly SampleRow[];
  /** One row an owner that could be inserted. */
  readonly spare: readonly SampleRow[];
  /** Every row there is, by its owner. */
  readonly owners: readonly Owner[];
}

/** Two MSPs, the first with two clients, and rows of each in every tenant table. */
export interface SampleTenants {
  readonly mspId: string;
  readonly clientId: string;
  readonly otherClientId: string;
  readonly otherMspId: string;
  /** The client of the other MSP. */
  readonly foreignClientId: string;
  readonly tables: readonly TableSample[];
}

/**
 * Fills every tenant table that the catalogue has.
 * @throws Error for a table that cannot be filled
 */
export async function sampleTenants(owner: ClientBase): Promise<SampleTenants> {
  const tables = await readTenantTables(owner);
  const rows = new SampleRows(owner, tables);
  const cast = {
    mspId: randomUUID(),
    clientId: randomUUID(),
    otherClientId: randomUUID(),
    otherMspId: randomUUID(),
    foreignClientId: randomUUID(),
  };
  const made = [];
  for (const table of tables.toSorted((a, b) => rank(a) - rank(b))) {
    const existing = [];
    for (const each of ownersOf(table, cast)) existing.push(await rows.makeAndInsert(table, each));
    made.push({ table, existing });
  }
  const samples = [];
  for (const { table, existing } of made) {
    const spare = [];
    for (const row of existing) spare.push(await rows.make(table, await spareOwner(rows, tables, row)));
    samples.push({ table, existing, spare });
  }
  const counted = [];
  for (const each of samples) counted.push({ ...each, owners: await readOwners(owner, each.table) });
  return { ...cast, tables: counted };
}

type Cast = Omit<SampleTenants, 'tables'>;

/** The tables that owners are made of come first. */
function rank({ name }: TenantTable): number {
  const index = ['app.msp', 'app.client'].indexOf(name);
  return index === -1 ? 2 : index;
}

function ownersOf(table: TenantTable, cast: Cast): Owner[] {
  const { mspId, clientId, otherClientId, otherMspId, foreignClientId } = cast;
  const column = clientColumn(table);
  if (!column) return [mspId, otherMspId].map((each) => ({ mspId: each, clientId: null }));
  const clients = [
    { mspId, clientId },
    { mspId, clientId: otherClientId },
    { mspId: otherMspId, clientId: foreignClientId },
  ];
  return column.isNullable ? [...clients, { mspId, clientId: null }] : clients;
}

/** Where there is one row an owner, another row takes another owner. */
async function spareOwner(rows: SampleRows, tables: readonly TenantTable[], row: SampleRow): Promise<Owner> {
  const { table, owner } = row;
  const isOneEach = table.primaryKey.every((name) => name === 'msp_id' || name === 'client_id');
  if (!isOneEach) return owner;
  const isOfClient = table.primaryKey.includes('client_id');
  const other = isOfClient
    ? { mspId: owner.mspId, clientId: randomUUID() }
    : { mspId: randomUUID(), clientId: null };
  const parent = tables.find(({ name }) => name === (isOfClient ? 'app.client' : 'app.msp'));
  if (parent && parent !== table) await rows.makeAndInsert(parent, other);
  return other;
}

async function readOwners(owner: ClientBase, table: TenantTable): Promise<Owner[]> {
  const clientId = clientColumn(table) ? 'client_id' : 'NULL::uuid';
  const { rows } = await owner.query<Owner>(
    `SELECT msp_id AS "mspId", ${clientId} AS "clientId" FROM ${table.name}`,
  );
  return rows;
}
