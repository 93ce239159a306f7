import { DAY, type Instant } from '../time/instant';
import { instantAt } from '../time/zoned-day';

/** A period of whole days as instants in a zone: [from, to). `firstDay` and `lastDay` (YYYY-MM-DD) both belong to it. */
export function periodIn(
  timeZone: string,
  { firstDay, lastDay }: { readonly firstDay: string; readonly lastDay: string },
): { from: Instant; to: Instant } {
  return {
    from: instantAt(Date.parse(`${firstDay}T00:00:00Z`), timeZone),
    to: instantAt(Date.parse(`${lastDay}T00:00:00Z`) + DAY, timeZone),
  };
}
