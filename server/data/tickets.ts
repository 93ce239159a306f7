import { z } from 'zod';
import { CHANNEL_KINDS } from '@/domain/notify/delivery';
import { TICKET_PROBLEMS, type TicketProblem } from '@/domain/tickets/ticket-problem';
import {
  type Standing,
  STANDINGS,
  TICKET_OPERATIONS,
  type TicketOperation,
} from '@/domain/tickets/ticket-turn';
import type { Tx } from './database';
import { causeColumns, causeJoins, selectedCause } from './finding-queue';
import { jsonRows } from './json-rows';

/** What is to be done about a ticket: something is due, nothing, a company has to be mended, a person has to look. */
const TICKET_STATES = ['waiting', 'settled', 'blocked', 'refused'] as const;
type TicketState = (typeof TICKET_STATES)[number];

/** Systems of a cause that its ticket remembers. */
const TICKET_SYSTEMS_MAX = 1000;

const ticketRow = causeColumns.extend({
  causeKey: z.string(),
  openedAt: z.date(),
  channelId: z.string(),
  channelName: z.string(),
  kind: z.enum(CHANNEL_KINDS),
  sealed: z.instanceof(Uint8Array),
  isChannelRemoved: z.boolean(),
  needsCompany: z.boolean(),
  companyId: z.string().nullable(),
  isWanted: z.boolean(),
  stands: z.enum(STANDINGS),
  ticketId: z.string().nullable(),
  /** Where it is shown, as its system said; `ticketUrl` is what stands at the cause. */
  keptUrl: z.string().nullable(),
  openTriedAt: z.date().nullable(),
  toldSeverity: z.enum(['critical', 'warning', 'note']).nullable(),
  toldSystemIds: z.array(z.string()),
  toldFindingCount: z.int(),
  toldAt: z.date().nullable(),
  state: z.enum(TICKET_STATES),
  attempts: z.int(),
  tries: z.int(),
  giveUpAt: z.date().nullable(),
  isDue: z.boolean(),
});
/** The ticket of a cause, with the cause as it is now. */
export type DueTicket = z.output<typeof ticketRow>;

/** The ticket that has waited longest of those due at `now`; null: none is. */
export async function nextDueTicket(
  tx: Tx,
  mspId: string,
  now: Date,
): Promise<{ causeId: string; clientId: string } | null> {
  return tx.ticket.findFirst({
    where: { mspId, state: 'waiting', nextTryAt: { lte: now } },
    select: { causeId: true, clientId: true },
    orderBy: [{ nextTryAt: 'asc' }, { causeId: 'asc' }],
  });
}

/** Reads and locks the ticket of a cause. Lock the causes of its client first. */
export async function lockTicket(
  tx: Tx,
  mspId: string,
  causeId: string,
  now: Date,
): Promise<DueTicket | null> {
  const rows = await tx.$queryRaw`
    SELECT ${selectedCause}, c.cause_key AS "causeKey", c.last_opened_at AS "openedAt", t.channel_id::text AS "channelId",
      h.name AS "channelName", h.kind, h.sealed, h.removed_at IS NOT NULL AS "isChannelRemoved",
      h.needs_company AS "needsCompany", m.company_id AS "companyId", t.is_wanted AS "isWanted", t.stands,
      t.ticket_id AS "ticketId", t.ticket_url AS "keptUrl", t.open_tried_at AS "openTriedAt", t.told_severity AS "toldSeverity",
      t.told_system_ids::text[] AS "toldSystemIds", t.told_finding_count AS "toldFindingCount", t.told_at AS "toldAt", t.state,
      t.attempts, t.tries, t.give_up_at AS "giveUpAt", t.state = 'waiting' AND t.next_try_at <= ${now} AS "isDue"
    FROM app.ticket t
    JOIN app.finding_cause c ON c.msp_id = ${mspId}::uuid AND c.cause_id = t.cause_id
    ${causeJoins(mspId)}
    JOIN app.notification_channel h ON h.msp_id = ${mspId}::uuid AND h.channel_id = t.channel_id
    LEFT JOIN app.ticket_company m ON m.msp_id = ${mspId}::uuid AND m.channel_id = t.channel_id AND m.client_id = t.client_id
    WHERE t.msp_id = ${mspId}::uuid AND t.cause_id = ${causeId}::uuid FOR UPDATE OF t`;
  return z.array(ticketRow).max(1).parse(rows)[0] ?? null;
}

