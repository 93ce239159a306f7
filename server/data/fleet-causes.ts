import { z } from 'zod';
import type { OpenFinding } from '@/domain/protection/verdict';
import { Prisma } from '@/prisma/generated/prisma/client';
import type { Tx } from './database';
import { shownSystems, statusRank } from './shown-systems';
import { storedVerdictRow, type StoredVerdict } from './stored-verdicts';

/** What several systems of one client lack for one reason. */
export interface SystemsCause {
  readonly clientId: string;
  readonly clientName: string;
  /** The client's. */
  readonly status: 'non-compliant' | 'at-risk';
  readonly systemCount: number;
  /** The finding that tells most: what broke rather than what is therefore short. */
  readonly finding: Pick<OpenFinding, 'rule' | 'subject' | 'detail'>;
  /** A data set that it concerns. */
  readonly dataSetId: string;
}

const row = z.object({
  clientId: z.string(),
  clientName: z.string(),
  status: z.enum(['non-compliant', 'at-risk']),
  systemCount: z.int(),
  dataSetId: z.string(),
  // Written by evaluate-system only, from the type itself.
  finding: z.custom<SystemsCause['finding']>((value) =>
    z
      .object({
        rule: z.string(),
        subject: z.object({ name: z.string() }),
        detail: z.object({ kind: z.string() }),
      })
      .safeParse(value),
  ),
});

/**
 * The cause that explains most of what makes each client non-compliant or at risk, for at most 1,000 clients. Causes that lie in
 * a data set itself are taken together where they break the same rule.
 */
export async function leadingCauses(tx: Tx, mspId: string, now: Date): Promise<SystemsCause[]> {
  const rows = await tx.$queryRaw`
    WITH ${shownSystems(mspId, now)},
    worst AS (
      SELECT client_id, CASE WHEN bool_or(status = 'non-compliant') THEN 'non-compliant' ELSE 'at-risk' END AS status
      FROM shown WHERE status IN ('non-compliant', 'at-risk') GROUP BY client_id
    ),
    gaps AS (
      SELECT f.client_id, f.system_id, f.data_set_id, f.rule, f.severity, f.since,
        CASE WHEN f.cause_key LIKE 'data-set:%' THEN 'rule:' || f.rule ELSE f.cause_key END AS cause,
        jsonb_build_object('rule', f.rule, 'detail', f.detail, 'subject',
          jsonb_build_object('kind', f.subject_kind, 'id', f.subject_id, 'name', f.subject_name)) AS finding
      FROM app.finding f
      JOIN shown s ON s.system_id = f.system_id
      JOIN worst w ON w.client_id = s.client_id AND w.status = s.status
      WHERE f.msp_id = ${mspId}::uuid AND f.closed_at IS NULL
    ),
    causes AS (
      SELECT client_id, cause, count(DISTINCT system_id)::int AS systems, bool_or(severity = 'critical') AS is_critical,
        (array_agg(data_set_id ORDER BY severity, since, data_set_id))[1] AS data_set_id,
        (array_agg(finding ORDER BY finding #>> '{detail,kind}' IN ('digit', 'age'),
          finding #>> '{subject,kind}' <> 'repository', severity, since, rule))[1] AS finding
      FROM gaps GROUP BY client_id, cause
    )
    SELECT DISTINCT ON (k.client_id) k.client_id::text AS "clientId", c.name AS "clientName", w.status,
      k.systems AS "systemCount", k.data_set_id::text AS "dataSetId", k.finding
    FROM causes k JOIN app.client c ON c.msp_id = ${mspId}::uuid AND c.client_id = k.client_id
    JOIN worst w ON w.client_id = k.client_id
    ORDER BY k.client_id, k.is_critical DESC, k.systems DESC, k.cause LIMIT 1000`;
  return z.array(row).parse(rows);
}

/**
 * For each of these clients, the verdict of one data set that gives the client its status; those of `preferred` come first.
 * None where what has that status was never evaluated.
 */
export async function leadingVerdicts(
  tx: Tx,
  mspId: string,
  clientIds: readonly string[],
  preferred: readonly string[],
  now: Date,
): Promise<(StoredVerdict & { clientId: string; systemName: string })[]> {
  const rows = await tx.$queryRaw`
    WITH ${shownSystems(mspId, now)},
    worst AS (SELECT client_id, min(${statusRank(Prisma.sql`status`)}) AS rank FROM shown GROUP BY client_id)
    SELECT DISTINCT ON (v.client_id) v.client_id::text AS "clientId", s.name AS "systemName",
      v.data_set_id::text AS "dataSetId", d.name AS "dataSetName", v.system_id::text AS "systemId", v.verdict
    FROM app.verdict v
    JOIN app.data_set d ON d.msp_id = ${mspId}::uuid AND d.data_set_id = v.data_set_id AND d.archived_at IS NULL
    JOIN shown s ON s.system_id = v.system_id
    JOIN worst w ON w.client_id = s.client_id AND w.rank = ${statusRank(Prisma.sql`s.status`)}
    WHERE v.msp_id = ${mspId}::uuid AND v.client_id = ANY (${[...clientIds]}::uuid[]) AND v.status = s.status
    ORDER BY v.client_id, v.data_set_id = ANY (${[...preferred]}::uuid[]) DESC, v.changes_at, v.data_set_id`;
  return z.array(storedVerdictRow.extend({ clientId: z.string(), systemName: z.string() })).parse(rows);
}
