import { reasonText, type Words } from '@/domain/protection/sentence';
import type { Status, StatusReason } from '@/domain/protection/verdict';
import type { Instant } from '@/domain/time/instant';
import { sentenceCase } from '@/domain/text/sentence-case';
import { clockText } from '../format/words';
import { TextLink } from '../ui/text-link';
import { STATUS_WORD, StatusShape } from './status-mark';

interface Props {
  changes: readonly { at: Instant; from: Status | null; to: Status; reasons: readonly StatusReason[] }[];
  timeZone: string;
  words: Words;
  /** Where the verdict of an instant is shown. */
  hrefOf: (at: Instant) => string;
}

/** How a system's status changed on a day, with the reasons that were kept of it. */
export function DayChanges({ changes, timeZone, words, hrefOf }: Props) {
  return (
    <ul className="border-line-2 text-13 border-t">
      {changes.map(({ at, from, to, reasons }) => (
        <li key={at} className="border-line flex min-h-9 items-center gap-2 border-b py-1.5">
          <TextLink
            href={hrefOf(at)}
            className="w-11 flex-none tabular-nums"
            aria-label={`${clockText(at, timeZone)}: the verdict of that moment`}
          >
            {clockText(at, timeZone)}
          </TextLink>
          {from === null ? <span className="text-ink-3">first seen</span> : <StatusShape status={from} />}
          <span className="text-ink-3" aria-hidden="true">
            →
          </span>
          <span className="sr-only">became</span>
          <StatusShape status={to} />
          <span className="min-w-0">
            <span className="font-medium">{STATUS_WORD[to]}</span>{' '}
            <span className="text-ink-2">
              {sentenceCase(
                reasons
                  .map((reason) => reasonText(reason, { evaluatedAt: at, digits: null, findings: [] }, words))
                  .join('; '),
              )}
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}