const memberRow = z.object({ systemId: z.string(), name: z.string() });
type Member = z.output<typeof memberRow>;

/** The systems that open findings of a cause concern, by name. */
export async function listMembers(
  tx: Tx,
  mspId: string,
  { clientId, causeKey }: { clientId: string; causeKey: string },
): Promise<Member[]> {
  const rows = await tx.$queryRaw`
    SELECT y.system_id::text AS "systemId", y.name FROM app.system y
    WHERE y.msp_id = ${mspId}::uuid AND y.archived_at IS NULL AND y.system_id IN (SELECT f.system_id FROM app.finding f
      WHERE f.msp_id = ${mspId}::uuid AND f.client_id = ${clientId}::uuid AND f.cause_key = ${causeKey} AND f.closed_at IS NULL)
    ORDER BY lower(y.name), y.system_id LIMIT ${TICKET_SYSTEMS_MAX}`;
  return z.array(memberRow).parse(rows);
}

/** Names of systems, whether they are there or archived. */
export async function namesOfSystems(
  tx: Tx,
  mspId: string,
  systemIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await tx.system.findMany({
    where: { mspId, systemId: { in: [...systemIds] } },
    select: { systemId: true, name: true },
  });
  return new Map(rows.map(({ systemId, name }) => [systemId, name]));
}

/** What is kept of a ticket. Left out: stays as it is. */
export interface TicketPatch {
  readonly state?: TicketState;
  readonly stands?: Standing;
  readonly ticketId?: string;
  readonly ticketUrl?: string | null;
  readonly openTriedAt?: Date | null;
  readonly toldSeverity?: string;
  readonly toldSystemIds?: string[];
  readonly toldFindingCount?: number;
  readonly toldAt?: Date;
  readonly attempts?: number;
  readonly tries?: number;
  readonly nextTryAt?: Date;
  readonly giveUpAt?: Date | null;
  readonly operation?: TicketOperation;
  readonly problem?: TicketProblem | null;
  readonly httpStatus?: number | null;
  readonly serverAnswer?: string | null;
  readonly tookMs?: number | null;
}

/** Keeps what became of a ticket that `lockTicket` holds. */
export async function saveTicket(tx: Tx, mspId: string, causeId: string, patch: TicketPatch): Promise<void> {
  await tx.ticket.updateMany({ where: { mspId, causeId }, data: patch });
}

/** Shows the ticket's number at its cause. The version stays: no person changed it. */
export async function showTicketNumber(
  tx: Tx,
  mspId: string,
  causeId: string,
  { ticketId, url }: { ticketId: string; url: string | null },
): Promise<void> {
  await tx.findingCause.updateMany({
    where: { mspId, causeId },
    data: { ticketReference: ticketId, ticketUrl: url },
  });
}

/** Has the tickets of these causes looked at from `at` on. `evenStuck`: those too that wait for a person; answers how many. */
export async function wakeTickets(
  tx: Tx,
  mspId: string,
  causeIds: readonly string[],
  { at, evenStuck }: { at: Date; evenStuck: boolean },
): Promise<number> {
  if (causeIds.length === 0) return 0;
  const states: TicketState[] = evenStuck ? ['settled', 'blocked', 'refused'] : ['settled'];
  const { count } = await tx.ticket.updateMany({
    where: { mspId, causeId: { in: [...causeIds] }, state: { in: states } },
    data: { state: 'waiting', nextTryAt: at, tries: 0, giveUpAt: null },
  });
  return count;
}

/** Has tickets tried again that a ticket system or its companies held up; answers how many. `clientId` null: of every client. */
export async function retryTicketsOf(
  tx: Tx,
  mspId: string,
  { channelId, clientId }: { channelId: string; clientId: string | null },
  at: Date,
): Promise<number> {
  const { count } = await tx.ticket.updateMany({
    where: {
      mspId,
      channelId,
      ...(clientId === null ? { state: { in: ['blocked', 'refused'] } } : { clientId, state: 'blocked' }),
    },
    data: { state: 'waiting', nextTryAt: at, tries: 0, giveUpAt: null },
  });
  return count;
}

