import { describe, expect, test } from 'vitest';
import { countCoverage, coverMachines, type Exclusion, type KnownSystem } from './coverage';
import { hostKey } from './host-key';
import type { ListedMachine } from './inventory-columns';

const NOW = Date.UTC(2026, 10, 29);
const listed = (name: string): ListedMachine => ({
  hostKey: hostKey(name),
  name,
  kind: null,
  siteName: null,
});
const known = (name: string, isBackedUp = true, ...furtherNames: string[]): KnownSystem => ({
  systemId: name,
  name,
  hostNames: [name, ...furtherNames],
  isBackedUp,
  status: 'compliant',
});
const excluded = (name: string, validUntil = NOW + 1): Exclusion => ({
  exclusionId: name,
  hostKey: hostKey(name),
  ownerName: 'Mo Adeyemi',
  reason: 'kiosk without data',
  validUntil,
});
const states = (inventory: string[], systems: KnownSystem[], exclusions: Exclusion[] = []) =>
  coverMachines(inventory.map(listed), systems, exclusions, NOW).map(
    ({ name, state, exclusion }) => `${name}: ${state}${exclusion ? ' (excluded)' : ''}`,
  );

describe('the three-way view', () => {
  test.each<[string, string[], KnownSystem[], string[]]>([
    ['the same name', ['fs-01'], [known('fs-01')], ['fs-01: backed-up']],
    [
      'another case, a final dot',
      ['FS-01.Corp.Local.'],
      [known('fs-01.corp.local')],
      ['FS-01.Corp.Local.: backed-up'],
    ],
    ['a domain on the side of the reports', ['fs-01'], [known('fs-01.corp.local')], ['fs-01: backed-up']],
    [
      'a domain on the side of the inventory',
      ['fs-01.corp.local'],
      [known('FS-01')],
      ['fs-01.corp.local: backed-up'],
    ],
    [
      'two domains are two machines',
      ['fs-01.a.local'],
      [known('fs-01.b.local')],
      ['fs-01.a.local: not-covered', 'fs-01.b.local: not-in-inventory'],
    ],
    [
      'a bare name that two systems could be is neither',
      ['fs-01'],
      [known('fs-01.a.local'), known('fs-01.b.local')],
      ['fs-01: not-covered', 'fs-01.a.local: not-in-inventory', 'fs-01.b.local: not-in-inventory'],
    ],
    [
      'a bare system that two of the inventory could be is neither',
      ['fs-01.a.local', 'fs-01.b.local'],
      [known('fs-01')],
      ['fs-01.a.local: not-covered', 'fs-01.b.local: not-covered', 'fs-01: not-in-inventory'],
    ],
    [
      'an exact name is not taken by a bare one',
      ['fs-01', 'fs-01.a.local'],
      [known('fs-01.a.local')],
      ['fs-01: not-covered', 'fs-01.a.local: backed-up'],
    ],
    [
      'addresses have no domain',
      ['10.0.0.1'],
      [known('10.0.0.2')],
      ['10.0.0.1: not-covered', '10.0.0.2: not-in-inventory'],
    ],
    ['known, with neither job nor point', ['fs-01'], [known('fs-01', false)], ['fs-01: not-covered']],
    [
      'a further name of a merged system',
      ['old-name'],
      [known('fs-01', true, 'old-name')],
      ['old-name: backed-up'],
    ],
    ['nothing was ever heard of it', ['fs-01'], [], ['fs-01: not-covered']],
  ])('%s', (_, inventory, systems, wanted) => {
    expect(states(inventory, systems)).toEqual(wanted);
  });

  test('labels what is excluded and takes it out of no list', () => {
    expect(
      states(
        ['a', 'b'],
        [known('b'), known('c')],
        ['a', 'b', 'c'].map((name) => excluded(name)),
      ),
    ).toEqual(['a: not-covered (excluded)', 'b: backed-up (excluded)', 'c: not-in-inventory (excluded)']);
  });

  test.each([
    [NOW + 1, 'a: not-covered (excluded)'],
    [NOW, 'a: not-covered'],
  ])('an exclusion until %d says at %s', (validUntil, wanted) => {
    expect(states(['a'], [], [excluded('a', validUntil)])).toEqual([wanted]);
  });

  test('counts each machine of the inventory once, and what is excluded apart', () => {
    const machines = coverMachines(
      ['a', 'b', 'c', 'd'].map(listed),
      [known('a'), known('b'), known('x'), known('y')],
      ['b', 'c', 'y'].map((name) => excluded(name)),
      NOW,
    );
    expect(countCoverage(machines)).toEqual({
      inventory: 4,
      backedUp: 2,
      notCovered: 1,
      excluded: 1,
      notInInventory: 1,
      notInInventoryExcluded: 1,
    });
  });
});
