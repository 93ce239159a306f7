/** The parameter of an address that says at which stop of the tour somebody is. */
export const TOUR_PARAMETER = 'tour';

/** Where the tour begins. */
export const TOUR_HREF = `/?${TOUR_PARAMETER}=1`;

interface TourStop {
  readonly title: string;
  readonly text: string;
  /** What is meant, as far as it is there. */
  readonly selector: string;
  /** `system`: the page of the system that is worst. */
  readonly at: '/' | '/findings' | 'system' | '/reports';
}

/** The stops of the tour, on the real screens. */
export const TOUR_STOPS: readonly TourStop[] = [
  {
    title: 'Who needs me now',
    text: 'Clients stand here, worst first. Each row says why in words, and its bar shows thirty days: good days are low, bad ones tall. An arrow opens a row to its systems.',
    selector: '#content table',
    at: '/',
  },
  {
    title: 'One cause, one row',
    text: 'However many systems a cause concerns, it is one row here. Acknowledge, assign, snooze or waive it, with the mouse or by keys: ? lists them.',
    selector: '#content table',
    at: '/findings',
  },
  {
    title: 'Why, since when, and what to do',
    text: 'The sentence on top is the verdict. Under it stand the copies that count and those that do not, each with its reason, and everything leads back to the report that it came from.',
    selector: '[data-testid=verdict-sentence]',
    at: 'system',
  },
  {
    title: 'Proof for others',
    text: 'Signed reports, certificates and evidence packs are made here. Anybody can check one at “Verify a document”, without having to trust you or us.',
    selector: '#content h1',
    at: '/reports',
  },
];

/**
 * The addresses of the stops, in their order. `systemId` null: there is no system yet, and no stop at one.
 */
export function tourHrefs(systemId: string | null): { readonly stop: TourStop; readonly href: string }[] {
  return TOUR_STOPS.filter(({ at }) => at !== 'system' || systemId !== null).map((stop) => ({
    stop,
    href: `${stop.at === 'system' ? `/systems/${systemId}` : stop.at}?${TOUR_PARAMETER}=${TOUR_STOPS.indexOf(stop) + 1}`,
  }));
}
