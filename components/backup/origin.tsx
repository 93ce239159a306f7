import type { AttributeSource, FactOrigin } from '@/domain/protection/facts';
import type { Words } from '@/domain/protection/sentence';
import { RecordLink } from './record-link';
import { ReportLink } from './report-link';

interface Props {
  origin: FactOrigin | null;
  source?: AttributeSource;
  words: Words;
}

/** Where a fact comes from: the report that said it, the person who declared it, until when, or the record of a restore test. */
export function Origin({ origin, source, words }: Props) {
  return (
    <span className="mt-0.5 flex flex-wrap items-center gap-x-2 text-xs">
      {source && <SourceTag source={source} />}
      {origin?.kind === 'report' && (
        <>
          <ReportLink rawReportId={origin.reportId} />
          <span className="text-ink-3">{words.formatInstant(origin.receivedAt)}</span>
        </>
      )}
      {origin?.kind === 'declaration' && (
        <>
          <a href="#declarations" className="text-accent underline underline-offset-2">
            {origin.by}
          </a>
          <span className="text-ink-3">
            {origin.until === null ? 'until withdrawn' : `until ${words.formatInstant(origin.until)}`}
          </span>
        </>
      )}
      {origin?.kind === 'record' && (
        <>
          <RecordLink recordId={origin.recordId} />
          <span className="text-ink-3">{words.formatInstant(origin.at)}</span>
        </>
      )}
      {origin?.kind === 'preset' && <span className="text-ink-3">preset</span>}
    </span>
  );
}

/** How far a value can be trusted: said by a tool, probed, guessed, or declared by a person. */
export function SourceTag({ source }: { source: AttributeSource }) {
  return (
    <span className="border-line-2 bg-bg text-ink-2 text-11 rounded border px-1.5 leading-4">
      {source === 'tool-reported' ? 'tool-reported' : source}
    </span>
  );
}
