import { z } from 'zod';
import { type RestoreTestsView, TO_DO_STATES } from '@/server/data/restore-tests-screen';
import { first, type GivenParameters, listParameters } from '../list-address';

const { q, client, page } = listParameters;
const parameters = z.object({
  q,
  client,
  page,
  state: first.pipe(z.enum(TO_DO_STATES)).nullable().catch(null),
  month: first
    .pipe(z.string().regex(/^20\d\d-(?:0[1-9]|1[0-2])$/))
    .nullable()
    .catch(null),
});

/** Reads the parameters of the address of restore tests; what is not understood is left at its preset. */
export function readRestoreTestsAddress(given: GivenParameters): RestoreTestsView {
  const { q: search, client: clientId, ...rest } = parameters.parse(given);
  return { search, clientId, ...rest };
}

/** The address of a view; presets are left out. `path`: of the screen, or of what shares its parameters. */
export function restoreTestsHref(
  view: RestoreTestsView,
  changed: Partial<RestoreTestsView> = {},
  path = '/restore-tests',
): string {
  const { search, state, clientId, month, page: at } = { ...view, ...changed };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ q: search, state, client: clientId, month }))
    if (value) query.set(name, value);
  if (at > 1) query.set('page', String(at));
  return query.size > 0 ? `${path}?${query}` : path;
}
