import { z } from 'zod';
import { AGENT_SORTS, AGENT_STATES, type AgentView } from '@/server/data/agents';

const first = z.preprocess((value) => (Array.isArray(value) ? value[0] : value), z.string());

const parameters = z.object({
  q: first.pipe(z.string().trim().max(200)).catch(''),
  state: first
    .pipe(z.enum([...AGENT_STATES, 'missing']))
    .nullable()
    .catch(null),
  client: first.pipe(z.uuid()).nullable().catch(null),
  sort: first.pipe(z.string().regex(/^-?[a-z]+$/)).catch('state'),
  page: first
    .pipe(z.string().regex(/^[1-9]\d{0,2}$/))
    .transform(Number)
    .catch(1),
});

/** Reads the parameters of the agents' address; what is not understood is left at its preset. */
export function readAgentsAddress(given: Readonly<Record<string, string | string[] | undefined>>): AgentView {
  const { q, state, client, sort, page } = parameters.parse(given);
  const by = AGENT_SORTS.find((name) => name === sort.replace('-', '')) ?? 'state';
  return { search: q, state, clientId: client, sort: by, isReversed: sort.startsWith('-'), page };
}

/** The address of a view; presets are left out. */
export function agentsHref(view: AgentView, changed: Partial<AgentView> = {}): string {
  const { search, state, clientId, sort, isReversed, page } = { ...view, ...changed };
  const query = new URLSearchParams();
  if (search) query.set('q', search);
  if (state) query.set('state', state);
  if (clientId) query.set('client', clientId);
  if (sort !== 'state' || isReversed) query.set('sort', `${isReversed ? '-' : ''}${sort}`);
  if (page > 1) query.set('page', String(page));
  return query.size > 0 ? `/agents?${query}` : '/agents';
}
