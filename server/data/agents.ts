import { z } from 'zod';
import { Prisma } from '@/prisma/generated/prisma/client';
import type { Tx } from './database';
import { jsonRows } from './json-rows';
import { holdingPattern } from './like-pattern';

/** Whether an agent is heard: `silent` for longer than its client's policy lets it. */
export const AGENT_STATES = ['silent', 'never-heard', 'reporting', 'revoked'] as const;
type AgentState = (typeof AGENT_STATES)[number];

export const AGENT_SORTS = ['state', 'client', 'machine', 'version', 'heard'] as const;

/** Which agents are asked for, and in which order. */
export interface AgentView {
  /** Part of the name of a machine, agent or client; empty: all. */
  readonly search: string;
  /** `missing`: reports of it never arrived. null: all that are not revoked. */
  readonly state: AgentState | 'missing' | null;
  /** null: of every client. */
  readonly clientId: string | null;
  readonly sort: (typeof AGENT_SORTS)[number];
  readonly isReversed: boolean;
  /** From 1. */
  readonly page: number;
}

export const AGENT_PAGE_SIZE = 100;

const agentRow = z.object({
  agentId: z.string(),
  clientId: z.string().nullable(),
  clientName: z.string().nullable(),
  /** Of its client; UTC for the MSP's own machines. */
  timeZone: z.string(),
  name: z.string(),
  hostname: z.string(),
  os: z.string().nullable(),
  version: z.string(),
  enrolledAt: z.date(),
  revokedAt: z.date().nullable(),
  lastSeenAt: z.date().nullable(),
  /** When its key was last changed; null: it has the key it enrolled with. */
  keyChangedAt: z.date().nullable(),
  /** How far its clock was behind ours when it last delivered, in milliseconds; negative: ahead. */
  clockSkewMs: z.bigint().transform(Number).nullable(),
  /** Reports that never arrived, below the greatest number that did. */
  missingReports: z.bigint().transform(Number),
  newestReportId: z.string().nullable(),
  state: z.enum(AGENT_STATES),
});
/** An agent as a row of a list. */
export type ListedAgent = z.output<typeof agentRow>;

/** How long an agent of each client may be silent, in seconds; `null` is the MSP's own machines. */
export type SilenceOfClients = ReadonlyMap<string | null, number>;

/** A page of the agents in view, with how many there are in all. */
export async function listAgents(
  tx: Tx,
  mspId: string,
  view: AgentView,
  silence: SilenceOfClients,
  now: Date,
): Promise<{ agents: ListedAgent[]; total: number }> {
  const pattern = holdingPattern(view.search);
  const rows = z.array(agentRow.extend({ total: z.int() })).parse(
    await tx.$queryRaw`
      WITH ${knownAgents(mspId, silence, now)},
      page AS (SELECT k.*, (count(*) OVER ())::int AS total, row_number() OVER (ORDER BY ${orderOf(view)}, lower(k.hostname), k."agentId") AS place
      FROM known k
      WHERE (k.name ILIKE ${pattern} OR k.hostname ILIKE ${pattern} OR k."clientName" ILIKE ${pattern})
        AND (${view.clientId}::uuid IS NULL OR k."clientId" = ${view.clientId}::text) AND ${isInState(view.state)}
      ORDER BY place LIMIT ${AGENT_PAGE_SIZE} OFFSET ${(view.page - 1) * AGENT_PAGE_SIZE})
      SELECT k.*, ${newestReport(mspId)} AS "newestReportId" FROM page k ORDER BY place`,
  );
  return { agents: rows, total: rows[0]?.total ?? 0 };
}

/** The agents of a client (null: of every one) by id, revoked ones among them: those after `after`, at most `limit`. */
export async function listAgentsById(
  tx: Tx,
  mspId: string,
  { clientId, after, limit }: { clientId: string | null; after: string | null; limit: number },
  silence: SilenceOfClients,
  now: Date,
): Promise<ListedAgent[]> {
  const rows = await tx.$queryRaw`
    WITH ${knownAgents(mspId, silence, now)} SELECT k.*, ${newestReport(mspId)} AS "newestReportId" FROM known k
    WHERE (${clientId}::uuid IS NULL OR k."clientId" = ${clientId}::text) AND (${after}::uuid IS NULL OR k."agentId" > ${after}::text)
    ORDER BY k."agentId" LIMIT ${limit}`;
  return z.array(agentRow).parse(rows);
}

const countsRow = z.object({
  silent: z.int(),
  'never-heard': z.int(),
  reporting: z.int(),
  revoked: z.int(),
  missing: z.int(),
});
/** How many agents are in each state. */
export type AgentCounts = z.output<typeof countsRow>;

/** `clientId` null: of every client. */
export async function countAgents(
  tx: Tx,
  mspId: string,
  clientId: string | null,
  silence: SilenceOfClients,
  now: Date,
): Promise<AgentCounts> {
  const rows = await tx.$queryRaw`
    WITH ${knownAgents(mspId, silence, now)}
    SELECT (count(*) FILTER (WHERE state = 'silent'))::int AS silent,
      (count(*) FILTER (WHERE state = 'never-heard'))::int AS "never-heard",
      (count(*) FILTER (WHERE state = 'reporting'))::int AS reporting,
      (count(*) FILTER (WHERE state = 'revoked'))::int AS revoked,
      (count(*) FILTER (WHERE state <> 'revoked' AND "missingReports" > 0))::int AS missing
    FROM known k WHERE ${clientId}::uuid IS NULL OR k."clientId" = ${clientId}::text`;
  return z.tuple([countsRow]).parse(rows)[0];
}

