import { SECOND, type Instant } from '../time/instant';
import type { RecordCheck, RecordResult, RestoreRecord } from './record';
import { criticalityOf, fieldsOfCopy, type TestedCopy } from './tested-copy';

/** A restore test as an agent told of it. */
export interface ReportedTest {
  readonly level: 'L1' | 'L2' | 'L3' | 'L4' | 'L5';
  readonly result: Exclude<RecordResult, 'partial'>;
  readonly method: string;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  readonly trigger: 'schedule' | 'manual' | 'vendor' | null;
  readonly toolVersion: string | null;
  readonly selection: {
    readonly rule: string;
    readonly seed: number | null;
    readonly files: number | null;
  } | null;
  readonly files: {
    readonly matched: number;
    readonly mismatched: number;
    readonly missing: number;
    readonly unverifiable: number;
  } | null;
  readonly bytesRestored: number | null;
  readonly restoreSeconds: number | null;
  readonly verifySeconds: number | null;
  readonly rto: { readonly seconds: number | null; readonly basis: 'measured' | 'extrapolated' } | null;
  readonly manifest: { readonly origin: string; readonly sha256: string | null } | null;
  readonly message: string | null;
  readonly target: string | null;
  readonly isScratchRemoved: boolean | null;
}

/** Who made it, and the report that told of it. */
export interface ReportedBy {
  readonly recordId: string;
  readonly madeAt: Instant;
  readonly agent: { readonly id: string; readonly name: string; readonly version: string | null };
  readonly rawReportId: string;
  readonly rawReportSha256: string;
}

const METHOD_WORD: Readonly<Record<string, string>> = {
  full: 'Everything was restored',
  sample: 'A sample of files was restored',
  database_start: 'The database was restored and started',
  vm_boot: 'The machine was started from its backup',
  screenshot: 'A picture of the started machine was taken',
};

/** The record of a test that an agent told of: nothing in it that the agent did not say or the facts do not hold. */
export function agentRecord(test: ReportedTest, tested: TestedCopy, by: ReportedBy): RestoreRecord {
  const { files, selection } = test;
  const total = files && files.matched + files.mismatched + files.missing + files.unverifiable;
  return {
    ...fieldsOfCopy(tested, { endedAt: test.endedAt, madeAt: by.madeAt }),
    recordId: by.recordId,
    system: {
      id: tested.systemId,
      name: tested.systemName,
      owner: null,
      criticality: criticalityOf(tested.tags),
      dataClass: null,
    },
    copy: { ...tested.copy, productVersion: test.toolVersion },
    selection: {
      how: test.trigger === 'manual' ? 'request' : 'scheduled',
      population: null,
      seed: selection?.seed == null ? null : String(selection.seed),
      rule: selection?.rule ?? null,
    },
    method: METHOD_WORD[test.method] ?? test.method,
    level: test.level,
    scope: scopeOf(test, total),
    target: { environment: test.target ?? 'a scratch folder of the agent', isIsolated: null },
    startedAt: test.startedAt,
    endedAt: test.endedAt,
    phases: [
      ...(test.restoreSeconds === null ? [] : [{ name: 'restore', seconds: test.restoreSeconds }]),
      ...(test.verifySeconds === null ? [] : [{ name: 'compare', seconds: test.verifySeconds }]),
    ],
    recovery: {
      seconds: test.restoreSeconds,
      targetSeconds: tested.rtoSeconds,
      basis: test.rto?.basis ?? (test.restoreSeconds === null ? null : 'measured'),
      forecastSeconds: test.rto?.seconds ?? null,
      bytesRestored: test.bytesRestored,
    },
    dataAge: {
      seconds: ageSeconds(tested.copy.takenAt, test.startedAt),
      targetSeconds: tested.rpoSeconds,
    },
    checks: checksOf(test),
    files: files && { selected: selection?.files ?? total, ...files },
    manifest: test.manifest,
    result: test.result,
    anomalies: test.result === 'passed' || test.message === null ? [] : [test.message],
    performer: { kind: 'agent', ...by.agent },
    attachments: [],
    failure:
      test.result === 'failed'
        ? {
            ticket: null,
            cause: null,
            correctiveAction: null,
            owner: null,
            closedAt: null,
            retestRecordId: null,
          }
        : null,
    malwareScan: null,
    exceptions: [],
    lessons: null,
    provenance: {
      createdAt: by.madeAt,
      rawReportId: by.rawReportId,
      rawReportSha256: by.rawReportSha256,
    },
  };
}

/** How old the newest data was that came back; null: nobody knows when the point was taken, or the clocks disagree. */
export function ageSeconds(takenAt: Instant | null, startedAt: Instant): number | null {
  return takenAt === null || takenAt > startedAt ? null : Math.round((startedAt - takenAt) / SECOND);
}

function scopeOf({ method, selection }: ReportedTest, total: number | null): string {
  const count = selection?.files ?? total;
  if (method === 'sample') return count === null ? 'a sample of files' : `a sample of ${count} files`;
  return count === null ? 'the whole recovery point' : `the whole recovery point, ${count} files`;
}

/** What an agent looks at: fixed in the program, so fixed before the test. */
function checksOf({ files, isScratchRemoved, level }: ReportedTest): RecordCheck[] {
  const checks: RecordCheck[] = [];
  if (files !== null) {
    const wrong = files.mismatched + files.missing;
    const told = `${files.matched} match, ${files.mismatched} differ, ${files.missing} missing, ${files.unverifiable} could not be compared`;
    checks.push({
      criterion: 'Every file brought back is as its manifest says',
      isMet: wrong === 0 && files.matched === 0 ? null : wrong === 0,
      seen: told,
    });
  } else if (level === 'L4' || level === 'L5')
    checks.push({
      criterion: 'Every file brought back is as its manifest says',
      isMet: null,
      seen: null,
    });
  if (isScratchRemoved !== null)
    checks.push({
      criterion: 'What was restored for the test is removed afterwards',
      isMet: isScratchRemoved,
      seen: isScratchRemoved ? 'removed' : 'still there',
    });
  return checks;
}
