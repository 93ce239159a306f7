import { z } from 'zod';
import { parseAnswerPath } from './answer-path';
import { type Placeholder, PLACEHOLDERS, placeholdersIn } from './template';

/** Ticket systems that Holdfast can talk to, as kinds of channels. */
export const TICKET_KINDS = ['rest-tickets', 'connectwise'] as const;
export type TicketKind = (typeof TICKET_KINDS)[number];

export function isTicketKind(kind: string): kind is TicketKind {
  return (TICKET_KINDS as readonly string[]).includes(kind);
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** Of these a request can name what there is before the ticket. */
const BEFORE = PLACEHOLDERS.filter((one) => one !== 'ticketId' && one !== 'note');

/**
 * A request as it is typed: its address and headers are texts with placeholders, its body is JSON with placeholders in its texts; an empty one
 * is not sent.
 */
const requestOf = (allowed: readonly Placeholder[]) =>
  z.strictObject({
    method: z.enum(METHODS),
    url: z
      .string()
      .trim()
      .min(1, 'Enter the whole address, beginning with https://.')
      .max(2000, 'Use at most 2000 characters.')
      .superRefine(refuseUnknown(allowed))
      .refine(
        (text) => !/^[a-z]+:\/\/[^/?#]*\{\{/i.test(text) && !text.startsWith('{{'),
        'The server’s name cannot be a placeholder.',
      ),
    headers: headerLines(allowed),
    body: z
      .string()
      .max(20_000, 'Use at most 20000 characters.')
      .superRefine(refuseUnknown(allowed))
      .refine(
        (text) => text.trim() === '' || isJson(text),
        'This is not JSON. Placeholders stand within texts: {"title": "{{summary}}"}.',
      ),
  });

const path = z
  .string()
  .trim()
  .max(200)
  .refine(
    (text) => parseAnswerPath(text) !== null,
    'Enter where it stands in the answer, such as id or data.ticket.id.',
  );

/** Where a ticket is shown: a path in the answer, or an address with `{{ticketId}}`; empty: nowhere. */
const link = z
  .string()
  .trim()
  .max(500, 'Use at most 500 characters.')
  .superRefine(refuseUnknown(['ticketId']))
  .refine(
    (text) => text === '' || isLinkTemplate(text) || parseAnswerPath(text) !== null,
    'Enter where it stands in the answer, such as html_url, or an address such as https://desk.example/tickets/{{ticketId}}.',
  );

const AFTER = PLACEHOLDERS;

/** What a ticket system of the customer's own needs. `find` null: it cannot be asked, so that a lost answer may double a ticket. */
const restSettings = z.strictObject({
  kind: z.literal('rest-tickets'),
  /** Sent with every request: `Name: value` lines, without placeholders. */
  secretHeaders: headerLines([]),
  open: requestOf(BEFORE).extend({ idPath: path, linkAt: link }),
  update: requestOf(AFTER),
  close: requestOf(AFTER),
  reopen: requestOf(AFTER),
  find: requestOf(['key', 'companyId']).extend({ idPath: path, linkAt: link }).nullable(),
  test: requestOf([]),
});
export type RestSettings = z.output<typeof restSettings>;
export type RestRequest = z.output<ReturnType<typeof requestOf>>;

const line = (what: string) =>
  z
    .string()
    .trim()
    .min(1, `Enter ${what}.`)
    .max(200, 'Use at most 200 characters.')
    .regex(/^\P{C}*$/u, 'Leave out control characters.');

/** What ConnectWise Manage needs, by its public documentation. */
const connectWiseSettings = z.strictObject({
  kind: z.literal('connectwise'),
  /** Scheme and host of its API, such as `https://api-na.myconnectwise.net`. */
  siteUrl: line('the address of the API'),
  /** The company that one signs in with, not a client's. */
  company: line('the company that you sign in with'),
  publicKey: line('the public key'),
  privateKey: line('the private key'),
  clientId: line('the client ID of your integration'),
  board: line('the name of the service board'),
  openStatus: line('the status of a ticket that came back'),
  closedStatus: line('the status of a ticket that is closed'),
});
export type ConnectWiseSettings = z.output<typeof connectWiseSettings>;

/** All that Holdfast needs to keep tickets somewhere; encrypted as a whole. */
export const ticketSettings = z.discriminatedUnion('kind', [restSettings, connectWiseSettings]);
export type TicketSettings = z.output<typeof ticketSettings>;

/** Which fields are never shown again once they are saved. */
const SECRET_FIELDS = { 'rest-tickets': 'secretHeaders', connectwise: 'privateKey' } as const;

/** Settings as whoever changes them may see them: what is secret is empty. */
export function withoutSecrets(settings: TicketSettings): TicketSettings {
  return { ...settings, [SECRET_FIELDS[settings.kind]]: '' };
}

/** Settings as they were typed; an empty secret is the one that was kept. What they are is checked by `ticketSettings`. */
export function withKeptSecrets(typed: unknown, kept: TicketSettings): unknown {
  if (typeof typed !== 'object' || typed === null) return typed;
  const field = SECRET_FIELDS[kept.kind];
  const isEmpty = (typed as Record<string, unknown>)[field] === '';
  return isEmpty ? { ...typed, [field]: (kept as unknown as Record<string, string>)[field] } : typed;
}

/** Whether a ticket cannot be opened without the client's company. */
export function needsCompany(settings: TicketSettings): boolean {
  if (settings.kind === 'connectwise') return true;
  const { url, headers, body } = settings.open;
  return [url, headers, body].some((text) => placeholdersIn(text).includes('companyId'));
}

/** The lines of a text of headers. */
export function headersIn(text: string): { name: string; value: string }[] {
  return text.split('\n').flatMap((one) => {
    const [, name, value] = HEADER.exec(one.trim()) ?? [];
    return name === undefined || value === undefined ? [] : [{ name, value: value.trim() }];
  });
}

export function isLinkTemplate(text: string): boolean {
  return text.startsWith('https://') && placeholdersIn(text).includes('ticketId');
}

const HEADER = /^([A-Za-z0-9!#$%&'*+.^_`|~-]+)\s*:\s*(.*)$/;
/** Holdfast sets these itself, or they would change whom a request reaches. */
const OWN_HEADERS = /^(host|content-length|transfer-encoding|connection|upgrade|expect)$/i;

function headerLines(allowed: readonly Placeholder[]) {
  return z
    .string()
    .max(4000, 'Use at most 4000 characters.')
    .superRefine(refuseUnknown(allowed))
    .refine(
      (text) => linesOf(text).every((one) => HEADER.test(one) && !/[^\t\u0020-\u007e]/.test(one)),
      'Write each header on a line of its own, as Name: value, in plain ASCII.',
    )
    .refine(
      (text) => headersIn(text).every(({ name }) => !OWN_HEADERS.test(name)),
      'Leave out Host, Content-Length and other headers of the connection.',
    );
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

/** Names the first placeholder that there is not. */
function refuseUnknown(allowed: readonly Placeholder[]) {
  return (text: string, context: z.RefinementCtx): void => {
    const unknown = placeholdersIn(text).find((name) => !(allowed as readonly string[]).includes(name));
    if (unknown === undefined) return;
    const there = allowed.length === 0 ? 'There are none here.' : `There are: ${allowed.join(', ')}.`;
    context.addIssue({
      code: 'custom',
      message:
        unknown === '{{'
          ? 'A placeholder is left half open: write {{name}}.'
          : `There is no placeholder {{${unknown}}} here. ${there}`,
    });
  };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
