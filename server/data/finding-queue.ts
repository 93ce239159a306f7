import { z } from 'zod';
import { QUEUE_TABS, type QueueTab } from '@/domain/findings/queue-tab';
import type { OpenFinding } from '@/domain/protection/verdict';
import { TICKET_PROBLEMS } from '@/domain/tickets/ticket-problem';
import { Prisma } from '@/prisma/generated/prisma/client';
import type { Tx } from './database';
import { holdingPattern } from './like-pattern';
import { isServed } from './served';

/** What stands together; within a group the order is that of harm. */
export const QUEUE_GROUPS = ['harm', 'client', 'severity', 'person'] as const;
type QueueGroup = (typeof QUEUE_GROUPS)[number];

/** Which causes are asked for. */
export interface QueueFilter {
  /** In the names of clients, systems and what is concerned, in rules and tickets; empty: any. */
  readonly search: string;
  readonly severity: OpenFinding['severity'] | null;
  readonly clientId: string | null;
  /** One that is among the open findings of a cause. */
  readonly rule: string | null;
}

export interface QueueView extends QueueFilter {
  readonly tab: QueueTab;
  readonly group: QueueGroup;
  /** From 1. */
  readonly page: number;
}

/** For whom and when the queue is told. */
export interface QueueReader {
  readonly mspId: string;
  readonly personId: string;
  readonly now: Date;
}

export const QUEUE_PAGE_SIZE = 100;
/** Counting further would take longer the larger the queue is. */
export const QUEUE_COUNT_MAX = 1000;

// Written by evaluate-system only, from the type itself.
const told = z.object({
  rule: z.string(),
  subject: z.object({ name: z.string() }),
  detail: z.object({ kind: z.string() }),
});
export const leadFinding = z.custom<Pick<OpenFinding, 'rule' | 'subject' | 'detail'>>(
  (value) => told.safeParse(value).success,
);

export const causeColumns = z.object({
  causeId: z.string(),
  clientId: z.string(),
  clientName: z.string(),
  timeZone: z.string(),
  severity: z.enum(['critical', 'warning', 'note']),
  rules: z.array(z.string()),
  findingCount: z.int(),
  waivedCount: z.int(),
  systemCount: z.int(),
  since: z.date(),
  closedAt: z.date().nullable(),
  flapCount: z.int(),
  version: z.int(),
  acknowledgedAt: z.date().nullable(),
  acknowledgedByName: z.string().nullable(),
  assignedTo: z.string().nullable(),
  assignedToName: z.string().nullable(),
  snoozedUntil: z.date().nullable(),
  ticketReference: z.string().nullable(),
  ticketUrl: z.string().nullable(),
  /** How the ticket stands that Holdfast keeps; null: it keeps none. */
  ticketState: z.enum(['waiting', 'settled', 'blocked', 'refused']).nullable(),
  ticketProblem: z.enum(TICKET_PROBLEMS).nullable(),
  /** The system of the finding that tells most. */
  systemName: z.string().nullable(),
  /** How many that system has. */
  dataSetCount: z.int(),
  lead: leadFinding.nullable(),
});
/** A cause as a row of the queue. */
export type QueuedCause = z.output<typeof causeColumns>;

/** What `causeColumns` reads, of causes `c` joined by `causeJoins`. */
export const selectedCause = Prisma.sql`c.cause_id::text AS "causeId", c.client_id::text AS "clientId", l.name AS "clientName",
  l.time_zone AS "timeZone", c.severity, c.rules, c.finding_count AS "findingCount", c.waived_count AS "waivedCount",
  c.system_count AS "systemCount", c.since, c.closed_at AS "closedAt", c.flap_count AS "flapCount", c.version,
  c.acknowledged_at AS "acknowledgedAt", c.acknowledged_by_name AS "acknowledgedByName", c.assigned_to::text AS "assignedTo",
  c.assigned_to_name AS "assignedToName", c.snoozed_until AS "snoozedUntil", c.ticket_reference AS "ticketReference",
  c.ticket_url AS "ticketUrl", k.state AS "ticketState", k.problem AS "ticketProblem", y.name AS "systemName",
  sets.count AS "dataSetCount", CASE WHEN f.finding_id IS NOT NULL THEN
    jsonb_build_object('rule', f.rule, 'detail', f.detail, 'subject',
      jsonb_build_object('kind', f.subject_kind, 'id', f.subject_id, 'name', f.subject_name)) END AS lead`;

