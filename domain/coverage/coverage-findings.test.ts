import { describe, expect, test } from 'vitest';
import { DAY, HOUR } from '../time/instant';
import { coverMachines, type Exclusion, type KnownSystem } from './coverage';
import { coverageGaps, coverageTurn } from './coverage-findings';
import type { ListedMachine } from './inventory-columns';

const NOW = Date.UTC(2026, 10, 17, 9);
const listed = (name: string): ListedMachine => ({ hostKey: name, name, kind: null, siteName: null });
const system = (name: string, isBackedUp: boolean): KnownSystem => ({
  systemId: `id of ${name}`,
  name,
  hostNames: [name],
  isBackedUp,
  status: 'compliant',
});
const excluded = (hostKey: string, validUntil: number): Exclusion => ({
  exclusionId: hostKey,
  hostKey,
  ownerName: 'Mara',
  reason: 'a kiosk',
  validUntil,
});

function gaps(
  of: Partial<{ list: string[]; systems: KnownSystem[]; exclusions: Exclusion[]; owned: string[] }>,
) {
  const { list = [], systems = [], exclusions = [], owned = [] } = of;
  return coverageGaps(coverMachines(list.map(listed), systems, exclusions, NOW), (id) =>
    owned.includes(id),
  ).map(({ rule, name, systemId }) => [rule, name, systemId]);
}

const ends = (...validUntil: number[]) => validUntil.map((at) => ({ validUntil: at }));

describe('what an inventory shows', () => {
  test('a machine of the list without a backup is not covered, whether it reports or not', () => {
    expect(
      gaps({ list: ['silent', 'idle', 'fine'], systems: [system('idle', false), system('fine', true)] }),
    ).toEqual([
      ['not-covered', 'silent', null],
      ['not-covered', 'idle', 'id of idle'],
    ]);
  });

  test('a system that is in no list and under no policy of its own is unmanaged, backed up or not', () => {
    const systems = [system('stray', true), system('idle', false)];
    expect(gaps({ systems })).toEqual([
      ['unmanaged-system', 'stray', 'id of stray'],
      ['unmanaged-system', 'idle', 'id of idle'],
    ]);
    expect(gaps({ systems, owned: ['id of stray'] })).toEqual([['unmanaged-system', 'idle', 'id of idle']]);
    expect(gaps({ systems, list: ['stray'] })).toEqual([['unmanaged-system', 'idle', 'id of idle']]);
  });

  test.each([
    [NOW + 1, 0],
    [NOW, 2],
    [NOW - 1, 2],
  ])('an exclusion until %i holds: %i gaps', (until, count) => {
    const exclusions = [excluded('kiosk', until), excluded('stray', until)];
    expect(gaps({ list: ['kiosk'], systems: [system('stray', true)], exclusions })).toHaveLength(count);
  });

  test('is looked at again when the first exclusion or waiver that holds ends, within a day', () => {
    expect(coverageTurn([], [], NOW)).toBe(NOW + DAY);
    expect(coverageTurn(ends(NOW, NOW - HOUR, NOW + 3 * DAY), [], NOW)).toBe(NOW + DAY);
    expect(coverageTurn(ends(NOW + 2 * HOUR), [{ until: NOW + HOUR }], NOW)).toBe(NOW + HOUR);
  });
});
