import { SendButton } from '../forms/send-button';
import { TextLink } from '../ui/text-link';
import { TOUR_HREF } from './tour-stops';

/** Offers the tour to who has not seen it, once, and in no way of anything. */
export function TourOffer() {
  return (
    <aside
      aria-label="Tour"
      className="border-line text-13 text-ink-2 mb-4 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md border px-3 py-1.5 print:hidden"
    >
      <span>New here? The tour has four stops and takes a minute.</span>
      <TextLink href={TOUR_HREF} className="font-medium">
        Take the tour
      </TextLink>
      <span className="ml-auto">
        <SendButton
          method="PUT"
          address="/api/v1/tour"
          body={{ how: 'skipped' }}
          label="No tour, and do not offer it again"
          done="The tour is under Go to, whenever you like."
        >
          No, thanks
        </SendButton>
      </span>
    </aside>
  );
}
