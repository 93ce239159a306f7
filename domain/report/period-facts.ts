import { isRestoreTest, type ProofLevel, type RecordResult } from '../restore-test/record';
import type { ReviewState } from '../restore-test/standing';
import type { Severity, Status } from '../protection/verdict';
import type { Instant } from '../time/instant';
import type { DocumentHead } from './document';
import type { DayRange } from './period';
import type { DayMark } from './sheet';
import { countWords, numberWords } from './words';

/** Facts of a client and a period, as reports and packs attach them. Instants are milliseconds since 1970, days those of the client's zone. */
export interface PeriodFacts extends DocumentHead {
  readonly period: DayRange & {
    readonly from: Instant;
    readonly to: Instant;
    /** false: the period goes on, and what is told holds as of when the document was made. */
    readonly isOver: boolean;
  };
  readonly systems: readonly SystemFacts[];
  /** Of the client's systems by their days. `due` null: no job has a schedule, so nobody can say how many were due. */
  readonly runs: {
    readonly total: number;
    readonly success: number;
    readonly warning: number;
    readonly failed: number;
    readonly other: number;
    readonly due: number | null;
    readonly missed: number;
    readonly excused: number;
    /** Due times of which nothing is known: gaps. */
    readonly unknown: number;
  };
  /** Runs of the period that only files tell of which somebody brought in: in no other figure. Left out: none. */
  readonly importedRuns?: ImportedRunFacts;
  /** Newest first; checks that are no restore tests among them. */
  readonly tests: readonly TestFacts[];
  readonly findings: readonly FindingFacts[];
  readonly waivers: readonly WaiverFacts[];
}

interface ImportedRunFacts {
  readonly success: number;
  readonly warning: number;
  readonly failed: number;
}

export interface SystemFacts {
  readonly id: string;
  readonly name: string;
  /** One for each day of the period. */
  readonly days: readonly DayMark[];
  /** null: none yet. */
  readonly statusAtStart: Status | null;
  readonly statusAtEnd: Status | null;
  /** The newest L4 or L5 before the period's end; null: never. */
  readonly lastTest: Pick<TestFacts, 'recordId' | 'level' | 'result' | 'at'> | null;
  readonly recovery: {
    readonly seconds: number;
    readonly targetSeconds: number | null;
    readonly basis: 'measured' | 'extrapolated';
  } | null;
}

export interface TestFacts {
  readonly recordId: string;
  readonly systemName: string;
  readonly repository: string;
  readonly level: ProofLevel;
  readonly result: RecordResult;
  readonly review: ReviewState;
  readonly method: string;
  readonly performer: string;
  readonly at: Instant;
  readonly isOnTime: boolean | null;
  readonly recoverySeconds: number | null;
  /** Of the record, hexadecimal. */
  readonly sha256: string;
}

export interface FindingFacts {
  readonly findingId: string;
  readonly rule: string;
  readonly title: string;
  /** In words. */
  readonly says: string;
  readonly cure: string;
  readonly severity: Severity;
  readonly systemName: string | null;
  readonly causeKey: string;
  readonly openedAt: Instant;
  /** null: open at the period's end. */
  readonly closedAt: Instant | null;
  readonly assignedTo: string | null;
}

interface WaiverFacts {
  readonly waiverId: string;
  readonly rule: string;
  readonly subjectName: string;
  readonly reason: string;
  readonly approverName: string;
  readonly createdAt: Instant;
  readonly createdByName: string;
  readonly validUntil: Instant;
  readonly withdrawnAt: Instant | null;
}

/** What is said of runs that only files tell of, apart from everything that was reported; null: there are none. */
export function importedRunWords({ importedRuns }: PeriodFacts): string | null {
  if (!importedRuns) return null;
  const { success, warning, failed } = importedRuns;
  return `Besides, files that were imported from another tool tell of ${countWords(success + warning + failed, 'run')} of this period: ${numberWords(success)} good, ${numberWords(warning)} with warnings, ${numberWords(failed)} failed. They count in none of the figures here.`;
}

/** A day of a system by what came and what was due: the worst of it, and never a success where nobody knows. */
export function dayMark(
  runs: { readonly success: number; readonly warning: number; readonly failed: number },
  due: { readonly missed: number; readonly excused: number; readonly unknown: number },
): DayMark {
  if (runs.failed > 0) return 'failed';
  if (due.missed > 0) return 'missed';
  if (runs.warning > 0) return 'warning';
  if (due.unknown > 0) return 'no-data';
  if (runs.success > 0) return 'success';
  return due.excused > 0 ? 'excused' : 'not-scheduled';
}

/** The tests that are restore tests: L4 and L5 only. */
export function restoreTestsOf(tests: readonly TestFacts[]): TestFacts[] {
  return tests.filter(({ level }) => isRestoreTest(level));
}

/** How many systems stood how; `known` are those that were ever evaluated. */
export function standingCounts(systems: readonly SystemFacts[], when: 'statusAtStart' | 'statusAtEnd') {
  const count = (status: Status): number => systems.filter((one) => one[when] === status).length;
  const bad = count('non-compliant');
  const known = systems.filter((one) => one[when] !== null && one[when] !== 'unknown').length;
  return {
    all: systems.length,
    protected: known - bad,
    bad,
    unknown: systems.length - known,
    atRisk: count('at-risk'),
  };
}
