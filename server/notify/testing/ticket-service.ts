import http, { type IncomingMessage } from 'node:http';

/** A ticket as the service has it. */
interface ServedTicket {
  readonly id: string;
  readonly key: string;
  readonly company: string;
  readonly summary: string;
  readonly description: string;
  status: string;
  readonly notes: string[];
}

/** How a request is answered instead: `status`, or not at all. `isDone`: it does first what it was asked. */
interface Trouble {
  readonly on: RegExp;
  readonly status: number | null;
  readonly answer?: string;
  readonly isDone?: boolean;
}

export interface TicketService {
  readonly url: string;
  readonly tickets: ServedTicket[];
  /** 'POST /tickets' and so on, in the order they came. */
  readonly asked: string[];
  /** Bodies and headers of the same requests. */
  readonly requests: { readonly headers: IncomingMessage['headers']; readonly body: unknown }[];
  readonly companies: Set<string>;
  /** While set, what fits it is answered so. */
  trouble: Trouble | null;
  close(): Promise<void>;
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
}
interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const CONNECTWISE = '/v4_6_release/apis/3.0';
const BASIC = `Basic ${Buffer.from('holdfast+public:private').toString('base64')}`;

/**
 * A ticket service on loopback: under `/tickets` a plain one with a bearer token, under ConnectWise Manage's own paths what its public
 * documentation says. It keeps what it is given.
 */
export async function openTicketService(): Promise<TicketService> {
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const asked = askedOf(request, Buffer.concat(chunks).toString('utf8'));
      const line = `${asked.method} ${asked.path}`;
      service.asked.push(line);
      service.requests.push({ headers: asked.headers, body: asked.body });
      const trouble = service.trouble?.on.test(line) ? service.trouble : null;
      const answer =
        trouble === null || trouble.isDone ? answerTo(service, asked) : { status: 0, body: null };
      if (trouble?.status === null) return;
      const body = trouble ? (trouble.answer ?? '') : JSON.stringify(answer.body);
      response.writeHead(trouble?.status ?? answer.status, { 'content-type': 'application/json' });
      response.end(body);
    });
  });
  const service: TicketService = {
    url: '',
    tickets: [],
    asked: [],
    requests: [],
    companies: new Set(['4711']),
    trouble: null,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return Object.assign(service, { url: `http://127.0.0.1:${address.port}` });
}

function askedOf(request: IncomingMessage, text: string): Asked {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
  return {
    method: request.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    body,
  };
}

function answerTo(service: TicketService, asked: Asked): Answer {
  return asked.path.startsWith(CONNECTWISE)
    ? connectWiseAnswer(service, { ...asked, path: asked.path.slice(CONNECTWISE.length) })
    : plainAnswer(service, asked);
}

function add(service: TicketService, ticket: Omit<ServedTicket, 'id' | 'notes'>): ServedTicket {
  const made = { ...ticket, id: String(1000 + service.tickets.length + 1), notes: [] };
  service.tickets.push(made);
  return made;
}

function plainAnswer(service: TicketService, { method, path, query, headers, body }: Asked): Answer {
  if (headers.authorization !== 'Bearer t0ken') return { status: 401, body: { error: 'who are you?' } };
  if (path === '/me') return { status: 200, body: { name: 'Holdfast', may: ['open', 'close'] } };
  if (path === '/tickets' && method === 'GET')
    return {
      status: 200,
      body: {
        results: service.tickets.filter(({ key }) => key === query.get('key')).map(({ id }) => ({ id })),
      },
    };
  if (path === '/tickets' && method === 'POST') {
    const { title, text, company, key } = body as Record<string, string>;
    if (!service.companies.has(String(company)))
      return { status: 422, body: { error: `company ${company} does not exist` } };
    const made = add(service, {
      key: String(key),
      company: String(company),
      summary: String(title),
      description: String(text),
      status: 'open',
    });
    return { status: 201, body: { ticket: { id: made.id, html_url: `https://desk.example/t/${made.id}` } } };
  }
  const [, id, rest] = /^\/tickets\/(\d+)(\/notes)?$/.exec(path) ?? [];
  const ticket = service.tickets.find((one) => one.id === id);
  if (!ticket) return { status: 404, body: { error: 'no such thing' } };
  if (typeof body['note'] === 'string') ticket.notes.push(body['note']);
  if (rest === undefined && typeof body['status'] === 'string') ticket.status = body['status'];
  return { status: 200, body: { id } };
}

function connectWiseAnswer(service: TicketService, { method, path, query, headers, body }: Asked): Answer {
  if (headers.authorization !== BASIC || headers['clientid'] !== 'client-id')
    return { status: 401, body: { code: 'Unauthorized', message: 'Invalid credentials' } };
  if (path === '/service/boards')
    return {
      status: 200,
      body: query.get('conditions') === 'name = "Backups"' ? [{ id: 3, name: 'Backups' }] : [],
    };
  if (path === '/service/tickets' && method === 'GET') {
    const [, key] = /^externalXRef = "([^"]*)"$/.exec(query.get('conditions') ?? '') ?? [];
    const found = service.tickets.filter((one) => one.key === key);
    return { status: 200, body: found.map(({ id }) => ({ id: Number(id) })) };
  }
  if (path === '/service/tickets' && method === 'POST') return openInConnectWise(service, body);
  const [, id, rest] = /^\/service\/tickets\/(\d+)(\/notes)?$/.exec(path) ?? [];
  const ticket = service.tickets.find((one) => one.id === id);
  if (!ticket) return { status: 404, body: { code: 'NotFound', message: `Ticket ${id} not found` } };
  if (rest !== undefined) ticket.notes.push(String(body['text']));
  else {
    // The body of a PATCH is a list of operations (RFC 6902).
    const operations = body as unknown as { op: string; path: string; value: { name: string } }[];
    for (const one of operations)
      if (one.op === 'replace' && one.path === 'status') ticket.status = one.value.name;
  }
  return { status: rest === undefined ? 200 : 201, body: { id: Number(id) } };
}

function openInConnectWise(service: TicketService, body: Record<string, unknown>): Answer {
  const ticket = body as {
    summary: string;
    initialDescription: string;
    externalXRef: string;
    board: { name: string };
    company: { id?: number; identifier?: string };
  };
  const company = String(ticket.company.id ?? ticket.company.identifier);
  if (ticket.board.name !== 'Backups') return wrong('board', 'Board was not found');
  if (!service.companies.has(company)) return wrong('company', 'Company was not found');
  const { summary, initialDescription: description, externalXRef: key } = ticket;
  const made = add(service, { key, company, summary, description, status: 'New' });
  return { status: 201, body: { id: Number(made.id), summary } };
}

function wrong(field: string, message: string): Answer {
  const errors = [{ resource: 'ticket', field, message }];
  return { status: 400, body: { code: 'InvalidObject', message: 'ticket object is invalid', errors } };
}
