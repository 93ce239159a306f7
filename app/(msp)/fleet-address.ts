import { z } from 'zod';
import { STATUSES } from '@/domain/protection/verdict';
import { FLEET_SORTS, type FleetView } from '@/server/data/fleet-clients';
import { first, type GivenParameters, listParameters, listQuery, placeOf } from './list-address';

/** The fleet as its address asks for it: filters and order live there, so that a view can be kept and shared. */
export interface FleetAddress extends FleetView {
  readonly open: readonly string[];
}

const OPEN_MAX = 20;

const parameters = z.object({
  ...listParameters,
  status: first
    .pipe(z.enum([...STATUSES, 'needs-me']))
    .nullable()
    .catch(null),
  open: first
    .transform((value) => value.split(',').filter((id) => z.uuid().safeParse(id).success))
    .transform((ids) => ids.slice(0, OPEN_MAX))
    .catch([]),
});

/** Reads the parameters of the fleet's address; what is not understood is left at its preset. */
export function readFleetAddress(given: GivenParameters): FleetAddress {
  const { status, open, ...place } = parameters.parse(given);
  return { ...placeOf(place, FLEET_SORTS), status, open };
}

/** The address of a view; presets are left out. */
export function fleetHref(address: FleetAddress, changed: Partial<FleetAddress> = {}): string {
  const { status, open, ...place } = { ...address, ...changed };
  const query = listQuery(place, FLEET_SORTS[0], { status });
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
