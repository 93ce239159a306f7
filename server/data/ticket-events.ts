import type { Tx } from './database';
import { jsonRows } from './json-rows';

/** What happened to the ticket of a cause without anybody's doing. */
export type TicketEventKind =
  | 'ticket-wanted'
  | 'ticket-opened'
  | 'ticket-updated'
  | 'ticket-closed'
  | 'ticket-reopened'
  | 'ticket-blocked'
  | 'ticket-refused';

interface TicketEvent {
  readonly eventId: string;
  readonly causeId: string;
  readonly clientId: string;
  readonly kind: TicketEventKind;
  readonly detail: Readonly<Record<string, string | null>>;
}

/** Tells it in the timelines of the causes. */
export async function saveTicketEvents(
  tx: Tx,
  mspId: string,
  events: readonly TicketEvent[],
  at: Date,
): Promise<void> {
  if (events.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO app.finding_event (msp_id, event_id, client_id, cause_id, kind, at, detail)
    SELECT ${mspId}::uuid, r."eventId", r."clientId", r."causeId", r.kind, ${at}, r.detail
    FROM jsonb_to_recordset(${jsonRows(events)}::jsonb)
      AS r ("eventId" uuid, "clientId" uuid, "causeId" uuid, kind text, detail jsonb)`;
}
