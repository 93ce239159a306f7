import { z } from 'zod';
import { CONSEQUENCE_RULES } from '@/domain/protection/findings';
import type { OpenFinding, Status } from '@/domain/protection/verdict';
import { Prisma } from '@/prisma/generated/prisma/client';
import type { Tx } from './database';
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

// Made once: a schema is compiled when it first parses.
const told = z.object({
  rule: z.string(),
  subject: z.object({ name: z.string() }),
  detail: z.object({ kind: z.string() }),
});
const row = z.object({
  clientId: z.string(),
  clientName: z.string(),
  status: z.enum(['non-compliant', 'at-risk']),
  systemCount: z.int(),
  dataSetId: z.string(),
  // Written by evaluate-system only, from the type itself.
  finding: z.custom<SystemsCause['finding']>((value) => told.safeParse(value).success),
});

/**
 * The cause that explains most of what makes each of these clients what it is: for those of `shownIds`, and for any other where it
 * concerns several systems; at most 1,000. Causes that lie in a data set itself are taken together where they break the same rule.
 * That it is one of two statuses is said twice, for the partial index `system_status_failing`: what is well is not read.
 */
export async function leadingCauses(
  tx: Tx,
  mspId: string,
  failing: ReadonlyMap<string, SystemsCause['status']>,
  shownIds: readonly string[],
): Promise<SystemsCause[]> {
  const rows = await tx.$queryRaw`
    WITH worst AS (SELECT * FROM unnest(${[...failing.keys()]}::uuid[], ${[...failing.values()]}::text[]) AS w (client_id, status)),
    gaps AS (
      SELECT w.client_id, w.status, f.system_id, f.data_set_id, f.finding_id, f.rule, f.severity, f.since,
        CASE WHEN f.cause_key LIKE 'data-set:%' THEN 'rule:' || f.rule ELSE f.cause_key END AS cause,
        f.rule = ANY (${CONSEQUENCE_RULES}::text[]) AS is_consequence, f.subject_kind <> 'repository' AS is_elsewhere
      FROM worst w
      JOIN app.system_status s ON s.msp_id = ${mspId}::uuid AND s.client_id = w.client_id AND s.status = w.status
        AND s.status IN ('non-compliant', 'at-risk')
      JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.system_id = s.system_id AND y.archived_at IS NULL
      JOIN app.finding f ON f.msp_id = ${mspId}::uuid AND f.client_id = s.client_id AND f.system_id = s.system_id
        AND f.closed_at IS NULL AND f.severity <> 'note' AND f.data_set_id IS NOT NULL
    ),
    causes AS (
      SELECT client_id, status, cause, count(DISTINCT system_id)::int AS systems, bool_or(severity = 'critical') AS is_critical,
        (array_agg(data_set_id ORDER BY severity, since, data_set_id))[1] AS data_set_id,
        (array_agg(finding_id ORDER BY is_consequence, is_elsewhere, severity, since, rule, finding_id))[1] AS finding_id
      FROM gaps GROUP BY client_id, status, cause
    ),
    leading_cause AS (
      SELECT DISTINCT ON (client_id) * FROM causes ORDER BY client_id, is_critical DESC, systems DESC, cause LIMIT 1000
    )
    SELECT k.client_id::text AS "clientId", c.name AS "clientName", k.status, k.systems AS "systemCount",
      k.data_set_id::text AS "dataSetId", jsonb_build_object('rule', f.rule, 'detail', f.detail, 'subject',
        jsonb_build_object('kind', f.subject_kind, 'id', f.subject_id, 'name', f.subject_name)) AS finding
    FROM leading_cause k
    JOIN app.client c ON c.msp_id = ${mspId}::uuid AND c.client_id = k.client_id
    JOIN app.finding f ON f.msp_id = ${mspId}::uuid AND f.finding_id = k.finding_id
    WHERE k.systems > 1 OR k.client_id = ANY (${[...shownIds]}::uuid[])
    ORDER BY k.client_id`;
  return z.array(row).parse(rows);
}

/** A client with the status that is shown of it. */
interface ClientStatus {
  readonly clientId: string;
  readonly status: Status | null;
  /** A data set whose verdict is to be taken if it gives the client its status. */
  readonly preferredDataSetId: string | null;
}

/**
 * For each of these clients, the verdict of one data set that gives the client its status: of the preferred one if it does. None where
 * what has that status was never evaluated.
 */
export async function leadingVerdicts(
  tx: Tx,
  mspId: string,
  clients: readonly ClientStatus[],
): Promise<(StoredVerdict & { clientId: string; systemName: string })[]> {
  const ids = clients.map((client) => client.clientId);
  const statuses = clients.map((client) => client.status);
  const preferred = clients.map((client) => client.preferredDataSetId);
  const verdicts = Prisma.sql`
      SELECT y.name AS "systemName", v.data_set_id::text AS "dataSetId", d.name AS "dataSetName",
        v.system_id::text AS "systemId", v.verdict
      FROM app.verdict v
      JOIN app.data_set d ON d.msp_id = ${mspId}::uuid AND d.data_set_id = v.data_set_id AND d.archived_at IS NULL
      JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.system_id = v.system_id AND y.archived_at IS NULL
      WHERE v.msp_id = ${mspId}::uuid AND v.client_id = w.client_id AND v.status = w.status AND v.counted_in_id IS NULL`;
  // The second half is not looked at where the first finds one.
  const rows = await tx.$queryRaw`
    SELECT w.client_id::text AS "clientId", v.*
    FROM unnest(${ids}::uuid[], ${statuses}::text[], ${preferred}::uuid[]) AS w (client_id, status, preferred_id)
    CROSS JOIN LATERAL (
      (${verdicts} AND v.data_set_id = w.preferred_id)
      UNION ALL
      (${verdicts} ORDER BY v.changes_at, v.data_set_id LIMIT 1)
      LIMIT 1
    ) v`;
  return z.array(storedVerdictRow.extend({ clientId: z.string(), systemName: z.string() })).parse(rows);
}
