import { z } from 'zod';
import { captureKind } from '@/contract/report';
import type { RuleSubject } from '@/domain/policy/assignment-rules';
import type { RuleClaim } from '@/domain/policy/rule-claims';
import type { Tx } from './database';
import { groupBy } from './group-by';
import { hostKeyOf } from './report-systems';

/** A system with what rules can ask of it, and what people call it. */
export interface NamedRuleSubject extends RuleSubject {
  readonly clientName: string;
}

export const ruleClaims = z.array(
  z.object({
    assignmentRuleId: z.string(),
    ruleName: z.string(),
    policyId: z.string(),
    policyName: z.string(),
  }),
) satisfies z.ZodType<RuleClaim[]>;

const row = z.object({
  systemId: z.string(),
  clientId: z.string(),
  clientName: z.string(),
  hostName: z.string(),
  hostKey: z.string(),
  siteIds: z.array(z.string()),
  tools: z.array(z.string()),
  holds: z.array(captureKind),
  tags: z.array(z.string()),
  policyId: z.string().nullable(),
  byRule: z.boolean().nullable(),
});

/**
 * What is known of systems that stand for themselves, by name: these, or (`*`) all of the MSP. What is merged into one counts as its own;
 * the site that an inventory names is the client's or the MSP's of that name.
 */
export async function readRuleSubjects(
  tx: Tx,
  mspId: string,
  systemIds: readonly string[] | '*',
): Promise<NamedRuleSubject[]> {
  const isAll = systemIds === '*';
  const ids = isAll ? [] : [...systemIds];
  const rows = z.array(row).parse(
    await tx.$queryRaw`
    WITH asked AS MATERIALIZED (
      SELECT y.* FROM app.system y
      WHERE y.msp_id = ${mspId}::uuid AND y.archived_at IS NULL AND y.merged_into_id IS NULL
        AND (${isAll} OR y.system_id = ANY (${ids}::uuid[]))
    ),
    names AS MATERIALIZED (
      SELECT system_id, system_id AS main_id FROM asked
      UNION ALL SELECT m.system_id, m.merged_into_id FROM app.system m JOIN asked a ON a.system_id = m.merged_into_id
        WHERE m.msp_id = ${mspId}::uuid
    ),
    held AS (
      SELECT n.main_id, array_agg(DISTINCT d.capture) AS holds FROM names n
      JOIN app.data_set d ON d.msp_id = ${mspId}::uuid AND d.system_id = n.system_id AND d.archived_at IS NULL GROUP BY 1
    ),
    made AS (
      SELECT n.main_id, array_agg(DISTINCT j.tool) AS tools FROM names n
      JOIN app.job j ON j.msp_id = ${mspId}::uuid AND j.system_id = n.system_id GROUP BY 1
    ),
    tagged AS (
      SELECT t.system_id, array_agg(t.tag) AS tags FROM app.system_tag t JOIN asked a ON a.system_id = t.system_id
      WHERE t.msp_id = ${mspId}::uuid AND t.removed_at IS NULL GROUP BY 1
    ),
    placed AS (
      SELECT system_id, array_agg(DISTINCT site_id) AS site_ids FROM (
        SELECT system_id, site_id::text FROM asked WHERE site_id IS NOT NULL
        UNION SELECT d.system_id, d.value #>> '{}' FROM app.declaration d JOIN asked a ON a.system_id = d.system_id
          WHERE d.msp_id = ${mspId}::uuid AND d.attribute = 'site' AND d.withdrawn_at IS NULL
        UNION SELECT a.system_id, s.site_id::text FROM asked a
          JOIN app.inventory_item i ON i.msp_id = ${mspId}::uuid AND i.client_id = a.client_id
            AND i.host_key = a.host_key AND i.ended_at IS NULL
          JOIN app.site s ON s.msp_id = ${mspId}::uuid AND lower(s.name) = lower(i.site_name)
            AND (s.client_id IS NULL OR s.client_id = a.client_id)
      ) p GROUP BY 1
    )
    SELECT a.system_id::text AS "systemId", a.client_id::text AS "clientId", c.name AS "clientName", a.name AS "hostName",
      a.host_key AS "hostKey", coalesce(p.site_ids, '{}') AS "siteIds", coalesce(m.tools, '{}') AS tools,
      coalesce(h.holds, '{}') AS holds, coalesce(t.tags, '{}') AS tags, o.policy_id::text AS "policyId",
      o.assigned_by_rule_id IS NOT NULL AS "byRule"
    FROM asked a
    JOIN app.client c ON c.msp_id = ${mspId}::uuid AND c.client_id = a.client_id
    LEFT JOIN held h ON h.main_id = a.system_id
    LEFT JOIN made m ON m.main_id = a.system_id
    LEFT JOIN tagged t ON t.system_id = a.system_id
    LEFT JOIN placed p ON p.system_id = a.system_id
    LEFT JOIN app.policy_assignment o ON o.msp_id = ${mspId}::uuid AND o.level = 'system' AND o.client_id = a.client_id
      AND o.system_id = a.system_id AND o.ended_at IS NULL
    ORDER BY lower(a.name), a.system_id`,
  );
  const known = {
    os: await operatingSystems(tx, mspId, rows),
    decided: await decisions(tx, mspId, ids, isAll),
  };
  return rows.map(({ hostKey, policyId, byRule, ...one }) => ({
    ...one,
    os: known.os.get(`${one.clientId} ${hostKey}`) ?? null,
    assigned: policyId === null ? null : { policyId, byRule: byRule === true },
    decided: known.decided.get(one.systemId) ?? [],
  }));
}

