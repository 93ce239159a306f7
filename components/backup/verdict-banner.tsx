import { clsx } from 'clsx';
import { Link } from '../ui/link';
import {
  durationText,
  nextSentence,
  smallestChangeSentence,
  verdictSentence,
  type Words,
} from '@/domain/protection/sentence';
import type { Status, Verdict } from '@/domain/protection/verdict';
import type { Instant } from '@/domain/time/instant';
import { StatusMark } from './status-mark';

const EDGE: Readonly<Record<Status, string>> = {
  'non-compliant': 'border-bad-g',
  unknown: 'border-unk-g',
  'at-risk': 'border-risk-g',
  compliant: 'border-ok-g',
};

interface Props {
  status: Status;
  since: Instant;
  verdict: Verdict;
  words: Words;
  /** Where the facts behind it are shown. */
  whyHref: string;
}

/** The answer in words: how it stands, since when, the smallest change, and what gets worse next. */
export function VerdictBanner({ status, since, verdict, words, whyHref }: Props) {
  const change = smallestChangeSentence(verdict);
  const next = nextSentence(verdict, words);
  return (
    <div className={clsx('my-4 border-l-[3px] pl-3.5', EDGE[status])}>
      <p className="text-13 flex flex-wrap items-center gap-x-2.5 gap-y-0.5">
        <StatusMark status={status} isBadge />
        <span className="text-ink-3">
          since {words.formatInstant(since)} ({durationText(verdict.evaluatedAt - since)})
        </span>
        <Link href={whyHref} scroll={false} className="text-accent font-medium hover:underline">
          Why?
        </Link>
      </p>
      <p className="mt-1.5 mb-1 text-xl font-semibold tracking-tight" data-testid="verdict-sentence">
        {verdictSentence(verdict, words)}
      </p>
      {change && <ChangeLine sentence={change} />}
      {next && <p className="text-13 text-ink-3 mt-0.5">{next}</p>}
    </div>
  );
}

function ChangeLine({ sentence }: { sentence: string }) {
  const [label, ...rest] = sentence.split(': ');
  return (
    <p className="text-ink-2 max-w-[82ch]">
      <b className="text-ink font-semibold">{label}:</b> {rest.join(': ')}
    </p>
  );
}
