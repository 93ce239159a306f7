import { rejectionText, verdictSentence, type Words } from '@/domain/protection/sentence';
import type { CopyVerdict, Status, Verdict } from '@/domain/protection/verdict';
import { ReportLink } from './report-link';
import { StatusMark } from './status-mark';
import { DigitTiles } from './digits';

/** How a system stood at an instant, as far as it can be known. */
export type PastStanding =
  | { kind: 'not-kept'; keptSince: Date }
  | { kind: 'not-known-then' }
  | { kind: 'renamed-since' }
  | { kind: 'no-policy' }
  | {
      kind: 'judged';
      status: Status;
      policyVersion: number;
      dataSets: readonly { dataSetId: string; name: string; verdict: Verdict }[];
    };

/** The verdicts of an instant, reached again from what was known then; what is not known is said, never guessed. */
export function PastVerdict({ standing, words }: { standing: PastStanding; words: Words }) {
  if (standing.kind !== 'judged')
    return <p className="text-13 text-ink-3 max-w-[76ch]">{unknownText(standing, words)}</p>;
  return (
    <>
      <p className="text-13 text-ink-3 mb-2 flex flex-wrap items-center gap-x-2.5">
        <StatusMark status={standing.status} isBadge />
        reached again from the facts known then, by policy version {standing.policyVersion}
      </p>
      <p className="text-ink-3 mb-3 max-w-[76ch] text-xs">
        Not kept of that time, so that nothing is told of it here: sizes, free space, the tools’ own rules of
        retention, and what machines say of their clocks and tools.
      </p>
      <ul className="grid grid-cols-[minmax(0,1fr)] gap-5">
        {standing.dataSets.map(({ dataSetId, name, verdict }) => (
          <li key={dataSetId}>
            <p className="mb-2">
              <span className="text-ink-3 text-13">{name}</span>
              <span className="block font-semibold">{verdictSentence(verdict, words)}</span>
            </p>
            <DigitTiles verdict={verdict} />
            <ul className="text-13 mt-2">
              {verdict.copies.map((copy) => (
                <Copy key={copy.repositoryId} copy={copy} copies={verdict.copies} words={words} />
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </>
  );
}

interface CopyProps {
  copy: CopyVerdict;
  copies: readonly CopyVerdict[];
  words: Words;
}

function Copy({ copy, copies, words }: CopyProps) {
  const [rejection] = copy.rejections;
  const { point } = copy;
  return (
    <li className="border-line flex min-h-8 flex-wrap items-center gap-x-2 border-b py-1">
      <span className="font-medium">{copy.repositoryName}</span>
      <span className="text-ink-2 min-w-0 flex-1">
        {copy.isCounted && point && `counted: taken ${words.formatInstant(point.takenAt)}`}
        {!copy.isCounted &&
          `did not count: it ${rejection ? rejectionText(rejection, words, copies) : 'had no point'}`}
      </span>
      {point?.origin.kind === 'report' && <ReportLink rawReportId={point.origin.reportId} />}
    </li>
  );
}

function unknownText(standing: Exclude<PastStanding, { kind: 'judged' }>, words: Words): string {
  switch (standing.kind) {
    case 'not-kept':
      return `Not known: facts of that time were replaced by later reports. What reports replace is kept since ${words.formatInstant(standing.keptSince.getTime())}; the status above is the one that was stored then.`;
    case 'not-known-then':
      return 'No data: nothing had been reported of it then.';
    case 'renamed-since':
      return 'Not known: this system was merged with another, or taken apart again, since then, and which reports counted as its own at that time is not kept. The status above is the one that was stored then.';
    case 'no-policy':
      return 'Not known: no policy was in force then.';
  }
}
