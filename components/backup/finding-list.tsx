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
          className="border-line flex min-h-9 items-center gap-x-2.5 border-b py-1.5 max-md:items-start"
        >
          <span className="max-md:pt-1">
            <SeverityShape severity={finding.severity} />
          </span>
          <span className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-2.5">
            <span className="font-medium">{sentenceCase(findingText(finding, words))}</span>
            <code className="text-ink-3">{finding.rule}</code>
          </span>
          <span className="text-ink-3 inline-flex items-center gap-3 tabular-nums max-md:flex-col max-md:items-end max-md:gap-0">
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

/** How many gaps there are, and of how many causes, and how many notes beside them: '3, of 1 cause, 2 notes'. */
export function findingSummary(findings: readonly OpenFinding[]): string {
  const gaps = findings.filter(isGap);
  const causes = new Set(gaps.map((finding) => finding.causeKey)).size;
  const notes = findings.length - gaps.length;
  return [
    gaps.length > 0 && `${gaps.length}, of ${causes} ${causes === 1 ? 'cause' : 'causes'}`,
    notes > 0 && `${notes} ${notes === 1 ? 'note' : 'notes'}`,
  ]
    .filter((part) => part !== false)
    .join(', ');
}

/** A note says what the policy did not ask for: policy and reality agree all the same. */
export function isGap({ severity }: Pick<OpenFinding, 'severity'>): boolean {
  return severity !== 'note';
}
