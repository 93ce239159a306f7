import { v7 } from 'uuid';
import { z } from 'zod';
import type { Tx } from './database';
import { lockCausesOf } from './finding-causes';
import { jsonRows } from './json-rows';

/** What people did about a cause. Instants are ISO 8601 in UTC. */
export interface CauseHandling {
  readonly acknowledgedAt: string | null;
  readonly acknowledgedBy: string | null;
  readonly acknowledgedByName: string | null;
  readonly assignedTo: string | null;
  readonly assignedToName: string | null;
  readonly snoozedUntil: string | null;
  readonly ticketReference: string | null;
  readonly ticketUrl: string | null;
}

const text = z.string().nullable();
const iso = z
  .date()
  .nullable()
  .transform((at) => at?.toISOString() ?? null);
const handlingColumns = {
  acknowledgedAt: iso,
  acknowledgedBy: text,
  acknowledgedByName: text,
  assignedTo: text,
  assignedToName: text,
  snoozedUntil: iso,
  ticketReference: text,
  ticketUrl: text,
};
const handlingJson = z.object({
  acknowledgedAt: text,
  acknowledgedBy: text,
  acknowledgedByName: text,
  assignedTo: text,
  assignedToName: text,
  snoozedUntil: text,
  ticketReference: text,
  ticketUrl: text,
}) satisfies z.ZodType<CauseHandling>;

const lockedRow = z
  .object({
    causeId: z.string(),
    clientId: z.string(),
    clientName: z.string(),
    version: z.int(),
    isOpen: z.boolean(),
    ...handlingColumns,
  })
  .transform(({ causeId, clientId, clientName, version, isOpen, ...handling }) => ({
    causeId,
    clientId,
    clientName,
    version,
    isOpen,
    handling: handling satisfies CauseHandling,
  }));
/** A cause that nobody else can change until commit. */
export type LockedCause = z.output<typeof lockedRow>;

/** Locks the causes of these ids that are there, in the order of the ids given. */
export async function lockCauses(tx: Tx, mspId: string, causeIds: readonly string[]): Promise<LockedCause[]> {
  const clients = await tx.findingCause.findMany({
    where: { mspId, causeId: { in: [...causeIds] } },
    select: { clientId: true },
    distinct: ['clientId'],
  });
  await lockCausesOf(
    tx,
    mspId,
    clients.map(({ clientId }) => clientId),
  );
  const rows = await tx.$queryRaw`
    SELECT c.cause_id::text AS "causeId", c.client_id::text AS "clientId", l.name AS "clientName", c.version,
      c.closed_at IS NULL AS "isOpen", c.acknowledged_at AS "acknowledgedAt", c.acknowledged_by::text AS "acknowledgedBy",
      c.acknowledged_by_name AS "acknowledgedByName", c.assigned_to::text AS "assignedTo",
      c.assigned_to_name AS "assignedToName", c.snoozed_until AS "snoozedUntil", c.ticket_reference AS "ticketReference",
      c.ticket_url AS "ticketUrl"
    FROM app.finding_cause c
    JOIN app.client l ON l.msp_id = ${mspId}::uuid AND l.client_id = c.client_id
    WHERE c.msp_id = ${mspId}::uuid AND c.cause_id = ANY (${[...causeIds]}::uuid[])
    ORDER BY array_position(${[...causeIds]}::uuid[], c.cause_id)`;
  return z.array(lockedRow).parse(rows);
}

/**
 * Keeps what people did about causes from now on; raises their versions. The number of a ticket that Holdfast keeps stays: taking
 * something else back must not take it away.
 */
export async function saveHandling(
  tx: Tx,
  mspId: string,
  causes: readonly { readonly causeId: string; readonly handling: CauseHandling }[],
): Promise<void> {
  const rows = causes.map(({ causeId, handling }) => ({ causeId, ...handling }));
  await tx.$executeRaw`
    UPDATE app.finding_cause c SET version = c.version + 1, acknowledged_at = r."acknowledgedAt",
      acknowledged_by = r."acknowledgedBy", acknowledged_by_name = r."acknowledgedByName", assigned_to = r."assignedTo",
      assigned_to_name = r."assignedToName", snoozed_until = r."snoozedUntil",
      ticket_reference = CASE WHEN k.ticket_id IS NULL THEN r."ticketReference" ELSE c.ticket_reference END,
      ticket_url = CASE WHEN k.ticket_id IS NULL THEN r."ticketUrl" ELSE c.ticket_url END
    FROM jsonb_to_recordset(${jsonRows(rows)}::jsonb) AS r ("causeId" uuid, "acknowledgedAt" timestamptz, "acknowledgedBy" uuid,
      "acknowledgedByName" text, "assignedTo" uuid, "assignedToName" text, "snoozedUntil" timestamptz, "ticketReference" text,
      "ticketUrl" text)
      LEFT JOIN app.ticket k ON k.msp_id = ${mspId}::uuid AND k.cause_id = r."causeId" AND k.is_wanted
    WHERE c.msp_id = ${mspId}::uuid AND c.cause_id = r."causeId"`;
}

