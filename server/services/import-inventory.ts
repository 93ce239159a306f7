import { v7 } from 'uuid';
import { compareInventory } from '@/domain/coverage/compare-inventory';
import { hostKey } from '@/domain/coverage/host-key';
import type { ListedMachine } from '@/domain/coverage/inventory-columns';
import { appendAuditEvent } from '../data/audit';
import { findClient } from '../data/clients';
import { beginCoverage } from '../data/coverage-due';
import type { Database, Tx } from '../data/database';
import {
  endInventoryItems,
  insertInventoryImport,
  insertInventoryItems,
  listInventory,
  lockInventory,
} from '../data/inventory-lists';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import type { InventoryFileForm, InventoryForm } from './inventory-forms';
import { readClientLists } from './read-client-lists';

type Person = Readonly<{ personId: string; name: string }>;

/** What an import made of a client's inventory. */
export interface ImportMade {
  readonly importId: string;
  readonly clientId: string;
  readonly added: number;
  readonly changed: number;
  readonly same: number;
  readonly gone: number;
}

/**
 * Brings in a file: for each client that it has machines of, they take the place of the list before. Rows that cannot be read are left
 * out; the preview has told them.
 * @throws AppError as `readClientLists`; `invalid-request` where a column must be chosen, or no row can be read
 */
export async function importInventoryFile(
  database: Database,
  scope: TenantScope,
  person: Person,
  form: InventoryFileForm,
  nowMs: number,
): Promise<ImportMade[]> {
  return database.inScope(scope, async (tx) => {
    const { lists, lacks } = await readClientLists(tx, scope.mspId, form);
    if (lacks === 'name-column') throw wrong('columns', 'Choose the column that holds the host names.');
    if (lacks === 'client') throw wrong('clientId', 'Choose the client, or the column that names it.');
    if (lists.length === 0) throw wrong('csv', 'No row of the file can be read. The preview says why.');
    const made: ImportMade[] = [];
    // In one order, so that two imports of the same clients wait for each other instead of for ever.
    for (const { clientId, machines } of lists.toSorted((a, b) => (a.clientId < b.clientId ? -1 : 1)))
      made.push(
        await replaceList(tx, scope.mspId, person, { clientId, source: form.source, machines }, nowMs),
      );
    for (const one of made) await tellImport(tx, person, form.source, one);
    return made;
  });
}

/**
 * Makes this list the inventory of a client, as a program sends it.
 * @throws AppError `not-found` for a client that is not there, `invalid-request` for a machine that stands there twice
 */
export async function replaceInventory(
  database: Database,
  scope: TenantScope,
  person: Person,
  clientId: string,
  { source, machines: named }: InventoryForm,
  nowMs: number,
): Promise<ImportMade> {
  const machines = named.map((machine) => ({ ...machine, hostKey: hostKey(machine.name) }));
  const places = new Map<string, number>();
  for (const [place, machine] of machines.entries()) {
    const first = places.get(machine.hostKey);
    if (first !== undefined)
      throw wrong(`machines.${place}.name`, `This machine stands there twice: at ${first} and ${place}.`);
    places.set(machine.hostKey, place);
  }
  return database.inScope(scope, async (tx) => {
    if (!(await findClient(tx, scope.mspId, clientId))) throw nothingHere();
    const made = await replaceList(tx, scope.mspId, person, { clientId, source, machines }, nowMs);
    await tellImport(tx, person, source, made);
    return made;
  });
}

async function replaceList(
  tx: Tx,
  mspId: string,
  person: Person,
  { clientId, source, machines }: { clientId: string; source: string; machines: readonly ListedMachine[] },
  nowMs: number,
): Promise<ImportMade> {
  await lockInventory(tx, mspId, clientId);
  const { added, changed, same, gone } = compareInventory(await listInventory(tx, mspId, clientId), machines);
  const made = {
    importId: v7(),
    clientId,
    source,
    machineCount: machines.length,
    importedAt: new Date(nowMs),
    importedBy: person.personId,
    importedByName: person.name,
  };
  await insertInventoryImport(tx, mspId, made);
  const ended = [...gone, ...changed.map((one) => one.former)].map((one) => one.itemId);
  await endInventoryItems(tx, mspId, ended, made);
  await insertInventoryItems(tx, mspId, made, [...added, ...changed.map((one) => one.machine)]);
  await beginCoverage(tx, mspId, clientId, made.importedAt);
  return {
    importId: made.importId,
    clientId,
    added: added.length,
    changed: changed.length,
    same: same.length,
    gone: gone.length,
  };
}

function tellImport(
  tx: Tx,
  person: Person,
  source: string,
  { importId, clientId, ...counts }: ImportMade,
): Promise<void> {
  return appendAuditEvent(tx, {
    action: 'inventory.imported',
    clientId,
    target: { importId },
    details: { source, ...counts },
    private: { importedByName: person.name },
  });
}

function wrong(field: string, sentence: string): AppError {
  return new AppError('invalid-request', sentence, { fields: { [field]: sentence } });
}
