import { z } from 'zod';
import type { ToldProblem } from '@/domain/protection/facts';
import type { Tx } from './database';
import { instant, origin, reportOrigin } from './fact-rows';
import { jsonRows } from './json-rows';

/** The problems that findings rest on; the others that machines tell are only kept in their reports. */
const KEPT_CODES = ['borgmatic_hides_damage', 'retention_not_enforced'] as const;
export type KeptProblemCode = (typeof KEPT_CODES)[number];

export function isKeptProblem(code: string): code is KeptProblemCode {
  return KEPT_CODES.some((one) => one === code);
}

/** A problem that a machine told, of itself, a tool or a job. */
export interface ReportedProblem {
  readonly code: KeptProblemCode;
  /** In the machine's own words; empty: of nothing in particular. */
  readonly subject: string;
  /** Of the run that told it; null: of none. */
  readonly repositoryId: string | null;
  readonly message: string;
}

/** Keeps the newest word on each problem, each named once; an older report changes nothing. */
export async function upsertReportedProblems(
  tx: Tx,
  mspId: string,
  clientId: string,
  problems: readonly ReportedProblem[],
  seen: { agentId: string; observedAt: Date; rawReportId: string },
): Promise<void> {
  if (problems.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO app.reported_problem AS o (msp_id, agent_id, code, subject, client_id, repository_id, message, observed_at,
      raw_report_id)
    SELECT ${mspId}::uuid, ${seen.agentId}::uuid, r.code, r.subject, ${clientId}::uuid, r."repositoryId", r.message,
      ${seen.observedAt}, ${seen.rawReportId}::uuid
    FROM jsonb_to_recordset(${jsonRows(problems)}::jsonb)
      AS r (code text, subject text, "repositoryId" uuid, message text)
    ORDER BY r.code, r.subject
    ON CONFLICT (msp_id, agent_id, code, subject) DO UPDATE SET repository_id = excluded.repository_id,
      message = excluded.message, observed_at = excluded.observed_at, raw_report_id = excluded.raw_report_id
    WHERE o.observed_at <= excluded.observed_at`;
}

const row = z.object({
  ...origin,
  agentId: z.string(),
  code: z.enum(KEPT_CODES),
  repositoryId: z.string().nullable(),
  message: z.string(),
  at: instant,
});

/** What these agents last told, and anybody of these repositories, since an instant. */
export async function listReportedProblems(
  tx: Tx,
  mspId: string,
  of: { agentIds: readonly string[]; repositoryIds: readonly string[] },
  since: Date,
): Promise<{ agentId: string; code: KeptProblemCode; repositoryId: string | null; told: ToldProblem }[]> {
  const rows = await tx.$queryRaw`
    SELECT p.agent_id::text AS "agentId", p.code, p.repository_id::text AS "repositoryId", p.message, p.observed_at AS at,
      p.raw_report_id::text AS "reportId", r.received_at AS "receivedAt"
    FROM app.reported_problem p
    JOIN app.raw_report r ON r.msp_id = ${mspId}::uuid AND r.raw_report_id = p.raw_report_id
    WHERE p.msp_id = ${mspId}::uuid AND p.observed_at > ${since}
      AND (p.agent_id = ANY (${[...of.agentIds]}::uuid[]) OR p.repository_id = ANY (${[...of.repositoryIds]}::uuid[]))
    ORDER BY p.observed_at DESC, p.agent_id, p.code, p.subject LIMIT 10000`;
  return z
    .array(row)
    .parse(rows)
    .map(({ agentId, code, repositoryId, message, at, ...from }) => ({
      agentId,
      code,
      repositoryId,
      told: { at, message, origin: reportOrigin(from) },
    }));
}
