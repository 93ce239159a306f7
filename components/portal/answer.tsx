import { clientSentence } from '@/domain/portal/client-sentence';
import { durationText, verdictSentence } from '@/domain/protection/sentence';
import type { StatusCounts } from '@/domain/protection/system-status';
import { STATUSES, type Status, type Verdict } from '@/domain/protection/verdict';
import type { Instant } from '@/domain/time/instant';
import { STATUS_WORD, StatusMark, StatusShape } from '../backup/status-mark';
import { counted } from '../format/amounts';
import { plainWordsIn } from '../format/words';
import { Moment } from '../ui/moment';

/** A system that is not protected as agreed. */
interface TroubledSystem {
  readonly systemId: string;
  readonly name: string;
  readonly status: Status;
  /** null: it was never judged, or what was judged is too old to be relied on. */
  readonly verdict: Verdict | null;
}

interface Props {
  counts: StatusCounts;
  troubled: readonly TroubledSystem[];
  /** When the newest report arrived; null: none did. */
  newestReportAt: Instant | null;
  /** Systems of which reports or verdicts wait, and which are therefore shown as unknown. */
  laggingCount: number;
  timeZone: string;
  now: Instant;
}

/** How many marks are drawn one by one. */
const MARKS_MAX = 60;

/** 'Are we protected?' in one sentence, with what is wrong and what the sentence rests on. */
export function Answer({ counts, troubled, newestReportAt, laggingCount, timeZone, now }: Props) {
  const total = STATUSES.reduce((sum, status) => sum + counts[status], 0);
  const shown = STATUSES.toReversed().filter((status) => counts[status] > 0);
  return (
    <section aria-labelledby="answer" className="border-line bg-bg rounded-lg border">
      <div className="p-4 sm:p-5">
        <div className="text-ink-3 flex flex-wrap justify-between gap-x-4 text-xs">
          <p className="text-ink font-medium">Are we protected?</p>
          <p>
            <Moment at={now} timeZone={timeZone} now={now} />, {timeZone}
          </p>
        </div>
        <h1 id="answer" className="mt-2 max-w-[34ch] text-2xl leading-8 font-semibold text-balance">
          {clientSentence(counts)}
        </h1>
        {total > 0 && total <= MARKS_MAX && (
          <p aria-hidden="true" className="mt-3 flex flex-wrap gap-1.5">
            {shown.flatMap((status) =>
              Array.from({ length: counts[status] }, (_, index) => (
                <StatusShape key={`${status}-${index}`} status={status} size={13} />
              )),
            )}
          </p>
        )}
        <ul className="text-13 mt-3 flex flex-wrap gap-x-4 gap-y-1">
          {shown.map((status) => (
            <li key={status} className="inline-flex items-center gap-1.5">
              <span aria-hidden="true" className="inline-flex">
                <StatusShape status={status} size={10} />
              </span>
              <span className="tabular-nums">{counts[status]}</span> {STATUS_WORD[status].toLowerCase()}
            </li>
          ))}
        </ul>
      </div>
      {troubled.length > 0 && (
        <ul className="border-line divide-line divide-y border-t">
          {troubled.map((system) => (
            <li key={system.systemId} className="px-4 py-3 sm:px-5">
              <p className="flex flex-wrap items-center gap-x-2.5 gap-y-0.5">
                <span className="font-medium [overflow-wrap:anywhere]">{system.name}</span>
                <span className="text-13">
                  <StatusMark status={system.status} />
                </span>
              </p>
              <p className="text-13 text-ink-2 mt-0.5 max-w-[75ch] [overflow-wrap:anywhere]">
                {whyOf(system, timeZone, now)}
              </p>
            </li>
          ))}
          {total - counts.compliant > troubled.length && (
            <li className="text-13 text-ink-3 px-4 py-3 sm:px-5">
              and {counted(total - counts.compliant - troubled.length, 'system')} more
            </li>
          )}
        </ul>
      )}
      <p className="border-line bg-bg-2 text-13 text-ink-2 rounded-b-lg border-t px-4 py-3 sm:px-5">
        {groundText({ total, newestReportAt, laggingCount, now })}
      </p>
    </section>
  );
}

function whyOf({ status, verdict }: TroubledSystem, timeZone: string, now: Instant): string {
  if (verdict === null) return 'Nothing was ever judged of it.';
  // Shown as unknown though it was judged otherwise: what was judged is too old.
  if (verdict.status !== status) return 'What is known of it is too old to be relied on.';
  return verdictSentence(verdict, plainWordsIn(timeZone, now));
}

function groundText(given: {
  total: number;
  newestReportAt: Instant | null;
  laggingCount: number;
  now: Instant;
}): string {
  const { total, newestReportAt, laggingCount, now } = given;
  if (newestReportAt === null) return 'No machine of yours has sent a report yet.';
  const age = durationText(now - newestReportAt);
  const basis = `Worked out from the reports of ${total === 1 ? 'your system' : `all ${total} systems`}. The newest report arrived ${age} ago.`;
  if (laggingCount === 0) return basis;
  return `${basis} Holdfast itself is behind with ${counted(laggingCount, 'system')}: what may have changed is shown as unknown.`;
}
