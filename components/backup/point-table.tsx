import type { PointFacts } from '@/domain/protection/facts';
import type { PointStanding } from '@/domain/protection/point-standing';
import { durationText, rejectionText, type Words } from '@/domain/protection/sentence';
import type { Instant } from '@/domain/time/instant';
import { countText, sizeText } from '../format/amounts';
import { Moment } from '../ui/moment';
import { Table, Td, Th, Tr } from '../ui/table';
import { ReportLink } from './report-link';
import { Mark } from './status-mark';

interface PointRow {
  point: PointFacts;
  repositoryName: string;
  filesTotal: number | null;
  isBackdated: boolean;
  standing: PointStanding;
}

interface Props {
  points: readonly PointRow[];
  timeZone: string;
  now: Instant;
  words: Words;
}

/** Recovery points, newest first, each with whether it can be relied on. */
export function PointTable({ points, timeZone, now, words }: Props) {
  const head = (
    <>
      <Th>Id</Th>
      <Th>Repository</Th>
      <Th>Made</Th>
      <Th className="text-right">Age</Th>
      <Th className="text-right @max-5xl:hidden">Size</Th>
      <Th className="text-right @max-5xl:hidden">Files</Th>
      <Th className="pl-4">State</Th>
      <Th className="text-right">Report</Th>
    </>
  );
  return (
    <Table head={head}>
      {points.map(({ point, repositoryName, filesTotal, isBackdated, standing }) => (
        <Tr key={point.id}>
          <Td at="third">
            <code title={point.key}>{point.key.slice(0, 8)}</code>
          </Td>
          <Td at="second">
            <span className="block max-w-[26ch] truncate" title={repositoryName}>
              {repositoryName}
            </span>
          </Td>
          <Td at="hidden">
            <Moment at={point.takenAt} timeZone={timeZone} now={now} />
            {isBackdated && <span className="text-risk ml-1.5 text-xs">backdated</span>}
          </Td>
          <Td at="first-right" className="@max-2xl:text-ink-3 text-right">
            {durationText(now - point.takenAt)}
          </Td>
          <Td at="hidden" className="text-right @max-5xl:hidden">
            {sizeText(point.sizeBytes)}
          </Td>
          <Td at="hidden" className="text-right @max-5xl:hidden">
            {countText(filesTotal)}
          </Td>
          <Td at="first" className="@2xl:pl-4">
            <Standing standing={standing} words={words} />
          </Td>
          <Td at="second-right" className="text-right">
            {point.origin.kind === 'report' && <ReportLink rawReportId={point.origin.reportId} />}
          </Td>
        </Tr>
      ))}
    </Table>
  );
}

function Standing({ standing, words }: { standing: PointStanding; words: Words }) {
  switch (standing.kind) {
    case 'counts':
      return <Mark tone="ok">Counts</Mark>;
    case 'usable':
      return (
        <span className="flex flex-col">
          <Mark tone="ok">Usable</Mark>
          {standing.isStale && <span className="text-ink-3 text-xs">older than the RPO</span>}
        </span>
      );
    case 'rejected':
      return (
        <span className="flex flex-col">
          <Mark tone={standing.reason.code === 'shared-failure-domain' ? 'off' : 'bad'}>Not usable</Mark>
          <span className="text-ink-3 max-w-[34ch] text-xs whitespace-normal">
            {rejectionText(standing.reason, words)}
          </span>
        </span>
      );
  }
}
