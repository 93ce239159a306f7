import { DAY, SECOND, type Instant } from '../time/instant';
import { isRestoreTest, type ProofLevel } from './record';
import { CRITICALITIES, criticalityOf } from './tested-copy';

/** A test that proved something either way. */
export interface KnownTest {
  readonly repositoryId: string;
  readonly level: ProofLevel;
  readonly result: 'passed' | 'failed';
  readonly endedAt: Instant;
}

/** A data set of a system: what a restore test is due of, and where it can be made. */
export interface TestableSet {
  readonly clientId: string;
  readonly systemId: string;
  readonly dataSetId: string;
  readonly tags: readonly string[];
  readonly cadenceSeconds: number;
  /** Since when it is known. */
  readonly knownSince: Instant;
  /** Repositories that hold a point of it. */
  readonly copies: readonly {
    readonly repositoryId: string;
    readonly repository: string;
    readonly pointId: string;
  }[];
  readonly tests: readonly KnownTest[];
}

/** failed: the last one failed and nothing passed since; never: nobody ever brought it back; due: within the time looked ahead. */
export type DueState = 'failed' | 'overdue' | 'never' | 'due' | 'planned';

/** The next restore test of a data set. */
export interface DueTest<Of extends TestableSet = TestableSet> {
  readonly of: Of;
  readonly state: DueState;
  /** A cadence after the last one that passed; of a failed one and of what was never tested: since when it is wanted. */
  readonly dueAt: Instant;
  /** The newest of level L4 or L5. */
  readonly lastTest: KnownTest | null;
  /** How much was proved at best within a cadence; L0: only that a job said success. */
  readonly level: ProofLevel;
  /** The copy whose turn it is: never tested, else tested longest ago. null: no copy holds a point. */
  readonly copy: TestableSet['copies'][number] | null;
}

/** How far ahead a test is called due. */
const DUE_WITHIN = 7 * DAY;

/**
 * Which restore test is due of each data set, and of which of its copies: those that failed, are overdue or were never made first; among
 * them what is critical, then what was proved longest ago. One test by the cadence serves all copies, so that the turn goes round them.
 */
export function planTests<Of extends TestableSet>(sets: readonly Of[], now: Instant): DueTest<Of>[] {
  return sets.map((of) => dueTest(of, now)).toSorted(byRisk);
}

function dueTest<Of extends TestableSet>(of: Of, now: Instant): DueTest<Of> {
  const lastTest = newest(of.tests.filter((test) => isRestoreTest(test.level)));
  const state = (dueAt: Instant): DueState => {
    if (lastTest === null) return 'never';
    if (lastTest.result === 'failed') return 'failed';
    if (dueAt <= now) return 'overdue';
    return dueAt < now + DUE_WITHIN ? 'due' : 'planned';
  };
  const dueAt = dueAtOf(of, lastTest);
  return { of, state: state(dueAt), dueAt, lastTest, level: provedLevel(of, now), copy: nextCopy(of) };
}

function dueAtOf({ knownSince, cadenceSeconds }: TestableSet, lastTest: KnownTest | null): Instant {
  if (lastTest === null) return knownSince;
  return lastTest.result === 'failed' ? lastTest.endedAt : lastTest.endedAt + cadenceSeconds * SECOND;
}

/** Of two that ended together the failed one, as the verdict has it. */
function newest(tests: readonly KnownTest[]): KnownTest | null {
  return tests.reduce<KnownTest | null>((best, test) => {
    if (best === null || test.endedAt > best.endedAt) return test;
    return test.endedAt === best.endedAt && test.result === 'failed' ? test : best;
  }, null);
}

/** The highest level that passed within the cadence. */
function provedLevel({ tests, cadenceSeconds }: TestableSet, now: Instant): ProofLevel {
  const since = now - cadenceSeconds * SECOND;
  return tests
    .filter((test) => test.result === 'passed' && test.endedAt > since)
    .reduce<ProofLevel>((best, { level }) => (level > best ? level : best), 'L0');
}

function nextCopy({ copies, tests }: TestableSet): DueTest['copy'] {
  const testedAt = (repositoryId: string): Instant =>
    newest(tests.filter((test) => test.repositoryId === repositoryId && isRestoreTest(test.level)))
      ?.endedAt ?? Number.NEGATIVE_INFINITY;
  return (
    copies.toSorted(
      (a, b) =>
        ascending(testedAt(a.repositoryId), testedAt(b.repositoryId)) ||
        ascending(a.repository, b.repository) ||
        ascending(a.repositoryId, b.repositoryId),
    )[0] ?? null
  );
}

const RANK: Readonly<Record<DueState, number>> = { failed: 0, overdue: 1, never: 1, due: 2, planned: 3 };

function byRisk(a: DueTest, b: DueTest): number {
  return (
    RANK[a.state] - RANK[b.state] ||
    criticalityRank(a.of) - criticalityRank(b.of) ||
    ascending(provedAt(a), provedAt(b)) ||
    ascending(a.dueAt, b.dueAt) ||
    ascending(a.of.dataSetId, b.of.dataSetId)
  );
}

function criticalityRank({ tags }: TestableSet): number {
  const found = criticalityOf(tags);
  return found === null ? CRITICALITIES.length : CRITICALITIES.indexOf(found);
}

function provedAt({ lastTest }: DueTest): Instant {
  return lastTest?.endedAt ?? Number.NEGATIVE_INFINITY;
}

function ascending<Value extends string | number>(a: Value, b: Value): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