/** One agent of the list; null: not there, or another MSP's. */
export async function findListedAgent(
  tx: Tx,
  mspId: string,
  agentId: string,
  silence: SilenceOfClients,
  now: Date,
): Promise<ListedAgent | null> {
  const rows = await tx.$queryRaw`
    WITH ${knownAgents(mspId, silence, now, Prisma.sql`a.agent_id = ${agentId}::uuid`)} SELECT k.*, ${newestReport(mspId)} AS "newestReportId" FROM known k`;
  return z.array(agentRow).parse(rows)[0] ?? null;
}

/** Stands for null, so that a join can be made by hash: of 20,000 agents with 400 clients it is a second otherwise. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** The agents of clients that are there, each with its state; `isAsked` says of `a` which. */
function knownAgents(
  mspId: string,
  silence: SilenceOfClients,
  now: Date,
  isAsked = Prisma.sql`true`,
): Prisma.Sql {
  const allowed = [...silence].map(([client_id, seconds]) => ({ client_id, seconds }));
  return Prisma.sql`
    allowed AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset(${jsonRows(allowed)}::jsonb) AS w (client_id uuid, seconds int)
    ),
    known AS (
      SELECT a.agent_id::text AS "agentId", a.client_id::text AS "clientId", c.name AS "clientName",
        coalesce(c.time_zone, 'UTC') AS "timeZone", a.name, a.hostname, a.os, a.version, a.enrolled_at AS "enrolledAt",
        a.revoked_at AS "revokedAt", a.last_seen_at AS "lastSeenAt", a.key_changed_at AS "keyChangedAt",
        a.clock_skew_ms AS "clockSkewMs", coalesce(s.missing, 0) AS "missingReports",
        CASE WHEN a.revoked_at IS NOT NULL THEN 'revoked' WHEN a.last_seen_at IS NULL THEN 'never-heard'
          WHEN a.last_seen_at <= ${now}::timestamptz - make_interval(secs => w.seconds) THEN 'silent'
          ELSE 'reporting' END AS state
      FROM app.agent a
      JOIN allowed w ON coalesce(w.client_id, ${NOBODY}::uuid) = coalesce(a.client_id, ${NOBODY}::uuid)
      LEFT JOIN app.client c ON c.msp_id = a.msp_id AND c.client_id = a.client_id
      LEFT JOIN (
        SELECT t.agent_id, sum(upper(gap) - lower(gap))::bigint AS missing FROM app.agent_stream t
        CROSS JOIN LATERAL unnest(int8multirange(int8range(1, upper(t.seen))) - t.seen) AS gap
        WHERE t.msp_id = ${mspId}::uuid AND t.seen <> int8multirange(int8range(1, upper(t.seen)))
        GROUP BY t.agent_id
      ) s ON s.agent_id = a.agent_id
      WHERE a.msp_id = ${mspId}::uuid AND a.channel = 'agent' AND ${isAsked}
    )`;
}

/** The report with the greatest number of the stream that was last heard, of the agent of the row `k`: looked up for those alone that are shown. */
function newestReport(mspId: string): Prisma.Sql {
  return Prisma.sql`(
    SELECT r.raw_report_id::text FROM app.agent_stream t
    LEFT JOIN app.raw_report r ON r.msp_id = t.msp_id AND r.agent_id = t.agent_id AND r.epoch = t.epoch
      AND r.sequence = upper(t.seen) - 1
    WHERE t.msp_id = ${mspId}::uuid AND t.agent_id = k."agentId"::uuid AND NOT isempty(t.seen)
    ORDER BY t.last_received_at DESC LIMIT 1)`;
}

function isInState(state: AgentView['state']): Prisma.Sql {
  if (state === null) return Prisma.sql`k.state <> 'revoked'`;
  if (state === 'missing') return Prisma.sql`k.state <> 'revoked' AND k."missingReports" > 0`;
  return Prisma.sql`k.state = ${state}`;
}

function orderOf({ sort, isReversed }: AgentView): Prisma.Sql {
  const direction = isReversed ? Prisma.sql`DESC` : Prisma.sql`ASC`;
  switch (sort) {
    case 'state':
      return Prisma.sql`array_position(${[...AGENT_STATES]}::text[], k.state) ${direction}, k."missingReports" = 0`;
    case 'client':
      return Prisma.sql`lower(k."clientName") ${direction}`;
    case 'machine':
      return Prisma.sql`lower(k.hostname) ${direction}`;
    case 'version':
      return Prisma.sql`k.version ${direction}`;
    case 'heard':
      return Prisma.sql`k."lastSeenAt" ${direction} NULLS FIRST`;
  }
}

const bareRow = z.object({
  agentId: z.string(),
  clientId: z.string().nullable(),
  name: z.string(),
  hostname: z.string(),
  revokedAt: z.date().nullable(),
  channel: z.enum(['agent', 'ping', 'mail', 'webhook', 'pull', 'import']),
});

/** Who an agent is; null: not there, or another MSP's. */
export async function findAgent(
  tx: Tx,
  mspId: string,
  agentId: string,
): Promise<z.output<typeof bareRow> | null> {
  const found = await tx.agent.findUnique({ where: { mspId_agentId: { mspId, agentId } } });
  return found && bareRow.parse(found);
}

/** Ends an agent's key in the context's MSP; false: it is not there, or revoked already. */
export async function revokeAgentKey(tx: Tx, agentId: string): Promise<boolean> {
  const rows = await tx.$queryRaw`SELECT identity.revoke_agent(${agentId}::uuid) AS "isRevoked"`;
  return z.tuple([z.object({ isRevoked: z.boolean() })]).parse(rows)[0].isRevoked;
}
