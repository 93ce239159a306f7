import type { Status } from '../protection/verdict';
import type { Instant } from '../time/instant';
import { bareHostKey, hostKey } from './host-key';
import type { ListedMachine } from './inventory-columns';

/** A system that reports named or somebody entered. */
export interface KnownSystem {
  readonly systemId: string;
  readonly name: string;
  /** All names that it reports under. */
  readonly hostNames: readonly string[];
  /** It has a job, or a recovery point that is there. Whether that is enough its status says. */
  readonly isBackedUp: boolean;
  readonly status: Status;
}

/** Somebody's word that a machine is knowingly left out, until when (exclusive). */
export interface Exclusion {
  readonly exclusionId: string;
  readonly hostKey: string;
  readonly ownerName: string;
  readonly reason: string;
  readonly validUntil: Instant;
}

/** Worst first. */
export const COVERAGE_STATES = ['not-covered', 'not-in-inventory', 'backed-up'] as const;
export type CoverageState = (typeof COVERAGE_STATES)[number];

/** One machine of a client, from either side. */
export interface CoveredMachine {
  readonly hostKey: string;
  readonly name: string;
  readonly state: CoverageState;
  /** null: not in the inventory. */
  readonly listed: ListedMachine | null;
  /** null: nothing was ever heard of it. */
  readonly system: KnownSystem | null;
  /** One that holds now; null: none. It takes nothing out of its state. */
  readonly exclusion: Exclusion | null;
}

/** How many of a client's machines are in each state; what is excluded is counted apart. */
export interface CoverageCounts {
  readonly inventory: number;
  readonly backedUp: number;
  readonly notCovered: number;
  /** In the inventory, not backed up, and excluded. */
  readonly excluded: number;
  readonly notInInventory: number;
  readonly notInInventoryExcluded: number;
}

/**
 * The three-way view of one client: what is in the inventory and backed up, in it and not covered, and known by reports but not in it.
 * A machine of the inventory is a system of the same host key; where one of both has no domain, also of the same name without it,
 * if there is but one of that name on either side: a guess among several might call a machine covered that is not.
 */
export function coverMachines(
  inventory: readonly ListedMachine[],
  systems: readonly KnownSystem[],
  exclusions: readonly Exclusion[],
  now: Instant,
): CoveredMachine[] {
  const systemOf = matchSystems(inventory, systems);
  const matched = new Set(systemOf.values());
  const current = new Map(exclusions.filter((one) => now < one.validUntil).map((one) => [one.hostKey, one]));
  const labelled = (keys: readonly string[]): Exclusion | null =>
    keys.map((key) => current.get(key)).find((one) => one !== undefined) ?? null;
  const listed = inventory.map((machine): CoveredMachine => {
    const system = systemOf.get(machine.hostKey) ?? null;
    return {
      hostKey: machine.hostKey,
      name: machine.name,
      state: system?.isBackedUp ? 'backed-up' : 'not-covered',
      listed: machine,
      system,
      exclusion: labelled([machine.hostKey, ...(system ? keysOf(system) : [])]),
    };
  });
  const unlisted = systems
    .filter((system) => !matched.has(system))
    .map((system): CoveredMachine => {
      const keys = keysOf(system);
      return {
        hostKey: keys[0] ?? hostKey(system.name),
        name: system.name,
        state: 'not-in-inventory',
        listed: null,
        system,
        exclusion: labelled(keys),
      };
    });
  return [...listed, ...unlisted];
}

export function countCoverage(machines: readonly CoveredMachine[]): CoverageCounts {
  const count = (state: CoverageState, isExcluded: boolean): number =>
    machines.filter((one) => one.state === state && (one.exclusion !== null) === isExcluded).length;
  const backedUp = count('backed-up', false) + count('backed-up', true);
  const [notCovered, excluded] = [count('not-covered', false), count('not-covered', true)];
  return {
    inventory: backedUp + notCovered + excluded,
    backedUp,
    notCovered,
    excluded,
    notInInventory: count('not-in-inventory', false),
    notInInventoryExcluded: count('not-in-inventory', true),
  };
}

/** By the host key of the inventory. */
function matchSystems(
  inventory: readonly ListedMachine[],
  systems: readonly KnownSystem[],
): Map<string, KnownSystem> {
  const byKey = new Map(systems.flatMap((system) => keysOf(system).map((key) => [key, system] as const)));
  const matched = new Map<string, KnownSystem>();
  for (const { hostKey: key } of inventory) {
    const system = byKey.get(key);
    if (system) matched.set(key, system);
  }
  const taken = new Set(matched.values());
  const listedByName = groupByName(inventory.map(({ hostKey: key }) => [key, key]));
  const knownByName = groupByName(systems.flatMap((one) => keysOf(one).map((key) => [key, one])));
  for (const [name, listedKeys] of listedByName) {
    const [key, ...others] = listedKeys;
    const [system, ...more] = knownByName.get(name) ?? [];
    if (key === undefined || !system || others.length + more.length > 0) continue;
    const isBare = key === name || keysOf(system).includes(name);
    if (isBare && !matched.has(key) && !taken.has(system)) matched.set(key, system);
  }
  return matched;
}

function keysOf(system: KnownSystem): string[] {
  return system.hostNames.map(hostKey);
}

/** By the name without its domain, each once. */
function groupByName<T>(pairs: readonly (readonly [key: string, of: T])[]): Map<string, Set<T>> {
  const groups = new Map<string, Set<T>>();
  for (const [key, of] of pairs) {
    const name = bareHostKey(key);
    groups.set(name, (groups.get(name) ?? new Set<T>()).add(of));
  }
  return groups;
}
