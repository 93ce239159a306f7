import type { TicketProblem } from '@/domain/tickets/ticket-problem';
import type { TicketOperation } from '@/domain/tickets/ticket-turn';
import { Mark } from '../backup/status-mark';
import { SendButton } from '../forms/send-button';
import { Table, Td, Th, Tr } from '../ui/table';
import { TextLink } from '../ui/text-link';
import { attemptedText, TICKET_PROBLEM_WORDS } from './ticket-words';

export interface StuckRow {
  readonly causeId: string;
  readonly title: string;
  readonly clientName: string;
  readonly channelName: string;
  readonly state: 'waiting' | 'settled' | 'blocked' | 'refused';
  readonly operation: TicketOperation | null;
  readonly ticketReference: string | null;
  readonly problem: TicketProblem | null;
  readonly httpStatus: number | null;
  readonly serverAnswer: string | null;
}

/** Tickets that are not as they should be: why, and what to do. */
export function StuckTable({ tickets }: { tickets: readonly StuckRow[] }) {
  const head = (
    <>
      <Th>Cause</Th>
      <Th>State</Th>
      <Th>Why</Th>
      <Th className="relative text-right">
        <span className="sr-only">Actions</span>
      </Th>
    </>
  );
  return (
    <Table head={head}>
      {tickets.map((ticket) => (
        <Tr key={ticket.causeId}>
          <Td at="first" className="max-w-[40ch]">
            <span className="[overflow-wrap:anywhere] whitespace-normal">
              <TextLink href={`/findings?cause=${ticket.causeId}`}>{ticket.title}</TextLink>
            </span>
            <span className="text-ink-3 block text-xs [overflow-wrap:anywhere] whitespace-normal">
              {ticket.clientName}
            </span>
          </Td>
          <Td at="first-right">
            <State state={ticket.state} />
          </Td>
          <Td at="second" className="max-w-[60ch]">
            <Why ticket={ticket} />
          </Td>
          <Td at="second-right" className="text-right">
            {ticket.state !== 'waiting' && (
              <SendButton
                method="POST"
                address="/api/v1/findings/ticket-retries"
                body={{ causes: [{ causeId: ticket.causeId, version: null }] }}
                label={`Try the ticket of ${ticket.title} again`}
                done="It is tried again."
              >
                Try again
              </SendButton>
            )}
          </Td>
        </Tr>
      ))}
    </Table>
  );
}

function State({ state }: { state: StuckRow['state'] }) {
  switch (state) {
    case 'blocked':
      return <Mark tone="bad">Blocked</Mark>;
    case 'refused':
      return <Mark tone="bad">Stuck</Mark>;
    case 'waiting':
    case 'settled':
      return <Mark tone="risk">Tried again</Mark>;
  }
}

function Why({ ticket }: { ticket: StuckRow }) {
  const { problem, operation, ticketReference, channelName, httpStatus, serverAnswer } = ticket;
  return (
    <span className="[overflow-wrap:anywhere] whitespace-normal">
      {attemptedText(operation, ticketReference)} in {channelName}.{' '}
      {problem !== null && TICKET_PROBLEM_WORDS[problem]}
      {(httpStatus !== null || serverAnswer !== null) && (
        <span className="text-ink-3 block text-xs">
          {httpStatus !== null && `HTTP ${httpStatus}. `}
          {serverAnswer !== null && `It says: ${serverAnswer.slice(0, 200)}`}
        </span>
      )}
    </span>
  );
}
