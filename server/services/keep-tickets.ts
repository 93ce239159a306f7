import { v7 } from 'uuid';
import { nextTryAt } from '@/domain/mail/next-try';
import { fateOf, TICKET_TRY_HOURS, type TicketProblem } from '@/domain/tickets/ticket-problem';
import { ticketKey } from '@/domain/tickets/ticket-text';
import { ticketTurn, type TicketFacts, type TicketOperation } from '@/domain/tickets/ticket-turn';
import { HOUR } from '@/domain/time/instant';
import { workerScope } from '../auth/system-scope';
import { setting } from '../config';
import { appendAuditEvent } from '../data/audit';
import type { Database, Tx } from '../data/database';
import { lockCausesOf } from '../data/finding-causes';
import {
  type DueTicket,
  listMembers,
  lockTicket,
  nextDueTicket,
  saveTicket,
  showTicketNumber,
  type TicketPatch,
} from '../data/tickets';
import { saveTicketEvents, type TicketEventKind } from '../data/ticket-events';
import { settleTicketHint } from '../data/work-due';
import type { DeliverySettings } from '../notify/deliver';
import {
  type TicketAdapter,
  ticketAdapter,
  type TicketAnswer,
  type TicketName,
} from '../notify/tickets/adapter';
import { openTicketSettings } from '../notify/tickets/sealed-settings';
import { ticketValues } from './ticket-values';

/** What became of an MSP's tickets. */
export interface KeptTickets {
  readonly done: number;
  /** Tried, and to be tried again. */
  readonly postponed: number;
  readonly stuck: readonly { readonly causeId: string; readonly problem: TicketProblem }[];
}

/** Turns of one MSP's tickets at one go; then the others have theirs. */
const TURNS_MAX = 40;
/** Longer than any attempt lasts: two requests of ten seconds each, and a look-up before them. */
const LEASE_MS = 60_000;

/** What is done now, claimed so that nobody else does it. */
interface Claimed {
  readonly ticket: DueTicket;
  readonly facts: TicketFacts;
  readonly operation: TicketOperation;
  readonly attempts: number;
  /** Whether the ticket may be there though no answer came: it is looked for first. */
  readonly wasTried: boolean;
  readonly adapter: TicketAdapter;
  readonly values: Awaited<ReturnType<typeof ticketValues>>;
}

type Turn =
  { readonly is: 'none' } | { readonly is: 'settled' } | ({ readonly is: 'claimed' } & Claimed) | Stuck;
interface Stuck {
  readonly is: 'stuck';
  readonly causeId: string;
  readonly problem: TicketProblem;
}

/**
 * Keeps an MSP's tickets as its causes are at `now`. Safe to run twice and in parallel: each is claimed before anything is sent, and an
 * opening that may have arrived is looked for before it is sent again. A worker that dies in between leaves it to the next one.
 */
export async function keepTickets(
  database: Database,
  mspId: string,
  settings: Pick<DeliverySettings, 'appOrigin' | 'notifiesLoopback'>,
  now: () => Date,
): Promise<KeptTickets> {
  const inScope = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => database.inScope(workerScope(mspId), work);
  const stuck: KeptTickets['stuck'][number][] = [];
  let [done, postponed] = [0, 0];
  for (let count = 0; count < TURNS_MAX; count++) {
    const turn = await inScope((tx) => takeTurn(tx, mspId, settings, now()));
    if (turn.is === 'none') break;
    if (turn.is === 'stuck') stuck.push(turn);
    if (turn.is !== 'claimed') continue;
    const begunAt = performance.now();
    const result = await attempt(turn);
    const tookMs = Math.round(performance.now() - begunAt);
    const problem = await inScope((tx) => finishTurn(tx, mspId, turn, { ...result, tookMs }, now()));
    if (problem === null) done++;
    else if (problem === 'postponed') postponed++;
    else stuck.push({ causeId: turn.ticket.causeId, problem });
    // Who hangs has had a turn: other MSPs have theirs first.
    if (result.problem === 'too-slow') break;
  }
  await inScope((tx) => settleTicketHint(tx, mspId, now()));
  return { done, postponed, stuck };
}

