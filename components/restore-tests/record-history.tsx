import type { RecordAmendment } from '@/domain/restore-test/record';
import type { Instant } from '@/domain/time/instant';
import { Moment } from '../ui/moment';

export type ShownAmendment = RecordAmendment & { readonly amendmentId: string };

const FIELD_WORD: Readonly<Record<string, string>> = {
  level: 'level',
  result: 'result',
  method: 'method',
  scope: 'scope',
  checks: 'criteria',
  anomalies: 'anomalies',
  exceptions: 'exceptions',
  lessons: 'lessons',
  malwareScan: 'malware scan',
  failure: 'follow-up of the failure',
  attachments: 'attachments',
};

/** What was said of a record since it was made, oldest first: nothing of it is ever taken away. */
export function RecordHistory({
  amendments,
  timeZone,
  now,
}: {
  amendments: readonly ShownAmendment[];
  timeZone: string;
  now: Instant;
}) {
  if (amendments.length === 0)
    return <p className="text-13 text-ink-3">Nothing was said of it since it was made.</p>;
  return (
    <ol className="border-line-2 text-13 border-t">
      {amendments.map((one) => (
        <li key={one.amendmentId} className="border-line border-b py-1.5">
          <span className="font-medium">{one.by.name}</span> {deedOf(one)},{' '}
          <Moment at={one.at} timeZone={timeZone} now={now} className="text-ink-3" />
          {wordsOf(one) !== null && (
            <p className="text-ink-2 max-w-[80ch] whitespace-pre-line">{wordsOf(one)}</p>
          )}
        </li>
      ))}
    </ol>
  );
}

function deedOf(one: ShownAmendment): string {
  if (one.kind === 'review') return one.decision === 'accepted' ? 'accepted it' : 'rejected it';
  const fields = Object.keys(one.fields).map((field) => FIELD_WORD[field] ?? field);
  const { level, result } = one.fields;
  const told = [
    typeof level === 'string' && `now ${level}`,
    typeof result === 'string' && `now ${result}`,
  ].filter(Boolean);
  return `corrected: ${fields.join(', ')}${told.length > 0 ? ` (${told.join(', ')})` : ''}`;
}

function wordsOf(one: ShownAmendment): string | null {
  return one.kind === 'review' ? one.comment : one.reason;
}
