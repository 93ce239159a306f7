import { problemOfStatus } from '@/domain/notify/delivery';
import { textAt } from '@/domain/tickets/answer-path';
import type { PlaceholderValues } from '@/domain/tickets/template';
import { problemOfChange, problemOfOpening } from '@/domain/tickets/ticket-problem';
import type { ConnectWiseSettings } from '@/domain/tickets/ticket-settings';
import { shownAnswer } from '../answer';
import type { OpenAnswer, TicketAdapter, TicketAnswer, TicketConnection, TicketName } from './adapter';
import { answered, call, type Called, type CalledBack, parsedJson } from './call';
import { linkIn } from './link-in';

const API_PATH = '/v4_6_release/apis/3.0';
const ID_PATH = ['id'];
const FIRST_ID_PATH = [0, 'id'];

/**
 * ConnectWise Manage (PSA), written from its public REST documentation (developer.connectwise.com, Manage, `/service/tickets`) and never
 * tried against the real service. A ticket carries the cause's key as its `externalXRef`, by which it is found again.
 */
export function connectWise(settings: ConnectWiseSettings, connection: TicketConnection): TicketAdapter {
  const ask = (method: string, path: string, body: unknown = null): Promise<Called> =>
    call(
      `${settings.siteUrl}${API_PATH}${path}`,
      {
        method,
        headers: headersOf(settings, body !== null),
        body: body === null ? null : JSON.stringify(body),
      },
      connection,
    );
  const addNote = async ({ ticketId = '', note = '' }: PlaceholderValues): Promise<TicketAnswer> =>
    changed(
      await ask('POST', `/service/tickets/${encodeURIComponent(ticketId)}/notes`, {
        text: note,
        detailDescriptionFlag: true,
        internalAnalysisFlag: false,
        resolutionFlag: false,
      }),
    );
  const setStatus = async ({ ticketId = '' }: PlaceholderValues, name: string): Promise<TicketAnswer> =>
    changed(
      await ask('PATCH', `/service/tickets/${encodeURIComponent(ticketId)}`, [
        { op: 'replace', path: 'status', value: { name } },
      ]),
    );
  return {
    open: async (values) => {
      const called = await ask('POST', '/service/tickets', {
        summary: values.summary,
        board: { name: settings.board },
        company: companyOf(values.companyId ?? ''),
        initialDescription: values.description,
        externalXRef: values.key,
      });
      if (!called.isAnswered) return { ...called.failure, ticket: null };
      const problem = problemOfOpening(called.status, called.body, values.companyId ?? null);
      if (problem !== null) return { ...answered(called, problem), ticket: null };
      return named(called, settings, ID_PATH, 'no-number');
    },
    find: async ({ key = '' }) => {
      const conditions = encodeURIComponent(`externalXRef = ${quoted(key)}`);
      const called = await ask('GET', `/service/tickets?conditions=${conditions}&orderBy=id&pageSize=1`);
      if (!called.isAnswered) return { ...called.failure, ticket: null, canFind: true };
      const problem = problemOfStatus(called.status);
      if (problem !== null) return { ...answered(called, problem), ticket: null, canFind: true };
      return { ...named(called, settings, FIRST_ID_PATH, null), canFind: true };
    },
    update: addNote,
    // The status first: a note that comes twice does less harm than a ticket that stays as it was.
    close: async (values) => inTurn(await setStatus(values, settings.closedStatus), () => addNote(values)),
    reopen: async (values) => inTurn(await setStatus(values, settings.openStatus), () => addNote(values)),
    test: async () => {
      const conditions = encodeURIComponent(`name = ${quoted(settings.board)}`);
      const called = await ask('GET', `/service/boards?conditions=${conditions}&pageSize=1`);
      if (!called.isAnswered) return called.failure;
      const problem = problemOfStatus(called.status);
      if (problem !== null || textAt(parsedJson(called.body), FIRST_ID_PATH) !== null)
        return answered(called, problem);
      const sentence = `It lets Holdfast in, but has no service board named ‘${settings.board}’.`;
      return { ...answered(called, 'refused'), serverAnswer: shownAnswer(`${sentence}\n${called.body}`) };
    },
  };
}

function headersOf(
  { company, publicKey, privateKey, clientId }: ConnectWiseSettings,
  hasBody: boolean,
): Record<string, string> {
  const basic = Buffer.from(`${company}+${publicKey}:${privateKey}`).toString('base64');
  return {
    'user-agent': 'Holdfast',
    accept: 'application/json',
    authorization: `Basic ${basic}`,
    clientid: clientId,
    ...(hasBody && { 'content-type': 'application/json' }),
  };
}

/** Companies have a number, and a short name of their own (`identifier`). */
function companyOf(companyId: string): { id: number } | { identifier: string } {
  return /^\d{1,15}$/.test(companyId) ? { id: Number(companyId) } : { identifier: companyId };
}

/** A text in a condition stands in double quotes; what could end it is left out. */
function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '')}"`;
}

function changed(called: Called): TicketAnswer {
  return called.isAnswered ? answered(called, problemOfChange(called.status)) : called.failure;
}

async function inTurn(first: TicketAnswer, second: () => Promise<TicketAnswer>): Promise<TicketAnswer> {
  return first.problem === null ? second() : first;
}

function named(
  called: CalledBack,
  settings: ConnectWiseSettings,
  path: readonly (string | number)[],
  ifNone: 'no-number' | null,
): OpenAnswer {
  const ticketId = textAt(parsedJson(called.body), path);
  if (ticketId === null) return { ...answered(called, ifNone), ticket: null };
  const ticket: TicketName = { ticketId, url: urlOf(settings, ticketId) };
  return { ...answered(called, null), ticket };
}

/** The screens lie on the same host without its `api-`. */
function urlOf({ siteUrl, company }: ConnectWiseSettings, ticketId: string): string | null {
  const screens = siteUrl.replace(/^https:\/\/api-/, 'https://');
  const query = new URLSearchParams({ service_recid: ticketId, companyName: company });
  return linkIn(`${screens}/v4_6_release/services/system_io/Service/fv_sr100_request.rails?${query}`);
}
