import { z } from 'zod';
import { STATUSES } from '@/domain/protection/verdict';
import { FLEET_SORTS, type FleetView } from '@/server/data/fleet-clients';

/** The fleet as its address asks for it: filters and order live there, so that a view can be kept and shared. */
export interface FleetAddress extends FleetView {
  readonly open: readonly string[];
}

const first = z.preprocess((value) => (Array.isArray(value) ? value[0] : value), z.string());
const OPEN_MAX = 20;

const parameters = z.object({
  q: first.pipe(z.string().trim().max(200)).catch(''),
  status: first
    .pipe(z.enum([...STATUSES, 'needs-me']))
    .nullable()
    .catch(null),
  sort: first.pipe(z.string().regex(/^-?[a-z]+$/)).catch('status'),
  page: first
    .pipe(z.string().regex(/^[1-9]\d{0,2}$/))
    .transform(Number)
    .catch(1),
  open: first
    .transform((value) => value.split(',').filter((id) => z.uuid().safeParse(id).success))
    .transform((ids) => ids.slice(0, OPEN_MAX))
    .catch([]),
});

/** Reads the parameters of the fleet's address; what is not understood is left at its preset. */
export function readFleetAddress(
  given: Readonly<Record<string, string | string[] | undefined>>,
): FleetAddress {
  const { q, status, sort, page, open } = parameters.parse(given);
  const by = FLEET_SORTS.find((name) => name === sort.replace('-', '')) ?? 'status';
  return { search: q, status, sort: by, isReversed: sort.startsWith('-'), page, open };
}

/** The address of a view; presets are left out. */
export function fleetHref(address: FleetAddress, changed: Partial<FleetAddress> = {}): string {
  const { search, status, sort, isReversed, page, open } = { ...address, ...changed };
  const query = new URLSearchParams();
  if (search) query.set('q', search);
  if (status) query.set('status', status);
  if (sort !== 'status' || isReversed) query.set('sort', `${isReversed ? '-' : ''}${sort}`);
  if (page > 1) query.set('page', String(page));
  if (open.length > 0) query.set('open', open.join(','));
  const text = query.toString().replaceAll('%2C', ',');
  return text ? `/?${text}` : '/';
}

/** What of an address makes a view that is kept: filters and order, not the place within. */
export function fleetQuery(address: FleetAddress): string {
  return fleetHref(address, { page: 1, open: [] }).slice(2);
}

/** Where the same view is had as CSV, all of its pages. */
export function fleetCsvHref(address: FleetAddress): string {
  return `/api/v1/fleet/csv${fleetHref(address, { page: 1, open: [] }).slice(1)}`;
}