export function causeJoins(mspId: string): Prisma.Sql {
  return Prisma.sql`JOIN app.client l ON l.msp_id = ${mspId}::uuid AND l.client_id = c.client_id
    LEFT JOIN app.finding f ON f.msp_id = ${mspId}::uuid AND f.finding_id = c.lead_finding_id
    LEFT JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.system_id = f.system_id
    LEFT JOIN LATERAL (SELECT count(*)::int AS count FROM app.data_set s
      WHERE s.msp_id = ${mspId}::uuid AND s.system_id = f.system_id AND s.archived_at IS NULL) sets ON true
    LEFT JOIN app.ticket k ON k.msp_id = ${mspId}::uuid AND k.cause_id = c.cause_id AND k.is_wanted`;
}

/** A page of the queue; `hasMore`: there is another one. */
export async function listQueue(
  tx: Tx,
  reader: QueueReader,
  view: QueueView,
  pageSize = QUEUE_PAGE_SIZE,
): Promise<{ causes: QueuedCause[]; hasMore: boolean }> {
  const { mspId } = reader;
  const order = orderOf(view.group);
  // Cut first: what only the page shows is joined to the page alone.
  const rows = z.array(causeColumns).parse(
    await tx.$queryRaw`
      SELECT ${selectedCause}
      FROM (SELECT c.* FROM app.finding_cause c
        ${view.group === 'client' ? joinedClient(mspId) : clientToSearch(mspId, view)}
        WHERE c.msp_id = ${mspId}::uuid AND ${isInTab(reader, view.tab)} AND ${isServed(mspId, Prisma.sql`c.client_id`)}
          AND ${fits(mspId, view)}
        ORDER BY ${order} LIMIT ${pageSize + 1} OFFSET ${(view.page - 1) * pageSize}) c
      ${causeJoins(mspId)}
      WHERE c.msp_id = ${mspId}::uuid
      ORDER BY ${order}`,
  );
  return { causes: rows.slice(0, pageSize), hasMore: rows.length > pageSize };
}

export type QueueCounts = Readonly<Record<QueueTab, number>>;

/** How many causes each tab has under a filter; 1,001 stands for more than a thousand. */
export async function countQueue(tx: Tx, reader: QueueReader, filter: QueueFilter): Promise<QueueCounts> {
  const counts: Partial<Record<QueueTab, number>> = {};
  for (const tab of QUEUE_TABS) counts[tab] = await countTab(tx, reader, tab, filter);
  // Every tab was counted.
  return counts as QueueCounts;
}

const NO_FILTER: QueueFilter = { search: '', severity: null, clientId: null, rule: null };

/** How many causes of a tab there are; 1,001 stands for more than a thousand. */
export async function countTab(
  tx: Tx,
  reader: QueueReader,
  tab: QueueTab,
  filter: QueueFilter = NO_FILTER,
): Promise<number> {
  const { mspId } = reader;
  const rows = await tx.$queryRaw`
    SELECT count(*)::int AS count FROM (SELECT FROM app.finding_cause c
      ${clientToSearch(mspId, filter)}
      WHERE c.msp_id = ${mspId}::uuid AND ${isInTab(reader, tab)} AND ${isServed(mspId, Prisma.sql`c.client_id`)}
        AND ${fits(mspId, filter)}
      LIMIT ${QUEUE_COUNT_MAX + 1}) counted`;
  return z.tuple([z.object({ count: z.int() })]).parse(rows)[0].count;
}

