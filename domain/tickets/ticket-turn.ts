import { severityRank } from '../findings/harm';
import type { Severity } from '../protection/verdict';
import { type Instant, MINUTE, SECOND } from '../time/instant';

/** Whether a ticket system has the ticket, as far as it answered. */
export const STANDINGS = ['none', 'open', 'closed'] as const;
export type Standing = (typeof STANDINGS)[number];

/**
 * What can be done about a ticket. `find`: it may be there though no answer came, and is not wanted any more: it is looked for, so that it
 * can be closed.
 */
export const TICKET_OPERATIONS = ['open', 'find', 'update', 'close', 'reopen'] as const;
export type TicketOperation = (typeof TICKET_OPERATIONS)[number];

/** How long what happens to a cause is gathered before its ticket hears of it. */
export const TICKET_GATHER = 30 * SECOND;
/** A ticket hears of systems that come and go no more often than this; of a severity at once. */
export const UPDATE_EVERY = 10 * MINUTE;

/** A ticket as it stands. */
export interface StandingTicket {
  /** false: somebody took it back. */
  readonly isWanted: boolean;
  readonly stands: Standing;
  /** Whether an opening may have arrived though no answer came. */
  readonly wasTried: boolean;
  /** What it was told last; null: nothing yet. */
  readonly told: TicketFacts | null;
  readonly toldAt: Instant | null;
}

/** What a ticket tells of its cause. */
export interface TicketFacts {
  readonly severity: Severity;
  readonly systemIds: readonly string[];
  readonly findingCount: number;
}

export type TicketTurn =
  | { readonly is: 'do'; readonly operation: TicketOperation }
  | { readonly is: 'wait'; readonly until: Instant }
  | { readonly is: 'nothing' };

/**
 * What a ticket needs now. It compares what the ticket system has with what the cause is, so that nothing is lost or doubled however often,
 * late, or in whatever order it is asked.
 */
export function ticketTurn(
  ticket: StandingTicket,
  cause: TicketFacts & { readonly isOpen: boolean },
  now: Instant,
): TicketTurn {
  const isDue = ticket.isWanted && cause.isOpen;
  switch (ticket.stands) {
    case 'none':
      if (isDue) return { is: 'do', operation: 'open' };
      return ticket.wasTried ? { is: 'do', operation: 'find' } : { is: 'nothing' };
    case 'closed':
      return isDue ? { is: 'do', operation: 'reopen' } : { is: 'nothing' };
    case 'open':
      return isDue ? updateTurn(ticket, cause, now) : { is: 'do', operation: 'close' };
  }
}

function updateTurn({ told, toldAt }: StandingTicket, cause: TicketFacts, now: Instant): TicketTurn {
  if (told === null) return { is: 'do', operation: 'update' };
  if (severityRank(told.severity) !== severityRank(cause.severity)) return { is: 'do', operation: 'update' };
  const { joined, left } = membersChanged(told.systemIds, cause.systemIds);
  const isSame = joined.length === 0 && left.length === 0 && told.findingCount === cause.findingCount;
  if (isSame) return { is: 'nothing' };
  const until = (toldAt ?? 0) + UPDATE_EVERY;
  return now < until ? { is: 'wait', until } : { is: 'do', operation: 'update' };
}

/** Which systems a cause has got and lost since. */
export function membersChanged(
  before: readonly string[],
  after: readonly string[],
): { joined: string[]; left: string[] } {
  const [had, has] = [new Set(before), new Set(after)];
  return { joined: after.filter((id) => !had.has(id)), left: before.filter((id) => !has.has(id)) };
}