/** That a cause is to have a ticket in a system. */
export interface WantedTicket {
  readonly causeId: string;
  readonly clientId: string;
  readonly channelId: string;
  /** null: a person wants it. */
  readonly ruleId: string | null;
}

/**
 * Wants tickets for causes. One that was taken back is wanted again: the same in its own system; in another one it begins anew, which the
 * caller allows only once the former is closed. What is under way goes on and is looked at afterwards.
 */
export async function wantTickets(
  tx: Tx,
  mspId: string,
  wanted: readonly WantedTicket[],
  at: Date,
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO app.ticket AS t (msp_id, cause_id, client_id, channel_id, rule_id, wanted_at, next_try_at)
    SELECT ${mspId}::uuid, r."causeId", r."clientId", r."channelId", r."ruleId", ${at}, ${at}
    FROM jsonb_to_recordset(${jsonRows([...wanted])}::jsonb)
      AS r ("causeId" uuid, "clientId" uuid, "channelId" uuid, "ruleId" uuid)
    ON CONFLICT (msp_id, cause_id) DO UPDATE SET is_wanted = true, wanted_at = excluded.wanted_at, rule_id = excluded.rule_id,
      channel_id = excluded.channel_id,
      stands = CASE WHEN t.channel_id = excluded.channel_id THEN t.stands ELSE 'none' END,
      ticket_id = CASE WHEN t.channel_id = excluded.channel_id THEN t.ticket_id END,
      ticket_url = CASE WHEN t.channel_id = excluded.channel_id THEN t.ticket_url END,
      open_tried_at = CASE WHEN t.channel_id = excluded.channel_id THEN t.open_tried_at END,
      state = 'waiting', tries = 0, give_up_at = NULL,
      next_try_at = CASE WHEN t.state = 'waiting' THEN t.next_try_at ELSE excluded.next_try_at END`;
}

/** The same for a rule, which leaves alone what has a ticket or had one; answers the causes that get one. */
export async function wantTicketsByRule(
  tx: Tx,
  mspId: string,
  wanted: readonly WantedTicket[],
  at: Date,
): Promise<string[]> {
  const rows = await tx.$queryRaw`
    INSERT INTO app.ticket (msp_id, cause_id, client_id, channel_id, rule_id, wanted_at, next_try_at)
    SELECT ${mspId}::uuid, r."causeId", r."clientId", r."channelId", r."ruleId", ${at}, ${at}
    FROM jsonb_to_recordset(${jsonRows([...wanted])}::jsonb)
      AS r ("causeId" uuid, "clientId" uuid, "channelId" uuid, "ruleId" uuid)
    JOIN app.finding_cause c ON c.msp_id = ${mspId}::uuid AND c.cause_id = r."causeId"
    WHERE c.closed_at IS NULL AND c.ticket_reference IS NULL
    ON CONFLICT (msp_id, cause_id) DO NOTHING RETURNING cause_id::text AS "causeId"`;
  return z
    .array(z.object({ causeId: z.string() }))
    .parse(rows)
    .map(({ causeId }) => causeId);
}

/** Takes tickets back: they are closed where they are, or not opened at all. */
export async function unwantTickets(
  tx: Tx,
  mspId: string,
  causeIds: readonly string[],
  at: Date,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE app.ticket t SET is_wanted = false, state = 'waiting', tries = 0, give_up_at = NULL,
      next_try_at = CASE WHEN t.state = 'waiting' THEN t.next_try_at ELSE ${at} END
    WHERE t.msp_id = ${mspId}::uuid AND t.cause_id = ANY (${[...causeIds]}::uuid[])`;
}

const keptRow = z.object({
  causeId: z.string(),
  channelId: z.string(),
  clientId: z.string(),
  isWanted: z.boolean(),
  ticketId: z.string().nullable(),
  ticketUrl: z.string().nullable(),
  stands: z.enum(STANDINGS),
  openTriedAt: z.date().nullable(),
  state: z.enum(TICKET_STATES),
});
type KeptTicket = z.output<typeof keptRow>;

