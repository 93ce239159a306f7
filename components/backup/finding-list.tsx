import { durationText, findingText, type Words } from '@/domain/protection/sentence';
import type { OpenFinding } from '@/domain/protection/verdict';
import type { Instant } from '@/domain/time/instant';
import { Link } from '../ui/link';
import { RecordLink } from './record-link';
import { ReportLink } from './report-link';
import { SeverityShape } from './status-mark';
import { sentenceCase } from '@/domain/text/sentence-case';

interface Props {
  findings: readonly OpenFinding[];
  now: Instant;
  words: Words;
  /** Where the cause of a finding stands in the queue; null: in none yet. */
  causeHrefOf: (finding: OpenFinding) => string | null;
}

/** Open findings, gravest first, each with its rule and since when it holds. */
export function FindingList({ findings, now, words, causeHrefOf }: Props) {
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
            <Told finding={finding} words={words} href={causeHrefOf(finding)} />
            <code className="text-ink-3">{finding.rule}</code>
          </span>
          <span className="text-ink-3 inline-flex items-center gap-3 tabular-nums max-md:flex-col max-md:items-end max-md:gap-0">
            {finding.origin?.kind === 'report' && <ReportLink rawReportId={finding.origin.reportId} />}
            {finding.origin?.kind === 'record' && <RecordLink recordId={finding.origin.recordId} />}
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

function Told({ finding, words, href }: { finding: OpenFinding; words: Words; href: string | null }) {
  const text = sentenceCase(findingText(finding, words));
  if (href === null) return <span className="font-medium">{text}</span>;
  return (
    <Link href={href} className="font-medium hover:underline" title="Its cause in the queue">
      {text}
    </Link>
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
