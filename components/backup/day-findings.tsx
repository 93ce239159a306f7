import { findingText, type Words } from '@/domain/protection/sentence';
import type { OpenFinding } from '@/domain/protection/verdict';
import type { Instant } from '@/domain/time/instant';
import { sentenceCase } from '@/domain/text/sentence-case';
import { clockText } from '../format/words';
import { ReportLink } from './report-link';
import { SeverityShape } from './status-mark';

interface DayFinding extends Pick<OpenFinding, 'rule' | 'severity' | 'subject' | 'detail'> {
  dataSetName: string;
  openedAt: Instant;
  closedAt: Instant | null;
  rawReportId: string | null;
}

interface Props {
  findings: readonly DayFinding[];
  day: { startsAt: Instant; endsAt: Instant };
  timeZone: string;
  words: Words;
}

/** Findings that were opened or closed on a day, and when. */
export function DayFindings({ findings, day, timeZone, words }: Props) {
  const within = (at: Instant | null): at is Instant => at !== null && at >= day.startsAt && at < day.endsAt;
  return (
    <ul className="border-line-2 text-13 border-t">
      {findings.map((finding) => (
        <li
          key={`${finding.dataSetName} ${finding.rule} ${finding.subject.id} ${finding.openedAt}`}
          className="border-line flex min-h-9 items-center gap-x-2.5 border-b py-1.5"
        >
          <SeverityShape severity={finding.severity} />
          <span className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-2.5">
            <span className="font-medium">{sentenceCase(findingText(finding, words))}</span>
            <code className="text-ink-3">{finding.rule}</code>
          </span>
          {finding.rawReportId && <ReportLink rawReportId={finding.rawReportId} />}
          <span className="text-ink-3 tabular-nums">
            {[
              within(finding.openedAt) && `opened ${clockText(finding.openedAt, timeZone)}`,
              within(finding.closedAt) && `closed ${clockText(finding.closedAt, timeZone)}`,
            ]
              .filter(Boolean)
              .join(', ')}
          </span>
        </li>
      ))}
    </ul>
  );
}
