import type { PointStanding } from '@/domain/protection/point-standing';
import { durationText, rejectionText, type Words } from '@/domain/protection/sentence';
import type { PointFacts } from '@/domain/protection/facts';
import type { Instant } from '@/domain/time/instant';
import { countText, sizeText } from '../format/amounts';
import { Moment } from '../ui/moment';
import { Table, Td, Th } from '../ui/table';
import { ReportLink } from './report-link';
import { Mark } from './status-mark';

export interface PointRow {
  point: PointFacts;
  repositoryName: string;
  filesTotal: number | null;
  vanishedAt: Instant | null;
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
  return (
    <Table>
      <thead>
        <tr>
          <Th>Id</Th>
          <Th>Repository</Th>
          <Th className="max-md:hidden">Made</Th>
          <Th className="text-right">Age</Th>
          <Th className="text-right max-lg:hidden">Size</Th>
          <Th className="text-right max-lg:hidden">Files</Th>
          <Th className="pl-4">State</Th>
          <Th className="text-right">Report</Th>
        </tr>
      </thead>
      <tbody>
        {points.map(({ point, repositoryName, filesTotal, isBackdated, standing }) => (
          <tr key={point.id}>
            <Td>
              <code title={point.key}>{point.key.slice(0, 8)}</code>
            </Td>
            <Td>{repositoryName}</Td>
            <Td className="max-md:hidden">
              <Moment at={point.takenAt} timeZone={timeZone} now={now} />
              {isBackdated && <span className="text-risk ml-1.5 text-xs">backdated</span>}
            </Td>
            <Td className="text-right">{durationText(now - point.takenAt)}</Td>
            <Td className="text-right max-lg:hidden">{sizeText(point.sizeBytes)}</Td>
            <Td className="text-right max-lg:hidden">{countText(filesTotal)}</Td>
            <Td className="pl-4">
              <Standing standing={standing} words={words} />
            </Td>
            <Td className="text-right">
              {point.origin.kind === 'report' && <ReportLink rawReportId={point.origin.reportId} />}
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function Standing({ standing, words }: { standing: PointStanding; words: Words }) {
  switch (standing.kind) {
    case 'counts':
      return <Mark tone="ok">Counts</Mark>;
    case 'usable':
      return (
        <Mark tone="ok">
          Usable{standing.isStale && <span className="text-ink-3 font-normal">older than RPO</span>}
        </Mark>
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
