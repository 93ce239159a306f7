import { problemOfStatus } from '@/domain/notify/delivery';
import { parseAnswerPath, textAt } from '@/domain/tickets/answer-path';
import { fillJson, fillText, type PlaceholderValues } from '@/domain/tickets/template';
import { problemOfChange, problemOfOpening } from '@/domain/tickets/ticket-problem';
import {
  headersIn,
  isLinkTemplate,
  needsCompany,
  type RestRequest,
  type RestSettings,
} from '@/domain/tickets/ticket-settings';
import type { OpenAnswer, TicketAdapter, TicketAnswer, TicketConnection, TicketName } from './adapter';
import { answered, call, type Called, type CalledBack, parsedJson } from './call';
import { linkIn } from './link-in';

/** Any ticket system with a REST interface, by the requests that were typed for it. */
export function restTickets(settings: RestSettings, connection: TicketConnection): TicketAdapter {
  const ask = (request: RestRequest, values: PlaceholderValues): Promise<Called> =>
    call(
      fillText(request.url, values, encodeURIComponent),
      {
        method: request.method,
        headers: headersOf(settings, request, values, connection),
        body: request.body.trim() === '' ? null : JSON.stringify(fillJson(parsedJson(request.body), values)),
      },
      connection,
    );
  const change = async (request: RestRequest, values: PlaceholderValues): Promise<TicketAnswer> => {
    const called = await ask(request, values);
    return called.isAnswered ? answered(called, problemOfChange(called.status)) : called.failure;
  };
  return {
    open: async (values) => {
      const called = await ask(settings.open, values);
      if (!called.isAnswered) return { ...called.failure, ticket: null };
      const companyId = needsCompany(settings) ? (values.companyId ?? null) : null;
      const problem = problemOfOpening(called.status, called.body, companyId);
      if (problem !== null) return { ...answered(called, problem), ticket: null };
      return named(called, settings.open, 'no-number');
    },
    find: async (values) => {
      const { find } = settings;
      if (find === null)
        return { problem: null, httpStatus: null, serverAnswer: null, ticket: null, canFind: false };
      const called = await ask(find, values);
      if (!called.isAnswered) return { ...called.failure, ticket: null, canFind: true };
      if (called.status === 404) return { ...answered(called, null), ticket: null, canFind: true };
      const problem = problemOfStatus(called.status);
      if (problem !== null) return { ...answered(called, problem), ticket: null, canFind: true };
      return { ...named(called, find, null), canFind: true };
    },
    update: (values) => change(settings.update, values),
    close: (values) => change(settings.close, values),
    reopen: (values) => change(settings.reopen, values),
    test: async () => {
      const called = await ask(settings.test, {});
      return called.isAnswered ? answered(called, problemOfStatus(called.status)) : called.failure;
    },
  };
}

/** What is typed last wins: a request's own headers over those of all, both over ours. */
function headersOf(
  { secretHeaders }: RestSettings,
  { headers, body }: RestRequest,
  values: PlaceholderValues,
  { idempotencyKey }: TicketConnection,
): Record<string, string> {
  const result: Record<string, string> = {
    'user-agent': 'Holdfast',
    accept: 'application/json',
    'idempotency-key': idempotencyKey,
    ...(body.trim() !== '' && { 'content-type': 'application/json; charset=utf-8' }),
  };
  for (const { name, value } of headersIn(secretHeaders)) result[name.toLowerCase()] = value;
  for (const { name, value } of headersIn(headers))
    result[name.toLowerCase()] = fillText(value, values, inHeader);
  return result;
}

/** A header takes no line ends, and plain characters alone. */
function inHeader(value: string): string {
  return value.replaceAll(/[^\u0020-\u007e]/g, '?');
}

const ID_LENGTH_MAX = 100;

function named(
  called: CalledBack,
  { idPath, linkAt }: { readonly idPath: string; readonly linkAt: string },
  ifNone: 'no-number' | null,
): OpenAnswer {
  const answer = parsedJson(called.body);
  const ticketId = textAt(answer, parseAnswerPath(idPath) ?? []);
  if (ticketId === null || ticketId.length > ID_LENGTH_MAX)
    return { ...answered(called, ifNone), ticket: null };
  const ticket: TicketName = { ticketId, url: urlOf(answer, linkAt, ticketId) };
  return { ...answered(called, null), ticket };
}

function urlOf(answer: unknown, linkAt: string, ticketId: string): string | null {
  if (linkAt === '') return null;
  if (isLinkTemplate(linkAt)) return linkIn(fillText(linkAt, { ticketId }, encodeURIComponent));
  return linkIn(textAt(answer, parseAnswerPath(linkAt) ?? []) ?? '');
}
