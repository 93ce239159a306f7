import { z } from 'zod';
import { REPOSITORY_SORTS, type RepositoryView } from '@/server/data/repositories';
import { first, type GivenParameters, listParameters, listQuery, placeOf } from '../list-address';

const parameters = z.object({
  ...listParameters,
  state: first
    .pipe(z.enum(['unreadable', 'low', 'due']))
    .nullable()
    .catch(null),
});

/** Reads the parameters of the repositories' address; what is not understood is left at its preset. */
export function readRepositoriesAddress(given: GivenParameters): RepositoryView {
  const { state, client, ...place } = parameters.parse(given);
  return { ...placeOf(place, REPOSITORY_SORTS), state, clientId: client };
}

/** The address of a view; presets are left out. */
export function repositoriesHref(view: RepositoryView, changed: Partial<RepositoryView> = {}): string {
  const { state, clientId: client, ...place } = { ...view, ...changed };
  const query = listQuery(place, REPOSITORY_SORTS[0], { state, client });
  return query.size > 0 ? `/repositories?${query}` : '/repositories';
}
