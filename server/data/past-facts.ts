import { Prisma } from '@/prisma/generated/prisma/client';
import type { Tx } from './database';
import { jsonRows } from './json-rows';

/** Whose report is about to replace facts, and when it came: what is kept held until then. */
export interface Replacing {
  readonly mspId: string;
  readonly clientId: string;
  readonly receivedAt: Date;
}

/*
 * Each of these keeps rows as they are, before a report changes them: `keep…` as a statement of its own, to be called first in the same
 * transaction, `…Kept` as part (`WITH kept AS (…)`) of the statement that changes them, which sees what was there before both. A report that
 * is worked off after newer ones replaces what they left, so it counts as come when they did. The first thing kept of an instant stays.
 */

export function systemsKept(by: Replacing, hostKeys: readonly string[]): Prisma.Sql {
  const of = Prisma.sql`app.system t WHERE t.msp_id = ${by.mspId}::uuid AND t.client_id = ${by.clientId}::uuid
    AND t.host_key = ANY (${[...hostKeys]})`;
  return kept(by, 'system', Prisma.sql`t.system_id`, of);
}

export function repositoriesKept(by: Replacing, keys: readonly string[]): Prisma.Sql {
  const of = Prisma.sql`app.repository t WHERE t.msp_id = ${by.mspId}::uuid AND t.client_id = ${by.clientId}::uuid
    AND t.repository_key = ANY (${[...keys]})`;
  return kept(by, 'repository', Prisma.sql`t.repository_id`, of);
}

export async function keepPastDataSets(tx: Tx, by: Replacing, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const of = Prisma.sql`app.data_set t WHERE t.msp_id = ${by.mspId}::uuid AND t.data_set_id = ANY (${[...ids]}::uuid[])`;
  await tx.$executeRaw(kept(by, 'data-set', Prisma.sql`t.data_set_id`, of));
}

/** Of these jobs those that will change: most reports tell the same of a job as the one before. */
export function jobsKept(
  by: Replacing & { readonly agentId: string },
  jobs: readonly {
    readonly systemId: string;
    readonly jobKey: string;
    readonly name: string | null;
    readonly dataSetId: string | null;
    readonly repositoryId: string | null;
  }[],
): Prisma.Sql {
  const of = Prisma.sql`app.job t
    JOIN jsonb_to_recordset(${jsonRows(jobs)}::jsonb) AS n ("systemId" uuid, "jobKey" text, name text, "dataSetId" uuid,
      "repositoryId" uuid) ON n."systemId" = t.system_id AND n."jobKey" = t.job_key
    WHERE t.msp_id = ${by.mspId}::uuid AND (t.agent_id IS DISTINCT FROM ${by.agentId}::uuid
      OR coalesce(n.name, t.name) <> t.name OR coalesce(n."dataSetId", t.data_set_id) IS DISTINCT FROM t.data_set_id
      OR coalesce(n."repositoryId", t.repository_id) IS DISTINCT FROM t.repository_id)`;
  return kept(by, 'job', Prisma.sql`t.job_id`, of);
}

export async function keepPastRuns(
  tx: Tx,
  by: Replacing,
  runs: readonly { readonly runId: string; readonly occurredAt: string }[],
): Promise<void> {
  if (runs.length === 0) return;
  const of = Prisma.sql`app.run t WHERE t.msp_id = ${by.mspId}::uuid
    AND t.occurred_at = ANY (${runs.map((run) => run.occurredAt)}::timestamptz[])
    AND t.run_id = ANY (${runs.map((run) => run.runId)}::uuid[])`;
  await tx.$executeRaw(kept(by, 'run', Prisma.sql`t.run_id`, of));
}

export async function keepPastPoints(tx: Tx, by: Replacing, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const of = Prisma.sql`app.recovery_point t WHERE t.msp_id = ${by.mspId}::uuid
    AND t.point_id = ANY (${[...ids]}::uuid[])`;
  await tx.$executeRaw(kept(by, 'point', Prisma.sql`t.point_id`, of));
}

/** Points of any of the client's repositories, by the names that runs give them. */
export async function keepPastPointsNamed(tx: Tx, by: Replacing, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  const of = Prisma.sql`app.recovery_point t WHERE t.msp_id = ${by.mspId}::uuid AND t.client_id = ${by.clientId}::uuid
    AND t.point_key = ANY (${[...keys]}) AND t.repository_id IN (SELECT o.repository_id FROM app.repository o
      WHERE o.msp_id = ${by.mspId}::uuid AND o.client_id = ${by.clientId}::uuid)`;
  await tx.$executeRaw(kept(by, 'point', Prisma.sql`t.point_id`, of));
}

type Kind = 'system' | 'repository' | 'data-set' | 'job' | 'run' | 'point';

function kept(by: Replacing, kind: Kind, id: Prisma.Sql, of: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    INSERT INTO app.past_fact (msp_id, kind, fact_id, replaced_at, client_id, was)
    SELECT ${by.mspId}::uuid, ${kind}, ${id}, greatest(${by.receivedAt}::timestamptz,
        (SELECT max(f.replaced_at) FROM app.past_fact f
          WHERE f.msp_id = ${by.mspId}::uuid AND f.kind = ${kind} AND f.fact_id = ${id})), t.client_id, to_jsonb(t)
    FROM ${of}
    ON CONFLICT (msp_id, kind, fact_id, replaced_at) DO NOTHING`;
}