/** Decides what the ticket that is due first needs, and claims it. */
async function takeTurn(
  tx: Tx,
  mspId: string,
  settings: Pick<DeliverySettings, 'appOrigin' | 'notifiesLoopback'>,
  now: Date,
): Promise<Turn> {
  const due = await nextDueTicket(tx, mspId, now);
  if (!due) return { is: 'none' };
  await lockCausesOf(tx, mspId, [due.clientId]);
  const ticket = await lockTicket(tx, mspId, due.causeId, now);
  // Another worker was here first.
  if (!ticket?.isDue) return { is: 'settled' };
  const { causeId, severity, findingCount } = ticket;
  const members = ticket.closedAt === null ? await listMembers(tx, mspId, ticket) : [];
  const facts = { severity, findingCount, systemIds: members.map(({ systemId }) => systemId) };
  const decided = ticketTurn(
    standingOf(ticket),
    { ...facts, isOpen: ticket.closedAt === null },
    now.getTime(),
  );
  if (decided.is !== 'do') {
    const patch: TicketPatch =
      decided.is === 'wait'
        ? { nextTryAt: new Date(decided.until) }
        : { state: 'settled', tries: 0, giveUpAt: null, problem: null };
    await saveTicket(tx, mspId, causeId, patch);
    return { is: 'settled' };
  }
  const { operation } = decided;
  if (operation === 'open' && ticket.needsCompany && ticket.companyId === null)
    return hold(tx, mspId, ticket, { operation, problem: 'no-company' }, now);
  if (ticket.isChannelRemoved) return hold(tx, mspId, ticket, { operation, problem: 'channel-removed' }, now);
  const opened = openTicketSettings(ticket.channelId, ticket.sealed, setting('secretKey'));
  if (opened === null) return hold(tx, mspId, ticket, { operation, problem: 'unreadable' }, now);
  const attempts = ticket.attempts + 1;
  const wasTried = ticket.openTriedAt !== null;
  await saveTicket(tx, mspId, causeId, {
    attempts,
    operation,
    tries: ticket.tries + 1,
    nextTryAt: new Date(now.getTime() + LEASE_MS),
    giveUpAt: ticket.giveUpAt ?? new Date(now.getTime() + TICKET_TRY_HOURS * HOUR),
    // What the first opening says is what its ticket knows, should the answer be lost.
    ...(operation === 'open' && !wasTried && { openTriedAt: now, ...toldOf(facts, now) }),
  });
  const key = ticketKey(causeId);
  const adapter = ticketAdapter(opened, {
    allowsLoopback: settings.notifiesLoopback,
    idempotencyKey: operation === 'open' ? key : `${key}-${operation}-${ticket.toldAt?.getTime() ?? 0}`,
  });
  const values = await ticketValues(tx, mspId, { ticket, members, operation, appOrigin: settings.appOrigin });
  return { is: 'claimed', ticket, facts, operation, attempts, wasTried, adapter, values };
}

function standingOf(ticket: DueTicket) {
  const { isWanted, stands, openTriedAt, toldSeverity, toldSystemIds, toldFindingCount, toldAt } = ticket;
  const told =
    toldSeverity === null
      ? null
      : { severity: toldSeverity, systemIds: toldSystemIds, findingCount: toldFindingCount };
  return { isWanted, stands, wasTried: openTriedAt !== null, told, toldAt: toldAt?.getTime() ?? null };
}

function toldOf({ severity, systemIds, findingCount }: TicketFacts, at: Date) {
  return {
    toldSeverity: severity,
    toldSystemIds: [...systemIds],
    toldFindingCount: findingCount,
    toldAt: at,
  };
}

type Result = TicketAnswer & {
  readonly ticket: TicketName | null;
  /** Whether it was there already. */
  readonly wasFound: boolean;
};

/** Does what was claimed, once. */
async function attempt({ adapter, operation, values, wasTried }: Claimed): Promise<Result> {
  switch (operation) {
    case 'open':
    case 'find': {
      if (wasTried) {
        const found = await adapter.find(values);
        if (found.problem !== null || found.ticket !== null) return { ...found, wasFound: true };
        if (operation === 'find') return { ...found, wasFound: false };
      }
      return { ...(await adapter.open(values)), wasFound: false };
    }
    case 'update':
      return { ...(await adapter.update(values)), ticket: null, wasFound: false };
    case 'close':
      return { ...(await adapter.close(values)), ticket: null, wasFound: false };
    case 'reopen':
      return { ...(await adapter.reopen(values)), ticket: null, wasFound: false };
  }
}

type Timed = Result & { readonly tookMs: number };