/** What the agents of these clients say they run on, by client and host key. */
async function operatingSystems(
  tx: Tx,
  mspId: string,
  subjects: readonly { readonly clientId: string }[],
): Promise<Map<string, string>> {
  const clientIds = [...new Set(subjects.map(({ clientId }) => clientId))];
  const agents = await tx.agent.findMany({
    where: { mspId, clientId: { in: clientIds }, os: { not: null } },
    select: { clientId: true, hostname: true, os: true },
    orderBy: [{ lastSeenAt: { sort: 'asc', nulls: 'first' } }, { agentId: 'asc' }],
  });
  return new Map(
    agents.map(({ clientId, hostname, os }) => [`${clientId} ${hostKeyOf(hostname)}`, os ?? '']),
  );
}

/** The claims that people decided about, by system. */
async function decisions(
  tx: Tx,
  mspId: string,
  systemIds: string[],
  isAll: boolean,
): Promise<Map<string, RuleClaim[][]>> {
  const rows = await tx.assignmentConflict.findMany({
    where: { mspId, decidedAt: { not: null }, ...(!isAll && { systemId: { in: systemIds } }) },
    select: { systemId: true, claims: true },
  });
  const bySystem = groupBy(rows, ({ systemId }) => systemId);
  return new Map(
    [...bySystem].map(([systemId, found]) => [systemId, found.map(({ claims }) => ruleClaims.parse(claims))]),
  );
}

/** Which of these systems nothing was known of until now: they have no data set, open or archived, and stand for themselves. */
export async function systemsWithoutDataSets(
  tx: Tx,
  mspId: string,
  systemIds: readonly string[],
): Promise<string[]> {
  const rows = await tx.$queryRaw`SELECT y.system_id::text AS "systemId" FROM app.system y
    WHERE y.msp_id = ${mspId}::uuid AND y.system_id = ANY (${[...systemIds]}::uuid[]) AND y.archived_at IS NULL
      AND y.merged_into_id IS NULL AND NOT EXISTS (SELECT FROM app.data_set d
        WHERE d.msp_id = ${mspId}::uuid AND d.system_id = y.system_id)`;
  return z
    .array(z.object({ systemId: z.string() }))
    .parse(rows)
    .map(({ systemId }) => systemId);
}
