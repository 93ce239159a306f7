import { durationText } from '@/domain/protection/sentence';
import type { Instant } from '@/domain/time/instant';
import { exactText } from '../format/words';

/** How long ago something was; exact on hover. */
export function Duration({ since, now, timeZone }: { since: Instant; now: Instant; timeZone: string }) {
  return (
    <time dateTime={new Date(since).toISOString()} title={`since ${exactText(since, timeZone)}`}>
      {durationText(now - since)}
    </time>
  );
}
