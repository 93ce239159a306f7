import { z } from 'zod';
import { AGENT_SORTS, AGENT_STATES, type AgentView } from '@/server/data/agents';
import { first, type GivenParameters, listParameters, listQuery, placeOf } from '../list-address';

const parameters = z.object({
  ...listParameters,
  state: first
    .pipe(z.enum([...AGENT_STATES, 'missing']))
    .nullable()
    .catch(null),
});

/** Reads the parameters of the agents' address; what is not understood is left at its preset. */
export function readAgentsAddress(given: GivenParameters): AgentView {
  const { state, client, ...place } = parameters.parse(given);
  return { ...placeOf(place, AGENT_SORTS), state, clientId: client };
}

/** The address of a view; presets are left out. */
export function agentsHref(view: AgentView, changed: Partial<AgentView> = {}): string {
  const { state, clientId: client, ...place } = { ...view, ...changed };
  const query = listQuery(place, AGENT_SORTS[0], { state, client });
  return query.size > 0 ? `/agents?${query}` : '/agents';
}