/** What a person did, as the timeline tells it. */
const CHANGE_KINDS = [
  'acknowledged',
  'assigned',
  'snoozed',
  'commented',
  'ticket-linked',
  'waived',
  'waiver-withdrawn',
  'ticket-wanted',
  'ticket-withdrawn',
  'ticket-retried',
] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** One change of a person, of one or many causes. */
export interface CauseChange {
  readonly changeId: string;
  readonly kind: ChangeKind;
  readonly person: { readonly personId: string; readonly name: string };
  readonly at: Date;
  /** A comment, or the reason of a waiver. */
  readonly text: string | null;
  readonly detail: Readonly<Record<string, string | null>>;
}

/** Tells a change in the timelines of its causes, with what stood there before it. */
export async function saveChange(
  tx: Tx,
  mspId: string,
  change: CauseChange,
  causes: readonly LockedCause[],
): Promise<void> {
  const rows = causes.map(({ causeId, clientId, handling, version }) => ({
    eventId: v7(),
    causeId,
    clientId,
    before: handling,
    version: version + 1,
  }));
  await tx.$executeRaw`
    INSERT INTO app.finding_event (msp_id, event_id, client_id, cause_id, kind, at, detail, text, change_id, by_id, by_name,
      before, version)
    SELECT ${mspId}::uuid, r."eventId", r."clientId", r."causeId", ${change.kind}, ${change.at},
      ${JSON.stringify(change.detail)}::jsonb, ${change.text}, ${change.changeId}::uuid, ${change.person.personId}::uuid,
      ${change.person.name}, r.before, r.version
    FROM jsonb_to_recordset(${jsonRows(rows)}::jsonb)
      AS r ("eventId" uuid, "causeId" uuid, "clientId" uuid, before jsonb, version int)`;
}

const undoableRow = z.object({
  eventId: z.string(),
  causeId: z.string(),
  kind: z.enum(CHANGE_KINDS),
  before: handlingJson,
  version: z.int(),
});
/** What a change did to one cause, and what stood there before it. */
export type UndoableEvent = z.output<typeof undoableRow>;

/** What a change did and nobody took back yet, by cause. That something was tried again cannot be taken back. */
export async function listUndoable(tx: Tx, mspId: string, changeId: string): Promise<UndoableEvent[]> {
  const rows = await tx.$queryRaw`
    SELECT e.event_id::text AS "eventId", e.cause_id::text AS "causeId", e.kind, e.before, e.version
    FROM app.finding_event e
    WHERE e.msp_id = ${mspId}::uuid AND e.change_id = ${changeId}::uuid AND e.undone_at IS NULL
      AND e.kind <> 'ticket-retried'
    ORDER BY e.cause_id`;
  return z.array(undoableRow).parse(rows);
}

export async function markUndone(
  tx: Tx,
  mspId: string,
  eventIds: readonly string[],
  person: CauseChange['person'],
  at: Date,
): Promise<void> {
  await tx.findingEvent.updateMany({
    where: { mspId, eventId: { in: [...eventIds] } },
    data: { undoneAt: at, undoneBy: person.personId, undoneByName: person.name },
  });
}

/**
 * The systems that open findings of these causes concern, held until commit. Call it before the causes are locked: whoever evaluates
 * holds its systems when it comes to their causes.
 */
export async function lockSystemsOfCauses(
  tx: Tx,
  mspId: string,
  causeIds: readonly string[],
): Promise<string[]> {
  const rows = await tx.$queryRaw`
    SELECT s.system_id::text AS "systemId" FROM app.system_status s
    WHERE s.msp_id = ${mspId}::uuid AND s.system_id IN (SELECT f.system_id FROM app.finding f
      JOIN app.finding_cause c ON c.msp_id = ${mspId}::uuid AND c.client_id = f.client_id AND c.cause_key = f.cause_key
      WHERE f.msp_id = ${mspId}::uuid AND f.closed_at IS NULL AND c.cause_id = ANY (${[...causeIds]}::uuid[]))
    ORDER BY s.system_id FOR UPDATE OF s`;
  return z
    .array(z.object({ systemId: z.string() }))
    .parse(rows)
    .map(({ systemId }) => systemId);
}
