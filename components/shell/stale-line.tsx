import type { Instant } from '@/domain/time/instant';
import { durationText } from '@/domain/protection/sentence';
import { counted } from '../format/amounts';

interface Props {
  since: Instant;
  waitingReports: number;
  now: Instant;
}

/** Says that Holdfast itself is behind: what was green may not be, so it is shown as unknown. */
export function StaleLine({ since, waitingReports, now }: Props) {
  const what =
    waitingReports > 0 ? `${counted(waitingReports, 'report')} wait to be processed` : 'verdicts are overdue';
  return (
    <p role="alert" className="bg-risk-bg text-risk text-13 px-4 py-1.5 font-medium lg:px-6">
      Holdfast is behind by {durationText(now - since)}: {what}. What may have changed since is shown as
      unknown.
    </p>
  );
}
