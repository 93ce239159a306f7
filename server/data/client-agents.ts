import { z } from 'zod';
import type { Tx } from './database';

const row = z.object({
  agentId: z.string(),
  name: z.string(),
  hostname: z.string(),
  os: z.string().nullable(),
  version: z.string(),
  enrolledAt: z.date(),
  revokedAt: z.date().nullable(),
  lastSeenAt: z.date().nullable(),
  /** How far its clock was behind ours when it last delivered, in milliseconds; negative: ahead. */
  clockSkewMs: z.bigint().transform(Number).nullable(),
  /** Reports that never arrived, below the greatest number that did. */
  missingReports: z.bigint().transform(Number),
  newestReportId: z.string().nullable(),
});
export type ListedAgent = z.output<typeof row>;

/** A client's agents, silent ones first, at most 500. */
export async function listClientAgents(tx: Tx, mspId: string, clientId: string): Promise<ListedAgent[]> {
  const rows = await tx.$queryRaw`
    SELECT a.agent_id::text AS "agentId", a.name, a.hostname, a.os, a.version, a.enrolled_at AS "enrolledAt",
      a.revoked_at AS "revokedAt", a.last_seen_at AS "lastSeenAt", a.clock_skew_ms AS "clockSkewMs",
      coalesce((SELECT sum(upper(gap) - lower(gap)) FROM app.agent_stream s,
          unnest(int8multirange(int8range(1, upper(s.seen))) - s.seen) AS gap
        WHERE s.msp_id = ${mspId}::uuid AND s.agent_id = a.agent_id AND NOT isempty(s.seen)), 0)::bigint AS "missingReports",
      (SELECT r.raw_report_id::text FROM app.agent_stream s
        JOIN app.raw_report r ON r.msp_id = s.msp_id AND r.agent_id = s.agent_id AND r.epoch = s.epoch
          AND r.sequence = upper(s.seen) - 1
        WHERE s.msp_id = ${mspId}::uuid AND s.agent_id = a.agent_id
        ORDER BY s.last_received_at DESC LIMIT 1) AS "newestReportId"
    FROM app.agent a WHERE a.msp_id = ${mspId}::uuid AND a.client_id = ${clientId}::uuid
    ORDER BY a.revoked_at IS NOT NULL, a.last_seen_at NULLS FIRST, a.name LIMIT 500`;
  return z.array(row).parse(rows);
}
