type Given = Readonly<Record<string, string | string[] | undefined>>;

/** What of the companies is shown. */
export interface TicketsAddress {
  /** The ticket system whose companies are shown; null: the first. */
  readonly systemId: string | null;
  /** In the names of clients and the ids of companies; empty: any. */
  readonly search: string;
  readonly isMissing: boolean;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const SEARCH_LENGTH_MAX = 200;

/** What does not fit is left out. */
export function readTicketsAddress(given: Given): TicketsAddress {
  const text = (name: string): string => {
    const value = given[name];
    return typeof value === 'string' ? value : '';
  };
  const systemId = UUID.test(text('system')) ? text('system') : null;
  return {
    systemId,
    search: text('q').trim().slice(0, SEARCH_LENGTH_MAX),
    isMissing: text('show') === 'missing',
  };
}

export function ticketsHref(address: TicketsAddress, changed: Partial<TicketsAddress>): string {
  const { systemId, search, isMissing } = { ...address, ...changed };
  const query = new URLSearchParams({
    ...(systemId !== null && { system: systemId }),
    ...(search !== '' && { q: search }),
    ...(isMissing && { show: 'missing' }),
  });
  return `/settings/tickets${query.size > 0 ? `?${query}` : ''}`;
}
