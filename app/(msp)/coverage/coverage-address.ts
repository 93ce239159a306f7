import { z } from 'zod';
import { COVERAGE_FILTERS, COVERAGE_SORTS, type CoverageView } from '@/server/data/coverage-screen';
import { first, type GivenParameters, listParameters, listQuery, placeOf } from '../list-address';

const parameters = z.object({
  ...listParameters,
  state: first.pipe(z.enum(COVERAGE_FILTERS)).nullable().catch(null),
});

/** Reads the parameters of the coverage's address; what is not understood is left at its preset. */
export function readCoverageAddress(given: GivenParameters): CoverageView {
  const { state, client, ...place } = parameters.parse(given);
  return { ...placeOf(place, COVERAGE_SORTS), state, clientId: client };
}

/** The address of a view; presets are left out. `path`: of the screen, or of what shares its parameters. */
export function coverageHref(
  view: CoverageView,
  changed: Partial<CoverageView> = {},
  path = '/coverage',
): string {
  const { state, clientId: client, ...place } = { ...view, ...changed };
  const query = listQuery(place, COVERAGE_SORTS[0], { state, client });
  return query.size > 0 ? `${path}?${query}` : path;
}
