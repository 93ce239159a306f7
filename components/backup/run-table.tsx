import type { RunFacts } from '@/domain/protection/facts';
import type { Instant } from '@/domain/time/instant';
import { countText, sizeText, tookText } from '../format/amounts';
import { Moment } from '../ui/moment';
import { Table, Td, Th } from '../ui/table';
import { ReportLink } from './report-link';
import { RunMark } from './status-mark';

export interface RunRow {
  runId: string;
  jobName: string;
  kind: string;
  status: RunFacts['status'];
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
}

/** Runs, newest first; what the tool said of one that did not succeed stands below it, in its own words. */
export function RunTable({
  runs,
  timeZone,
  now,
}: {
  runs: readonly RunRow[];
  timeZone: string;
  now: Instant;
}) {
  return (
    <Table>
      <thead>
        <tr>
          <Th>Started</Th>
          <Th>Job</Th>
          <Th>Outcome</Th>
          <Th className="text-right max-md:hidden">Took</Th>
          <Th className="text-right max-md:hidden">Added</Th>
          <Th className="text-right max-lg:hidden">Files</Th>
          <Th className="text-right max-lg:hidden">Exit</Th>
          <Th className="text-right">Report</Th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <Rows key={run.runId} run={run} timeZone={timeZone} now={now} />
        ))}
      </tbody>
    </Table>
  );
}

function Rows({ run, timeZone, now }: { run: RunRow; timeZone: string; now: Instant }) {
  const said = saidOf(run);
  const plain = said ? 'border-b-0' : undefined;
  return (
    <>
      <tr>
        <Td className={plain}>
          <Moment at={run.at} timeZone={timeZone} now={now} />
        </Td>
        <Td className={plain}>
          <span className="block max-w-[24ch] truncate" title={run.jobName}>
            {run.jobName}
          </span>
          {run.kind !== 'backup' && <span className="text-ink-3 text-xs">{run.kind}</span>}
        </Td>
        <Td className={plain}>
          <RunMark status={run.status} isPartial={run.isPartial} />
        </Td>
        <Td className={`${plain ?? ''} text-right max-md:hidden`}>{tookText(run.durationSeconds)}</Td>
        <Td className={`${plain ?? ''} text-right max-md:hidden`}>{sizeText(run.storedBytes)}</Td>
        <Td className={`${plain ?? ''} text-right max-lg:hidden`}>
          {countText(run.filesTotal)}
          {run.filesFailed !== null && run.filesFailed > 0n && (
            <span className="text-risk"> ({countText(run.filesFailed)} failed)</span>
          )}
        </Td>
        <Td className={`${plain ?? ''} text-right max-lg:hidden`}>{countText(run.exitCode)}</Td>
        <Td className={`${plain ?? ''} text-right`}>
          <ReportLink rawReportId={run.rawReportId} />
        </Td>
      </tr>
      {said && (
        <tr>
          <Td colSpan={8} className="h-auto pt-0 pb-2 whitespace-normal">
            <code
              className={`text-ink-2 inline-block rounded px-2 py-0.5 break-words ${run.status === 'failed' ? 'bg-bad-bg' : 'bg-risk-bg'}`}
            >
              {said}
            </code>
          </Td>
        </tr>
      )}
    </>
  );
}

function saidOf(run: RunRow): string | null {
  if (run.missingSources.length > 0) return `Not found: ${run.missingSources.join(', ')}`;
  return run.status === 'success' && !run.isPartial ? null : run.message;
}