/** The rules of the gravest thousand open causes, by name, to filter by. */
export async function listQueueRules(tx: Tx, mspId: string): Promise<string[]> {
  const rows = await tx.$queryRaw`
    SELECT DISTINCT unnest(c.rules) AS rule FROM (SELECT c.rules FROM app.finding_cause c
      WHERE c.msp_id = ${mspId}::uuid AND c.closed_at IS NULL AND ${isServed(mspId, Prisma.sql`c.client_id`)}
      ORDER BY c.severity_rank, c.system_count DESC, c.since, c.cause_id LIMIT ${QUEUE_COUNT_MAX}) c ORDER BY rule`;
  return z
    .array(z.object({ rule: z.string() }))
    .parse(rows)
    .map(({ rule }) => rule);
}

function joinedClient(mspId: string): Prisma.Sql {
  return Prisma.sql`JOIN app.client l ON l.msp_id = ${mspId}::uuid AND l.client_id = c.client_id`;
}

/** Joined only where its name is asked for, so that an index alone gives the order. */
function clientToSearch(mspId: string, { search }: QueueFilter): Prisma.Sql {
  return search === '' ? Prisma.empty : joinedClient(mspId);
}

/** Partial indexes have these conditions. */
function isInTab({ personId, now }: QueueReader, tab: QueueTab): Prisma.Sql {
  const isWaived = Prisma.sql`(c.waived_count > 0 AND c.waived_count >= c.finding_count)`;
  // What nobody promised needs nobody: notes stand apart.
  const isOpen = Prisma.sql`c.closed_at IS NULL AND c.severity_rank < 3 AND (c.snoozed_until IS NULL OR c.snoozed_until <= ${now}::timestamptz)
    AND NOT ${isWaived}`;
  switch (tab) {
    case 'open':
      return isOpen;
    case 'mine':
      return Prisma.sql`${isOpen} AND c.assigned_to = ${personId}::uuid`;
    case 'unassigned':
      return Prisma.sql`${isOpen} AND c.assigned_to IS NULL`;
    case 'snoozed':
      return Prisma.sql`c.closed_at IS NULL AND c.snoozed_until IS NOT NULL AND c.snoozed_until > ${now}::timestamptz
        AND NOT ${isWaived}`;
    case 'waived':
      return Prisma.sql`c.closed_at IS NULL AND ${isWaived}`;
    case 'notes':
      return Prisma.sql`c.closed_at IS NULL AND c.severity_rank = 3 AND NOT ${isWaived}`;
  }
}

function fits(mspId: string, { search, severity, clientId, rule }: QueueFilter): Prisma.Sql {
  const like = holdingPattern(search);
  const conditions = [
    severity && Prisma.sql`c.severity = ${severity}`,
    clientId && Prisma.sql`c.client_id = ${clientId}::uuid`,
    rule && Prisma.sql`${rule} = ANY (c.rules)`,
    search !== '' &&
      Prisma.sql`(l.name ILIKE ${like} OR c.ticket_reference ILIKE ${like} OR c.assigned_to_name ILIKE ${like}
        OR array_to_string(c.rules, ' ') ILIKE ${like}
        OR EXISTS (SELECT FROM app.finding n LEFT JOIN app.system s ON s.msp_id = ${mspId}::uuid AND s.system_id = n.system_id
          WHERE n.msp_id = ${mspId}::uuid AND n.client_id = c.client_id AND n.cause_key = c.cause_key AND n.closed_at IS NULL
            AND (n.subject_name ILIKE ${like} OR s.name ILIKE ${like})))`,
  ].filter((condition) => condition !== null && condition !== false && condition !== '');
  return conditions.length === 0 ? Prisma.sql`true` : Prisma.join(conditions, ' AND ');
}

/** The order of harm is that of domain/findings/harm.ts. */
function orderOf(group: QueueGroup): Prisma.Sql {
  const harm = Prisma.sql`c.severity_rank, c.system_count DESC, c.since, c.cause_id`;
  switch (group) {
    case 'harm':
    case 'severity':
      return harm;
    case 'client':
      return Prisma.sql`lower(l.name), c.client_id, ${harm}`;
    case 'person':
      return Prisma.sql`lower(c.assigned_to_name) NULLS FIRST, c.assigned_to, ${harm}`;
  }
}
