import type { TicketProblem } from '@/domain/tickets/ticket-problem';
import type { TicketOperation } from '@/domain/tickets/ticket-turn';
import { PROBLEM_WORDS } from '../notifications/notification-words';

/** Why a ticket is not as it should be, and what to do. */
export const TICKET_PROBLEM_WORDS: Readonly<Record<TicketProblem, string>> = {
  ...PROBLEM_WORDS,
  refused: 'The ticket system refuses it. Mend what it says, then try again.',
  deferred: 'The ticket system puts it off.',
  unreadable: 'The settings were encrypted with a key that Holdfast no longer has. Enter them anew.',
  'channel-removed': 'The ticket system was removed. Bring it back, or take the ticket back.',
  'no-company': 'The client has no company in the ticket system yet. Enter one, and the ticket goes out.',
  'company-refused':
    'The ticket system does not take the company of this client. Enter the right one, and the ticket goes out.',
  'no-number':
    'It was taken, but the answer has no number where one was expected. Mend that path, then try again.',
  'ticket-gone': 'The ticket system knows no such ticket any more. Take it back, then open another by hand.',
};

const OPERATION_WORDS: Readonly<Record<TicketOperation, string>> = {
  open: 'Opening',
  find: 'Looking for',
  update: 'Adding a note to',
  close: 'Closing',
  reopen: 'Opening again',
};

/** What of a ticket went wrong: 'Closing ticket 1001'. */
export function attemptedText(operation: TicketOperation | null, reference: string | null): string {
  const verb = operation === null ? 'Keeping' : OPERATION_WORDS[operation];
  return reference === null ? `${verb} the ticket` : `${verb} ticket ${reference}`;
}

interface ShownTicket {
  readonly state: 'waiting' | 'settled' | 'blocked' | 'refused';
  readonly stands: 'none' | 'open' | 'closed';
  readonly problem: TicketProblem | null;
  readonly systemName: string;
}

/** How a ticket stands: 'Open in Service desk.' */
export function standingText({ state, stands, problem, systemName }: ShownTicket): string {
  if (state === 'blocked' || state === 'refused') return `Held up on its way to ${systemName}.`;
  if (state === 'waiting' && problem !== null)
    return `On its way to ${systemName}; it is tried again by itself.`;
  switch (stands) {
    case 'none':
      return `On its way to ${systemName}.`;
    case 'open':
      return `Open in ${systemName}. It hears how this goes on, and is closed with it.`;
    case 'closed':
      return `Closed in ${systemName}. The same one is opened again if this comes back soon.`;
  }
}