/** Keeps what came of it; answers null when it went well. */
async function finishTurn(
  tx: Tx,
  mspId: string,
  claimed: Claimed,
  result: Timed,
  now: Date,
): Promise<TicketProblem | 'postponed' | null> {
  const { clientId, causeId } = claimed.ticket;
  await lockCausesOf(tx, mspId, [clientId]);
  const ticket = await lockTicket(tx, mspId, causeId, now);
  // Somebody else's since the lease ended.
  if (!ticket || ticket.attempts !== claimed.attempts) return null;
  const { problem, httpStatus, serverAnswer, tookMs } = result;
  await saveTicket(tx, mspId, causeId, { problem, httpStatus, serverAnswer, tookMs });
  if (problem === null) {
    await succeed(tx, mspId, { claimed, ticket, result }, now);
    return null;
  }
  // What was surely not taken need not be looked for.
  const isSurelyNotThere = claimed.operation === 'open' && !claimed.wasTried && fateOf(problem) !== 'retry';
  if (isSurelyNotThere && problem !== 'no-number')
    await saveTicket(tx, mspId, causeId, { openTriedAt: null });
  if (fateOf(problem) === 'retry') {
    const next = new Date(nextTryAt(now.getTime(), ticket.tries, Math.random()));
    if (ticket.giveUpAt === null || next <= ticket.giveUpAt) {
      await saveTicket(tx, mspId, causeId, { nextTryAt: next });
      return 'postponed';
    }
  }
  if (claimed.operation === 'open' && (!ticket.isWanted || ticket.closedAt !== null)) {
    // Nobody waits for it any more.
    await saveTicket(tx, mspId, causeId, { nextTryAt: now });
    return 'postponed';
  }
  await hold(tx, mspId, ticket, { operation: claimed.operation, problem }, now);
  return problem;
}

/** Leaves a ticket to people, and says so in the cause's timeline. */
async function hold(
  tx: Tx,
  mspId: string,
  ticket: DueTicket,
  { operation, problem }: { operation: TicketOperation; problem: TicketProblem },
  now: Date,
): Promise<Stuck> {
  const { causeId, channelName } = ticket;
  const isBlocked = fateOf(problem) === 'blocked';
  const isOurs = problem === 'no-company' || problem === 'channel-removed' || problem === 'unreadable';
  await saveTicket(tx, mspId, causeId, {
    state: isBlocked ? 'blocked' : 'refused',
    operation,
    problem,
    tries: 0,
    giveUpAt: null,
    // Nobody was asked: what an earlier answer said would mislead.
    ...(isOurs && { httpStatus: null, serverAnswer: null, tookMs: null }),
  });
  const kind = isBlocked ? 'ticket-blocked' : 'ticket-refused';
  await tell(
    tx,
    mspId,
    ticket,
    kind,
    { to: channelName, operation, problem, reference: ticket.ticketId },
    now,
  );
  return { is: 'stuck', causeId, problem };
}

async function succeed(
  tx: Tx,
  mspId: string,
  { claimed, ticket, result }: { claimed: Claimed; ticket: DueTicket; result: Timed },
  now: Date,
): Promise<void> {
  const { operation, facts } = claimed;
  const { causeId, channelName, isWanted } = ticket;
  const again: TicketPatch = { tries: 0, giveUpAt: null, nextTryAt: now, state: 'waiting' };
  const name = result.ticket ?? nameOf(ticket);
  if (name === null) {
    // It was looked for, and there is none.
    await saveTicket(tx, mspId, causeId, { ...again, openTriedAt: null });
    return;
  }
  await saveTicket(tx, mspId, causeId, {
    ...again,
    stands: operation === 'close' ? 'closed' : 'open',
    ...(result.ticket && { ticketId: result.ticket.ticketId, ticketUrl: result.ticket.url }),
    ...(operation !== 'close' && !result.wasFound && toldOf(facts, now)),
  });
  if (isWanted) await showTicketNumber(tx, mspId, causeId, name);
  const detail = { to: channelName, reference: name.ticketId, url: name.url };
  await tell(tx, mspId, ticket, EVENTS[operation], detail, now);
}

const EVENTS: Readonly<Record<TicketOperation, TicketEventKind>> = {
  open: 'ticket-opened',
  find: 'ticket-opened',
  update: 'ticket-updated',
  close: 'ticket-closed',
  reopen: 'ticket-reopened',
};

function nameOf({ ticketId, keptUrl }: DueTicket): TicketName | null {
  return ticketId === null ? null : { ticketId, url: keptUrl };
}

/** In the cause's timeline, and last in the log. */
async function tell(
  tx: Tx,
  mspId: string,
  { causeId, clientId, channelId }: DueTicket,
  kind: TicketEventKind,
  detail: Readonly<Record<string, string | null>>,
  now: Date,
): Promise<void> {
  await saveTicketEvents(tx, mspId, [{ eventId: v7(), causeId, clientId, kind, detail }], now);
  const [, verb = ''] = kind.split('-');
  await appendAuditEvent(tx, {
    action: `ticket.${verb}`,
    clientId,
    target: { causeId, channelId },
    details: detail,
  });
}
