import { z } from 'zod';
import { FLEET_COLUMNS, type FleetColumn } from '@/components/backup/fleet-columns';
import { STATUSES } from '@/domain/protection/verdict';
import { FLEET_SORTS, type FleetView } from '@/server/data/fleet-clients';
import { first, type GivenParameters, listParameters, listQuery, placeOf } from './list-address';

/** The fleet as its address asks for it: filters and order live there, so that a view can be kept and shared. */
export interface FleetAddress extends FleetView {
  readonly open: readonly string[];
  /** Columns that are left out, in the table's order. */
  readonly without: readonly FleetColumn[];
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
  without: first
    .transform((value) => value.split(','))
    .transform((names) => FLEET_COLUMNS.filter((column) => names.includes(column)))
    .catch([]),
});

/** Reads the parameters of the fleet's address; what is not understood is left at its preset. */
export function readFleetAddress(given: GivenParameters): FleetAddress {
  const { status, open, without, ...place } = parameters.parse(given);
  return { ...placeOf(place, FLEET_SORTS), status, open, without };
}

/** The address of a view; presets are left out. */
export function fleetHref(address: FleetAddress, changed: Partial<FleetAddress> = {}): string {
  const { status, open, without, ...place } = { ...address, ...changed };
  const query = listQuery(place, FLEET_SORTS[0], { status });
  if (without.length > 0) query.set('without', without.join(','));
  if (open.length > 0) query.set('open', open.join(','));
  const text = query.toString().replaceAll('%2C', ',');
  return text ? `/?${text}` : '/';
}

/** What of an address makes a view that is kept: filters, order and columns, not the place within. */
export function fleetQuery(address: FleetAddress): string {
  return fleetHref(address, { page: 1, open: [] }).slice(2);
}

/** Where the same view is had as CSV, all of its pages. */
export function fleetCsvHref(address: FleetAddress): string {
  return `/api/v1/fleet/csv${fleetHref(address, { page: 1, open: [], without: [] }).slice(1)}`;
}
