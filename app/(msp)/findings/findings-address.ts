import { z } from 'zod';
import { SEVERITIES } from '@/domain/findings/harm';
import { QUEUE_TABS } from '@/domain/findings/queue-tab';
import { QUEUE_GROUPS, type QueueView } from '@/server/data/finding-queue';
import { first, type GivenParameters } from '../list-address';

/** The queue as its address asks for it: filters live there, so that a view can be kept and shared. */
export interface FindingsAddress extends QueueView {
  /** The cause that stands open beside the list. */
  readonly causeId: string | null;
}

const parameters = z.object({
  tab: first.pipe(z.enum(QUEUE_TABS)).catch('open'),
  q: first.pipe(z.string().trim().max(200)).catch(''),
  severity: first.pipe(z.enum(SEVERITIES)).nullable().catch(null),
  client: first.pipe(z.uuid()).nullable().catch(null),
  rule: first
    .pipe(z.string().regex(/^[a-z0-9-]{1,60}$/))
    .nullable()
    .catch(null),
  group: first.pipe(z.enum(QUEUE_GROUPS)).catch('harm'),
  page: first
    .pipe(z.string().regex(/^[1-9]\d{0,2}$/))
    .transform(Number)
    .catch(1),
  cause: first.pipe(z.uuid()).nullable().catch(null),
});

/** Reads the parameters of the queue's address; what is not understood is left at its preset. */
export function readFindingsAddress(given: GivenParameters): FindingsAddress {
  const { q, client, cause, ...view } = parameters.parse(given);
  return { ...view, search: q, clientId: client, causeId: cause };
}

/** The parameters of a view; presets are left out. */
export function findingsQuery(address: FindingsAddress, changed: Partial<FindingsAddress> = {}): string {
  const { tab, search, severity, clientId, rule, group, page, causeId } = { ...address, ...changed };
  const entries = {
    tab: tab === 'open' ? null : tab,
    q: search,
    severity,
    client: clientId,
    rule,
    group: group === 'harm' ? null : group,
    page: page === 1 ? null : String(page),
    cause: causeId,
  };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(entries)) if (value) query.set(name, value);
  return query.toString();
}

/** The address of a view. */
export function findingsHref(address: FindingsAddress, changed: Partial<FindingsAddress> = {}): string {
  const query = findingsQuery(address, changed);
  return query ? `/findings?${query}` : '/findings';
}

/** What of an address makes a view that is kept: filters and groups, not the place within. */
export function keptFindingsQuery(address: FindingsAddress): string {
  return findingsQuery(address, { page: 1, causeId: null });
}
