import { durationText, findingText, type Words } from '@/domain/protection/sentence';
import type { OpenFinding } from '@/domain/protection/verdict';
import type { Instant } from '@/domain/time/instant';
import { ReportLink } from './report-link';
import { SeverityShape } from './status-mark';
import { sentenceCase } from '../format/sentence-case';

interface Props {
  findings: readonly OpenFinding[];
  now: Instant;
  words: Words;
}

/** Open findings, gravest first, each with its rule and since when it holds. */
export function FindingList({ findings, now, words }: Props) {
  const order = { critical: 0, warning: 1, note: 2 } as const;
  const sorted = findings.toSorted((a, b) => order[a.severity] - order[b.severity] || a.since - b.since);
  return (
    <ul className="border-line-2 text-13 border-t">
      {sorted.map((finding) => (
        <li
          key={`${finding.rule} ${finding.subject.id}`}
          className="border-line flex min-h-9 flex-wrap items-center gap-x-2.5 border-b py-1.5"
        >
          <SeverityShape severity={finding.severity} />
          <span className="font-medium">{sentenceCase(findingText(finding, words))}</span>
          <code className="text-ink-3">{finding.rule}</code>
          <span className="text-ink-3 ml-auto inline-flex items-center gap-3 tabular-nums">
            {finding.origin?.kind === 'report' && <ReportLink rawReportId={finding.origin.reportId} />}
            <time
              dateTime={new Date(finding.since).toISOString()}
              title={`since ${words.formatInstant(finding.since)}`}
            >
              {durationText(now - finding.since)}
            </time>
          </span>
        </li>
      ))}
    </ul>
  );
}

/** How many findings there are, and of how many causes. */
export function findingSummary(findings: readonly OpenFinding[]): string {
  const causes = new Set(findings.map((finding) => finding.causeKey)).size;
  return `${findings.length}, of ${causes} ${causes === 1 ? 'cause' : 'causes'}`;
}
