import { literal, sayLast, scopeOf, type Tx } from './database';
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

/**
 * Appends to the MSP's audit chain, whose lock lets one transaction end at a time: so it is said with the COMMIT, whenever it is called, and
 * what is wrong with it fails the transaction then. Nothing in the transaction sees the event.
 */
export async function appendAuditEvent(tx: Tx, event: AuditEvent): Promise<void> {
  const { action, clientId = null, target } = event;
  const details = { ...event.details, ...byKey(tx) };
  const said = [
    literal(action),
    `${literal(clientId)}::uuid`,
    `${literal(JSON.stringify(target))}::jsonb`,
    `${literal(JSON.stringify(details))}::jsonb`,
    `${literal(event.private ? JSON.stringify(event.private) : null)}::jsonb`,
  ];
  sayWithCommit(tx, `SELECT audit.append(${said.join(', ')})`);
}

/** The same for any number of events, in their order; none of them with personal values. */
export async function appendAuditEvents(
  tx: Tx,
  events: readonly Omit<AuditEvent, 'private'>[],
): Promise<void> {
  if (events.length === 0) return;
  const key = byKey(tx);
  const rows = events.map((one) => ({
    ...one,
    details: { ...one.details, ...key },
    client_id: one.clientId ?? null,
  }));
  sayWithCommit(
    tx,
    `SELECT count(audit.append(r.action, r.client_id, r.target, r.details, NULL::jsonb))
      FROM jsonb_to_recordset(${literal(jsonRows(rows))}::jsonb) AS r (action text, client_id uuid, target jsonb, details jsonb)`,
  );
}

/** What an event says where its person acts by a key. */
function byKey(tx: Tx): { personalKeyId?: string } {
  const personalKeyId = scopeOf(tx)?.personalKeyId;
  return personalKeyId === undefined ? {} : { personalKeyId };
}

function sayWithCommit(tx: Tx, sql: string): void {
  if (!sayLast(tx, sql)) throw new Error('an event belongs to the transaction of a scope');
}
