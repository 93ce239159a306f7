import { causeTitle } from '@/domain/findings/cause-title';
import { instantText } from '@/domain/notify/message-text';
import type { PlaceholderValues } from '@/domain/tickets/template';
import {
  type TicketCause,
  ticketDescription,
  ticketKey,
  ticketNote,
  ticketSummary,
} from '@/domain/tickets/ticket-text';
import { membersChanged, type TicketOperation } from '@/domain/tickets/ticket-turn';
import { findMsp } from '../data/clients';
import type { Tx } from '../data/database';
import { type DueTicket, namesOfSystems } from '../data/tickets';

interface Wanted {
  readonly ticket: DueTicket;
  /** The systems that the cause concerns, by name. */
  readonly members: readonly { readonly systemId: string; readonly name: string }[];
  readonly operation: TicketOperation;
  readonly appOrigin: string;
}

/** What a request about a ticket can name, with the note that its operation needs. */
export async function ticketValues(tx: Tx, mspId: string, wanted: Wanted): Promise<PlaceholderValues> {
  const { ticket, members, operation, appOrigin } = wanted;
  const { timeZone } = await findMsp(tx, mspId);
  const url = `${appOrigin}/findings?cause=${ticket.causeId}`;
  const cause: TicketCause = {
    causeId: ticket.causeId,
    title: causeTitle(ticket, { formatInstant: (at) => instantText(at, timeZone) }),
    clientName: ticket.clientName,
    severity: ticket.severity,
    systemCount: ticket.systemCount,
    findingCount: ticket.findingCount,
    openedAt: ticket.openedAt.getTime(),
    closedAt: ticket.closedAt?.getTime() ?? null,
    systemNames: members.map(({ name }) => name),
  };
  return {
    summary: ticketSummary(cause),
    description: ticketDescription(cause, timeZone, url),
    clientName: cause.clientName,
    severity: cause.severity,
    systemCount: String(cause.systemCount),
    findingCount: String(cause.findingCount),
    key: ticketKey(cause.causeId),
    url,
    ...(ticket.companyId !== null && { companyId: ticket.companyId }),
    ...(ticket.ticketId !== null && { ticketId: ticket.ticketId }),
    ...(operation !== 'open' &&
      operation !== 'find' && {
        note: ticketNote(operation, cause, await changeOf(tx, mspId, wanted), timeZone, url),
      }),
  };
}

async function changeOf(tx: Tx, mspId: string, { ticket, members }: Wanted) {
  const names = new Map(members.map(({ systemId, name }) => [systemId, name]));
  const { joined, left } = membersChanged(ticket.toldSystemIds, [...names.keys()]);
  const formerNames = await namesOfSystems(tx, mspId, left);
  return {
    formerSeverity: ticket.toldSeverity,
    joinedNames: joined.flatMap((id) => names.get(id) ?? []),
    joinedCount: joined.length,
    leftNames: left.flatMap((id) => formerNames.get(id) ?? []),
    leftCount: left.length,
    isTakenBack: !ticket.isWanted,
  };
}
