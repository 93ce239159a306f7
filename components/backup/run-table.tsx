import { clsx } from 'clsx';
import type { Instant } from '@/domain/time/instant';
import { countText, sizeText, tookText } from '../format/amounts';
import { dayText } from '../format/words';
import { Link } from '../ui/link';
import { Moment } from '../ui/moment';
import { Table, Td, Th, Tr } from '../ui/table';
import { ReportLink } from './report-link';
import { RunMark } from './status-mark';
import { disagreementText, toldByLongText, toldByText, type ToldRun } from './told-by';

export interface RunRow extends ToldRun {
  runId: string;
  jobName: string;
  kind: string;
  isPartial: boolean;
  at: Instant;
  durationSeconds: number | null;
  storedBytes: bigint | null;
  filesTotal: bigint | null;
  filesFailed: bigint | null;
  exitCode: number | null;
  message: string | null;
  missingSources: readonly string[];
  rawReportId: string;
  /** The file that told of it; null: none. */
  imported: { importId: string; name: string; byName: string; at: Instant } | null;
}

interface Zoned {
  timeZone: string;
  now: Instant;
}

/**
 * Runs, newest first. Below one that did not succeed stands what the tool said, in its own words; below one on whose end two channels
 * disagree, what each said.
 */
export function RunTable({ runs, timeZone, now }: Zoned & { runs: readonly RunRow[] }) {
  const head = (
    <>
      <Th>Started</Th>
      <Th>Job</Th>
      <Th>Outcome</Th>
      <Th className="text-right">Took</Th>
      <Th className="text-right">Added</Th>
      <Th className="text-right @max-5xl:hidden">Files</Th>
      <Th className="text-right @max-5xl:hidden">Exit</Th>
      <Th className="@max-4xl:hidden @2xl:pl-4">Told by</Th>
      <Th className="text-right">Report</Th>
    </>
  );
  return (
    <Table head={head}>
      {runs.map((run) => (
        <Rows key={run.runId} run={run} timeZone={timeZone} now={now} />
      ))}
    </Table>
  );
}

function Rows({ run, timeZone, now }: Zoned & { run: RunRow }) {
  const said = saidOf(run);
  const apart = disagreementText(run);
  return (
    <>
      <Tr isOpenBelow={said !== null || apart !== null}>
        <Td at="first-right" className="@max-2xl:text-ink-3">
          <Moment at={run.at} timeZone={timeZone} now={now} />
        </Td>
        <Td at="second">
          <span className="block max-w-[30ch] truncate" title={run.jobName}>
            {run.jobName}
          </span>
          {run.kind !== 'backup' && <span className="text-ink-3 text-xs">{run.kind}</span>}
        </Td>
        <Td at="first">
          <RunMark status={run.status} isPartial={run.isPartial} />
          {run.imported && <ImportedMark file={run.imported} timeZone={timeZone} />}
        </Td>
        <Td at="hidden" className="text-right">
          {tookText(run.durationSeconds)}
        </Td>
        <Td at="hidden" className="text-right">
          {sizeText(run.storedBytes)}
        </Td>
        <Td at="hidden" className="text-right @max-5xl:hidden">
          {countText(run.filesTotal)}
          {run.filesFailed !== null && run.filesFailed > 0n && (
            <span className="text-risk"> ({countText(run.filesFailed)} failed)</span>
          )}
        </Td>
        <Td at="hidden" className="text-right @max-5xl:hidden">
          {countText(run.exitCode)}
        </Td>
        <Td at="hidden" className="@max-4xl:hidden @2xl:pl-4" title={toldByLongText(run)}>
          {toldByText(run)}
        </Td>
        <Td at="second-right" className="text-right">
          <ReportLink rawReportId={run.rawReportId} />
        </Td>
      </Tr>
      {(said !== null || apart !== null) && (
        <Tr className="@max-2xl:block @max-2xl:pt-0">
          <Td at="first" colSpan={9} className="pt-0 pb-2 !whitespace-normal @2xl:h-auto">
            {apart !== null && <span className="text-risk mr-2 font-medium">{apart}</span>}
            {said !== null && (
              <code
                className={clsx(
                  'text-ink-2 inline-block rounded px-2 py-0.5 [overflow-wrap:anywhere]',
                  run.status === 'failed' ? 'bg-bad-bg' : 'bg-risk-bg',
                )}
              >
                {said}
              </code>
            )}
          </Td>
        </Tr>
      )}
    </>
  );
}

/** That a file told of it, which proves nothing: never without this word beside the outcome. */
function ImportedMark({
  file: { importId, name, byName, at },
  timeZone,
}: {
  file: NonNullable<RunRow['imported']>;
  timeZone: string;
}) {
  return (
    <Link
      href={`/agents/imports/${importId}`}
      title={`Told by ${name}, imported on ${dayText(at, timeZone)} by ${byName}: it says nothing of how the system stands today`}
      className="border-line-2 text-ink-2 ml-2 inline-block rounded border border-dashed px-1 text-xs hover:underline"
    >
      imported
    </Link>
  );
}

function saidOf(run: RunRow): string | null {
  if (run.missingSources.length > 0) return `Not found: ${run.missingSources.join(', ')}`;
  return run.status === 'success' && !run.isPartial ? null : run.message;
}
