import { DAY, type Instant } from '../time/instant';
import type { CoveredMachine, Exclusion } from './coverage';

/** The findings that holding an inventory against what reports can open. */
export const COVERAGE_RULES = ['not-covered', 'unmanaged-system'] as const;

/** What a list shows of a client's machines that nobody takes care of (domain.md, 'Findings'). */
export interface CoverageGap {
  readonly rule: (typeof COVERAGE_RULES)[number];
  readonly hostKey: string;
  readonly name: string;
  /** null: nothing was ever heard of it. */
  readonly systemId: string | null;
}

/** What no change announces, such as a point that went, is seen after so long. */
const COVERAGE_LOOKED_AT_EVERY = DAY;

/**
 * The gaps of a client that has an inventory: machines in it that nothing backs up, and systems that report though neither the
 * inventory lists them nor any policy was chosen for them. What is excluded is left out while the exclusion holds.
 * @param hasOwnPolicy whether a policy narrower than the MSP's default holds for a system
 */
export function coverageGaps(
  machines: readonly CoveredMachine[],
  hasOwnPolicy: (systemId: string) => boolean,
): CoverageGap[] {
  return machines.flatMap(({ state, exclusion, hostKey, name, system }): CoverageGap[] => {
    if (exclusion !== null) return [];
    const of = { hostKey, name, systemId: system?.systemId ?? null };
    switch (state) {
      case 'not-covered':
        return [{ rule: 'not-covered', ...of }];
      case 'not-in-inventory':
        return system === null || hasOwnPolicy(system.systemId) ? [] : [{ rule: 'unmanaged-system', ...of }];
      case 'backed-up':
        return [];
    }
  });
}

/** When to look again if nothing is told: at the first end of an exclusion or waiver, a day from now at the latest. */
export function coverageTurn(
  exclusions: readonly Pick<Exclusion, 'validUntil'>[],
  waivers: readonly { readonly until: Instant }[],
  now: Instant,
): Instant {
  const ends = [...exclusions.map((one) => one.validUntil), ...waivers.map((one) => one.until)];
  return Math.min(now + COVERAGE_LOOKED_AT_EVERY, ...ends.filter((end) => end > now));
}
