'use client';

import type { TicketProblem } from '@/domain/tickets/ticket-problem';
import { Mark } from '../backup/status-mark';
import { standingText, TICKET_PROBLEM_WORDS } from '../tickets/ticket-words';
import { Button } from '../ui/button';
import { TextLink } from '../ui/text-link';
import type { WorkableCause } from './cause-verbs';
import { useCauseWork } from './cause-work';
import { TicketLink } from './ticket-link';

/** The ticket that Holdfast keeps of a cause. */
export interface CauseTicket {
  readonly channelId: string;
  readonly systemName: string;
  readonly state: 'waiting' | 'settled' | 'blocked' | 'refused';
  readonly stands: 'none' | 'open' | 'closed';
  readonly ticketId: string | null;
  readonly ticketUrl: string | null;
  readonly problem: TicketProblem | null;
  readonly httpStatus: number | null;
  readonly serverAnswer: string | null;
}

interface Props {
  ticket: CauseTicket;
  cause: WorkableCause;
  /** Who may mend the companies and the ticket system. */
  mayManage: boolean;
}

/** How the ticket of a cause stands; of one that is held up, why, and what to do. */
export function CauseTicketPart({ ticket, cause, mayManage }: Props) {
  const { act, mayWork } = useCauseWork();
  const { state, ticketId, ticketUrl, problem } = ticket;
  const isStuck = state === 'blocked' || state === 'refused';
  return (
    <div className="grid gap-1.5">
      <p className="text-ink-2 flex flex-wrap items-baseline gap-x-2">
        {isStuck && <Mark tone="bad">{state === 'blocked' ? 'Blocked' : 'Stuck'}</Mark>}
        {ticketId !== null && <TicketLink reference={ticketId} url={ticketUrl} />}
        <span>{standingText(ticket)}</span>
      </p>
      {problem !== null && <p className="text-ink-2">{TICKET_PROBLEM_WORDS[problem]}</p>}
      {problem !== null && <Answer ticket={ticket} />}
      {isStuck && mayManage && (
        <p>
          <TextLink
            href={`/settings/tickets?system=${ticket.channelId}&q=${encodeURIComponent(cause.clientName)}`}
          >
            {state === 'blocked' ? `Company of ${cause.clientName}` : `Settings of ${ticket.systemName}`}
          </TextLink>
        </p>
      )}
      {isStuck && !mayManage && (
        <p className="text-ink-3">An owner or admin of your MSP can change that under Tickets.</p>
      )}
      {mayWork && (
        <p className="flex flex-wrap gap-1.5">
          {isStuck && (
            <Button className="h-7 px-2.5 max-md:h-10" onClick={() => act('retry-ticket', cause)}>
              Try again
            </Button>
          )}
          <Button
            kind="quiet"
            className="h-7 px-2.5 max-md:h-10"
            onClick={() => act('withdraw-ticket', cause)}
          >
            Take the ticket back
          </Button>
        </p>
      )}
    </div>
  );
}

function Answer({ ticket: { httpStatus, serverAnswer } }: { ticket: CauseTicket }) {
  if (httpStatus === null && serverAnswer === null) return null;
  return (
    <p className="text-ink-3 text-xs [overflow-wrap:anywhere]">
      {httpStatus !== null && `HTTP ${httpStatus}. `}
      {serverAnswer !== null && `It says: ${serverAnswer.slice(0, 300)}`}
    </p>
  );
}
