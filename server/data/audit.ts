import type { Tx } from './database';
import { jsonRows } from './json-rows';

/** What happened, in the words of the log; tenant and actor come from the transaction's sealed context. */
export interface AuditEvent {
  /** `subject.verb`, lower case. */
  readonly action: string;
  /** null: concerns the MSP itself. */
  readonly clientId?: string | null;
  /** Ids of what was acted upon. */
  readonly target: Readonly<Record<string, string>>;
  readonly details: Readonly<Record<string, unknown>>;
  /** Personal values: the chain holds only salted commitments to them, so that they can be erased. */
  readonly private?: Readonly<Record<string, string>>;
}

/** Appends to the MSP's audit chain. Call it last in the business transaction: the chain is locked until commit. */
export async function appendAuditEvent(tx: Tx, event: AuditEvent): Promise<void> {
  await tx.$queryRaw`SELECT audit.append(${event.action}, ${event.clientId ?? null}::uuid,
    ${JSON.stringify(event.target)}::jsonb, ${JSON.stringify(event.details)}::jsonb,
    ${event.private ? JSON.stringify(event.private) : null}::jsonb)`;
}

/** The same for any number of events, in their order; none of them with personal values. */
export async function appendAuditEvents(
  tx: Tx,
  events: readonly Omit<AuditEvent, 'private'>[],
): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map((one) => ({ ...one, client_id: one.clientId ?? null }));
  await tx.$queryRaw`SELECT count(audit.append(r.action, r.client_id, r.target, r.details, NULL::jsonb))::int AS appended
    FROM jsonb_to_recordset(${jsonRows(rows)}::jsonb) AS r (action text, client_id uuid, target jsonb, details jsonb)`;
}
