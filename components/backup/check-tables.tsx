import type { Instant } from '@/domain/time/instant';
import { counted, percentText, sizeText, tookText } from '../format/amounts';
import { Moment } from '../ui/moment';
import { Table, Td, Th, Tr } from '../ui/table';
import { RecordLink } from './record-link';
import { ReportLink } from './report-link';
import { Mark, type Tone } from './status-mark';

type TestResult = 'passed' | 'failed' | 'error' | 'skipped';
const TEST_TONE: Readonly<Record<TestResult, Tone>> = {
  passed: 'ok',
  failed: 'bad',
  error: 'unk',
  skipped: 'off',
};
const TEST_WORD: Readonly<Record<TestResult, string>> = {
  passed: 'Passed',
  failed: 'Failed',
  error: 'Error: proves nothing',
  skipped: 'Skipped',
};

export interface RestoreTestRow {
  restoreTestId: string;
  systemName: string;
  repositoryName: string;
  level: string;
  result: TestResult;
  startedAt: Instant;
  endedAt: Instant;
  detail: {
    files?:
      | {
          matched?: number | null | undefined;
          mismatched?: number | null | undefined;
          missing?: number | null | undefined;
        }
      | null
      | undefined;
    bytes_restored?: number | null | undefined;
    restore_seconds?: number | null | undefined;
    message?: string | null | undefined;
  };
  rawReportId: string | null;
  recordId: string | null;
}

interface Zoned {
  timeZone: string;
  now: Instant;
}

/** Restore tests: data really brought back and compared. */
export function RestoreTestTable({
  tests,
  isOfClient = false,
  timeZone,
  now,
}: Zoned & { tests: readonly RestoreTestRow[]; isOfClient?: boolean }) {
  const head = (
    <>
      <Th>Tested</Th>
      {isOfClient && <Th>System</Th>}
      <Th>Scope</Th>
      <Th>Level</Th>
      <Th className="text-right">Took</Th>
      <Th className="pl-4">Result</Th>
      <Th className="text-right">Record</Th>
    </>
  );
  return (
    <Table head={head}>
      {tests.map((test) => (
        <Tr key={test.restoreTestId}>
          <Td at="first-right" className="@max-2xl:text-ink-3">
            <Moment at={test.endedAt} timeZone={timeZone} now={now} />
          </Td>
          {isOfClient && (
            <Td at="second">
              <span className="block max-w-[26ch] truncate" title={test.systemName}>
                {test.systemName}
              </span>
            </Td>
          )}
          <Td at={isOfClient ? 'third' : 'second'} className="!whitespace-normal">
            {scopeOf(test)}
          </Td>
          <Td at="hidden">{test.level}</Td>
          <Td at="hidden" className="text-right">
            {tookText(test.detail.restore_seconds ?? (test.endedAt - test.startedAt) / 1000)}
          </Td>
          <Td at="first" className="@2xl:pl-4">
            <Mark tone={TEST_TONE[test.result]}>{TEST_WORD[test.result]}</Mark>
          </Td>
          <Td at="second-right" className="text-right">
            {test.recordId ? (
              <RecordLink recordId={test.recordId} />
            ) : (
              test.rawReportId && <ReportLink rawReportId={test.rawReportId} />
            )}
          </Td>
        </Tr>
      ))}
    </Table>
  );
}

function scopeOf({ detail, repositoryName }: RestoreTestRow): string {
  const { matched = 0, mismatched = 0, missing = 0 } = detail.files ?? {};
  const files = (matched ?? 0) + (mismatched ?? 0) + (missing ?? 0);
  const wrong = (mismatched ?? 0) + (missing ?? 0);
  const parts = [
    detail.files ? counted(files, 'file') : null,
    detail.bytes_restored == null ? null : sizeText(detail.bytes_restored),
    `from ${repositoryName}`,
    wrong > 0 ? `${counted(wrong, 'file')} differ` : null,
  ];
  return parts.filter(Boolean).join(', ');
}

type CheckResult = 'ok' | 'problems' | 'error';
const CHECK_TONE: Readonly<Record<CheckResult, Tone>> = { ok: 'ok', problems: 'bad', error: 'unk' };
const CHECK_WORD: Readonly<Record<CheckResult, string>> = {
  ok: 'Clean',
  problems: 'Problems',
  error: 'Error: proves nothing',
};
const DEPTH_WORD = {
  structure: 'structure only',
  'data-subset': 'part of the data',
  data: 'all data',
} as const;

export interface VerificationRow {
  verificationId: string;
  repositoryName: string;
  depth: keyof typeof DEPTH_WORD;
  result: CheckResult;
  coveragePercent: number | null;
  endedAt: Instant;
  errors: number | null;
  message: string | null;
  rawReportId: string;
}

/** Integrity checks, which are not restore tests; each with how deep it looked. */
export function VerificationTable({
  verifications,
  timeZone,
  now,
}: Zoned & { verifications: readonly VerificationRow[] }) {
  const head = (
    <>
      <Th>Checked</Th>
      <Th>Repository</Th>
      <Th>Depth</Th>
      <Th className="pl-4">Result</Th>
      <Th className="text-right">Report</Th>
    </>
  );
  return (
    <Table head={head}>
      {verifications.map((check) => (
        <Tr key={check.verificationId}>
          <Td at="first-right" className="@max-2xl:text-ink-3">
            <Moment at={check.endedAt} timeZone={timeZone} now={now} />
          </Td>
          <Td at="second">
            <span className="block max-w-[26ch] truncate" title={check.repositoryName}>
              {check.repositoryName}
            </span>
          </Td>
          <Td at="third">
            {DEPTH_WORD[check.depth]}
            {check.coveragePercent !== null && check.depth === 'data-subset' && (
              <span className="text-ink-3"> ({percentText(check.coveragePercent / 100)})</span>
            )}
          </Td>
          <Td at="first" className="@2xl:pl-4">
            <Mark tone={CHECK_TONE[check.result]}>{CHECK_WORD[check.result]}</Mark>
            {check.result !== 'ok' && check.message && (
              <span className="text-ink-3 block max-w-[40ch] text-xs wrap-anywhere whitespace-normal">
                {check.message}
              </span>
            )}
          </Td>
          <Td at="second-right" className="text-right">
            <ReportLink rawReportId={check.rawReportId} />
          </Td>
        </Tr>
      ))}
    </Table>
  );
}
