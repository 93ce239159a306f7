import { z } from 'zod';
import type { Tx } from './database';

const asideRow = z.object({
  agentId: z.string(),
  /** Of the agent's machine, or what the channel is called. */
  hostname: z.string(),
  isChannel: z.boolean(),
  clientId: z.string().nullable(),
  clientName: z.string().nullable(),
  timeZone: z.string(),
  /** Why they were put aside. */
  cause: z.string(),
  reportCount: z.int(),
  firstReceivedAt: z.date(),
  lastReceivedAt: z.date(),
  newestReportId: z.string(),
});
/** Reports of one agent or channel that were put aside for one cause, and that nobody ignored. */
export type ReportsAside = z.output<typeof asideRow>;

/** Reports put aside, whose bytes are kept, after the last time somebody ignored that cause, newest first, at most 200 causes. */
export async function listReportsAside(tx: Tx, mspId: string): Promise<ReportsAside[]> {
  const rows = await tx.$queryRaw`
    SELECT a.agent_id::text AS "agentId", CASE WHEN a.channel = 'agent' THEN a.hostname ELSE a.name END AS hostname,
      a.channel <> 'agent' AS "isChannel", a.client_id::text AS "clientId", c.name AS "clientName",
      coalesce(c.time_zone, 'UTC') AS "timeZone", coalesce(i.reason, 'no reason was kept') AS cause,
      count(*)::int AS "reportCount", min(i.received_at) AS "firstReceivedAt", max(i.received_at) AS "lastReceivedAt",
      (array_agg(i.raw_report_id::text ORDER BY i.received_at DESC, i.raw_report_id DESC))[1] AS "newestReportId"
    FROM app.inbox i
    JOIN app.raw_report r ON r.msp_id = i.msp_id AND r.raw_report_id = i.raw_report_id AND r.body_deleted_at IS NULL
    JOIN app.agent a ON a.msp_id = r.msp_id AND a.agent_id = r.agent_id
    LEFT JOIN app.client c ON c.msp_id = a.msp_id AND c.client_id = a.client_id
    WHERE i.msp_id = ${mspId}::uuid AND i.state = 'quarantined'
      AND NOT EXISTS (SELECT FROM app.inbox_decision d WHERE d.msp_id = i.msp_id AND d.agent_id = a.agent_id
        AND d.cause = coalesce(i.reason, 'no reason was kept') AND d.undone_at IS NULL AND d.decided_at >= i.received_at)
    GROUP BY a.agent_id, a.hostname, a.name, a.channel, a.client_id, c.name, c.time_zone, coalesce(i.reason, 'no reason was kept')
    ORDER BY max(i.received_at) DESC, a.agent_id LIMIT 200`;
  return z.array(asideRow).parse(rows);
}

const namedRow = z.object({
  systemId: z.string(),
  name: z.string(),
  clientId: z.string(),
  clientName: z.string(),
  timeZone: z.string(),
  firstNamedAt: z.date(),
  lastSeenAt: z.date().nullable(),
  reportId: z.string(),
  /** The machine whose report named it first. */
  namedBy: z.string(),
  pointCount: z.int(),
});
/** A system that nobody entered and on which no agent runs: a report named it. */
export type NamedSystem = z.output<typeof namedRow>;

/** Those about which nobody decided, newest first, at most 500. */
export async function listNamedSystems(tx: Tx, mspId: string): Promise<NamedSystem[]> {
  const rows = await tx.$queryRaw`
    SELECT y.system_id::text AS "systemId", y.name, y.client_id::text AS "clientId", c.name AS "clientName",
      c.time_zone AS "timeZone", y.created_at AS "firstNamedAt", y.last_seen_at AS "lastSeenAt",
      y.named_by_report_id::text AS "reportId", a.hostname AS "namedBy",
      (SELECT count(*)::int FROM app.recovery_point p JOIN app.data_set s ON s.msp_id = p.msp_id AND s.data_set_id = p.data_set_id
        WHERE s.msp_id = ${mspId}::uuid AND s.system_id = y.system_id AND p.vanished_at IS NULL) AS "pointCount"
    FROM app.system y
    JOIN app.client c ON c.msp_id = y.msp_id AND c.client_id = y.client_id AND c.archived_at IS NULL
    JOIN app.raw_report r ON r.msp_id = y.msp_id AND r.raw_report_id = y.named_by_report_id
    JOIN app.agent a ON a.msp_id = r.msp_id AND a.agent_id = r.agent_id
    WHERE y.msp_id = ${mspId}::uuid AND y.named_by_report_id IS NOT NULL AND y.archived_at IS NULL
      AND NOT EXISTS (SELECT FROM app.agent o WHERE o.msp_id = y.msp_id AND o.client_id = y.client_id
        AND lower(o.hostname) = y.host_key)
      AND NOT EXISTS (SELECT FROM app.inbox_decision d WHERE d.msp_id = y.msp_id AND d.system_id = y.system_id
        AND d.undone_at IS NULL)
    ORDER BY y.created_at DESC, y.system_id LIMIT 500`;
  return z.array(namedRow).parse(rows);
}

const decisionRow = z.object({
  decisionId: z.string(),
  systemId: z.string().nullable(),
  agentId: z.string().nullable(),
  /** Of the system, or of the agent's machine. */
  name: z.string(),
  clientName: z.string().nullable(),
  cause: z.string().nullable(),
  verb: z.enum(['confirmed', 'ignored', 'merged']),
  /** What it is merged into. */
  intoName: z.string().nullable(),
  reason: z.string(),
  decidedByName: z.string(),
  decidedAt: z.date(),
});
/** What somebody decided, and can undo. */
export type InboxDecision = z.output<typeof decisionRow>;

/** What holds now, newest first, at most 200. */
export async function listInboxDecisions(tx: Tx, mspId: string): Promise<InboxDecision[]> {
  const rows = await tx.$queryRaw`
    SELECT d.decision_id::text AS "decisionId", d.system_id::text AS "systemId", d.agent_id::text AS "agentId",
      coalesce(y.name, a.hostname) AS name, c.name AS "clientName", d.cause, d.verb,
      t.name AS "intoName", d.reason,
      d.decided_by_name AS "decidedByName", d.decided_at AS "decidedAt"
    FROM app.inbox_decision d
    LEFT JOIN app.system y ON y.msp_id = d.msp_id AND y.system_id = d.system_id
    LEFT JOIN app.system t ON t.msp_id = d.msp_id AND t.system_id = d.into_system_id
    LEFT JOIN app.agent a ON a.msp_id = d.msp_id AND a.agent_id = d.agent_id
    LEFT JOIN app.client c ON c.msp_id = d.msp_id AND c.client_id = d.client_id
    WHERE d.msp_id = ${mspId}::uuid AND d.undone_at IS NULL
    ORDER BY d.decided_at DESC, d.decision_id LIMIT 200`;
  return z.array(decisionRow).parse(rows);
}
