import type { TicketKind, TicketSettings } from '@/domain/tickets/ticket-settings';

type Rest = Extract<TicketSettings, { kind: 'rest-tickets' }>;
type ConnectWise = Extract<TicketSettings, { kind: 'connectwise' }>;

/** The requests of a plain ticket system, in the order in which they are asked for. */
export const REST_REQUESTS = ['open', 'update', 'close', 'reopen', 'find', 'test'] as const;
export type RestRequestName = (typeof REST_REQUESTS)[number];

const json = (value: unknown): string => JSON.stringify(value, null, 2);
const NOTE = json({ text: '{{note}}' });

/** What a new plain ticket system begins with: an example to change, whose addresses are still missing. */
export const REST_EXAMPLE: Rest = {
  kind: 'rest-tickets',
  secretHeaders: '',
  open: {
    method: 'POST',
    url: '',
    headers: '',
    body: json({
      title: '{{summary}}',
      description: '{{description}}',
      company: '{{companyId}}',
      external_id: '{{key}}',
    }),
    idPath: 'id',
    linkAt: '',
  },
  update: { method: 'POST', url: '', headers: '', body: NOTE },
  close: { method: 'PATCH', url: '', headers: '', body: json({ status: 'closed', note: '{{note}}' }) },
  reopen: { method: 'PATCH', url: '', headers: '', body: json({ status: 'open', note: '{{note}}' }) },
  find: null,
  test: { method: 'GET', url: '', headers: '', body: '' },
};

export const CONNECTWISE_EXAMPLE: ConnectWise = {
  kind: 'connectwise',
  siteUrl: '',
  company: '',
  publicKey: '',
  privateKey: '',
  clientId: '',
  board: '',
  openStatus: 'Re-opened',
  closedStatus: 'Closed',
};

/** What the dialog of a ticket system says, as the routes take it. */
export function ticketSystemIn(form: FormData, kind: TicketKind): { name: string; settings: unknown } {
  const text = (name: string): string => {
    const value = form.get(name);
    return typeof value === 'string' ? value : '';
  };
  const name = text('name');
  if (kind === 'connectwise') {
    const fields = Object.keys(CONNECTWISE_EXAMPLE).filter((field) => field !== 'kind');
    return { name, settings: { kind, ...Object.fromEntries(fields.map((field) => [field, text(field)])) } };
  }
  const requestIn = (of: RestRequestName) => ({
    method: text(`${of}.method`),
    url: text(`${of}.url`),
    headers: text(`${of}.headers`),
    body: text(`${of}.body`),
  });
  const withTicket = (of: 'open' | 'find') => ({
    ...requestIn(of),
    idPath: text(`${of}.idPath`),
    linkAt: text(`${of}.linkAt`),
  });
  return {
    name,
    settings: {
      kind,
      secretHeaders: text('secretHeaders'),
      open: withTicket('open'),
      update: requestIn('update'),
      close: requestIn('close'),
      reopen: requestIn('reopen'),
      find: text('canFind') === 'yes' ? withTicket('find') : null,
      test: requestIn('test'),
    },
  };
}