/** The tickets that Holdfast keeps, or kept, of causes. */
export async function listKeptTickets(
  tx: Tx,
  mspId: string,
  causeIds: readonly string[],
): Promise<KeptTicket[]> {
  const rows = await tx.ticket.findMany({
    where: { mspId, causeId: { in: [...causeIds] } },
    select: {
      causeId: true,
      channelId: true,
      clientId: true,
      isWanted: true,
      ticketId: true,
      ticketUrl: true,
      stands: true,
      openTriedAt: true,
      state: true,
    },
  });
  return z.array(keptRow).parse(rows);
}

const causeTicketRow = z.object({
  channelId: z.string(),
  systemName: z.string(),
  state: z.enum(TICKET_STATES),
  stands: z.enum(STANDINGS),
  ticketId: z.string().nullable(),
  ticketUrl: z.string().nullable(),
  problem: z.enum(TICKET_PROBLEMS).nullable(),
  httpStatus: z.int().nullable(),
  serverAnswer: z.string().nullable(),
});
/** The ticket of a cause as it is shown beside it. */
export type CauseTicket = z.output<typeof causeTicketRow>;

/** null: Holdfast keeps none of it. */
export async function findCauseTicket(tx: Tx, mspId: string, causeId: string): Promise<CauseTicket | null> {
  const rows = await tx.$queryRaw`
    SELECT t.channel_id::text AS "channelId", h.name AS "systemName", t.state, t.stands, t.ticket_id AS "ticketId",
      t.ticket_url AS "ticketUrl", t.problem, t.http_status AS "httpStatus", t.server_answer AS "serverAnswer"
    FROM app.ticket t
    JOIN app.notification_channel h ON h.msp_id = ${mspId}::uuid AND h.channel_id = t.channel_id
    WHERE t.msp_id = ${mspId}::uuid AND t.cause_id = ${causeId}::uuid AND t.is_wanted`;
  return z.array(causeTicketRow).max(1).parse(rows)[0] ?? null;
}

const stuckRow = causeColumns.extend({
  channelName: z.string(),
  channelId: z.string(),
  needsCompany: z.boolean(),
  companyId: z.string().nullable(),
  state: z.enum(TICKET_STATES),
  isWanted: z.boolean(),
  operation: z.enum(TICKET_OPERATIONS).nullable(),
  problem: z.enum(TICKET_PROBLEMS).nullable(),
  httpStatus: z.int().nullable(),
  serverAnswer: z.string().nullable(),
  tries: z.int(),
  nextTryAt: z.date(),
});
/** A ticket that is not as it should be. */
export type StuckTicket = z.output<typeof stuckRow>;

/** Tickets that are shown as stuck. */
const STUCK_MAX = 200;

/** Tickets that are held up, and those that are tried again, those that need somebody first. */
export async function listStuckTickets(tx: Tx, mspId: string): Promise<StuckTicket[]> {
  const rows = await tx.$queryRaw`
    SELECT ${selectedCause}, h.name AS "channelName", t.channel_id::text AS "channelId", h.needs_company AS "needsCompany",
      m.company_id AS "companyId", t.state, t.is_wanted AS "isWanted", t.operation, t.problem, t.http_status AS "httpStatus",
      t.server_answer AS "serverAnswer", t.tries, t.next_try_at AS "nextTryAt"
    FROM app.ticket t
    JOIN app.finding_cause c ON c.msp_id = ${mspId}::uuid AND c.cause_id = t.cause_id
    ${causeJoins(mspId)}
    JOIN app.notification_channel h ON h.msp_id = ${mspId}::uuid AND h.channel_id = t.channel_id
    LEFT JOIN app.ticket_company m ON m.msp_id = ${mspId}::uuid AND m.channel_id = t.channel_id AND m.client_id = t.client_id
    WHERE t.msp_id = ${mspId}::uuid
      AND (t.state IN ('blocked', 'refused') OR (t.state = 'waiting' AND t.tries > 0 AND t.problem IS NOT NULL))
    ORDER BY t.state = 'waiting', c.severity_rank, l.name, t.cause_id LIMIT ${STUCK_MAX}`;
  return z.array(stuckRow).parse(rows);
}
