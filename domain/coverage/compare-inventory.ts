import type { ListedMachine } from './inventory-columns';

/** What a new list makes of the one that holds. */
export interface InventoryChange<Former extends ListedMachine> {
  readonly added: readonly ListedMachine[];
  /** Known before, of another kind, site or spelling now. */
  readonly changed: readonly { readonly former: Former; readonly machine: ListedMachine }[];
  readonly same: readonly Former[];
  /** Not in the new list: no longer the client's. */
  readonly gone: readonly Former[];
}

/** Compares by host key; each key is in either list once. */
export function compareInventory<Former extends ListedMachine>(
  former: readonly Former[],
  next: readonly ListedMachine[],
): InventoryChange<Former> {
  const known = new Map(former.map((machine) => [machine.hostKey, machine]));
  const kept = new Set(next.map((machine) => machine.hostKey));
  const added: ListedMachine[] = [];
  const changed: { former: Former; machine: ListedMachine }[] = [];
  const same: Former[] = [];
  for (const machine of next) {
    const before = known.get(machine.hostKey);
    if (!before) added.push(machine);
    else if (isAlike(before, machine)) same.push(before);
    else changed.push({ former: before, machine });
  }
  return { added, changed, same, gone: former.filter((machine) => !kept.has(machine.hostKey)) };
}

function isAlike(a: ListedMachine, b: ListedMachine): boolean {
  return a.name === b.name && a.kind === b.kind && a.siteName === b.siteName;
}
