import { DAY, SECOND, type Instant } from '../time/instant';
import { isRestoreTest, PROOF_LEVELS, type ProofLevel } from './record';
import type { TestableSet } from './plan';
import { criticalityOf } from './tested-copy';

/** How much of the fleet was proved. Every figure is of `systems`, the whole population that was asked for. */
export interface TestCoverage {
  /** Systems that have something to restore. */
  readonly systems: number;
  /** Of them, those of which every data set passed a restore test within the last `days`. */
  readonly tested: number;
  readonly days: number;
  /** Those of which every data set passed one within its own cadence. */
  readonly withinCadence: number;
  /** By the least that was proved of any of its data sets within `days`; together all systems. */
  readonly byLevel: Readonly<Record<ProofLevel, number>>;
  readonly critical: { readonly systems: number; readonly tested: number };
}

/** Counts systems, each by its worst data set: more is never claimed of a system than of the least proved of what it holds. */
export function testCoverage(sets: readonly TestableSet[], days: number, now: Instant): TestCoverage {
  const bySystem = new Map<string, TestableSet[]>();
  for (const one of sets) bySystem.set(one.systemId, [...(bySystem.get(one.systemId) ?? []), one]);
  const byLevel: Record<ProofLevel, number> = { L0: 0, L1: 0, L2: 0, L3: 0, L4: 0, L5: 0 };
  let [tested, withinCadence] = [0, 0];
  const critical = { systems: 0, tested: 0 };
  for (const own of bySystem.values()) {
    const level = least(own.map((one) => provedSince(one, now - days * DAY)));
    byLevel[level]++;
    const isTested = isRestoreTest(level);
    if (isTested) tested++;
    if (own.every((one) => isRestoreTest(provedSince(one, now - one.cadenceSeconds * SECOND))))
      withinCadence++;
    if (!own.some((one) => criticalityOf(one.tags) === 'critical')) continue;
    critical.systems++;
    if (isTested) critical.tested++;
  }
  return { systems: bySystem.size, tested, days, withinCadence, byLevel, critical };
}

function provedSince({ tests }: TestableSet, since: Instant): ProofLevel {
  return tests
    .filter((test) => test.result === 'passed' && test.endedAt > since)
    .reduce<ProofLevel>((best, { level }) => (level > best ? level : best), 'L0');
}

function least(levels: readonly ProofLevel[]): ProofLevel {
  return PROOF_LEVELS.find((level) => levels.includes(level)) ?? 'L0';
}

/**
 * The expected share of files that were tested at least once when each of `times` tests draws `share` of all files anew: 1 − (1 −
 * share)^times. Never the chance that all were: that is about nil for any fleet.
 */
export function expectedShareTested(share: number, times: number): number {
  return 1 - (1 - share) ** times;
}
