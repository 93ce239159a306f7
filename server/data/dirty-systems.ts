import { Prisma } from '@/prisma/generated/prisma/client';
import { hastenCoverage } from './coverage-due';
import type { Tx } from './database';
import { isServed } from './served';
import { hintWork } from './work-due';

/**
 * Which systems a new fact concerns: those named, those with points or jobs in a repository, those an agent speaks for. What
 * concerns a merged system concerns the one it is merged into.
 */
export interface Concerned {
  readonly systemIds?: readonly string[];
  readonly repositoryIds?: readonly string[];
  readonly agentId?: string;
}

/** `evaluated_at` of a system that nobody has looked at yet. */
export const NEVER_EVALUATED = new Date(0);

/**
 * Marks systems so that the worker evaluates them again. Needs the worker's rights, since a system that is new gets its
 * status row here, and with it the mark that it has one (`shownStatuses`). Hint at the work (`hintWork`) last in the transaction:
 * whoever evaluates locks in that order too.
 */
export async function markConcernedSystems(
  tx: Tx,
  mspId: string,
  concerned: Concerned,
  at: Date,
): Promise<void> {
  const systemIds = [...(concerned.systemIds ?? [])];
  const repositoryIds = [...(concerned.repositoryIds ?? [])];
  await tx.$executeRaw`
    WITH named AS MATERIALIZED (
      SELECT unnest(${systemIds}::uuid[]) AS system_id
      UNION SELECT p.system_id FROM app.recovery_point p
        WHERE p.msp_id = ${mspId}::uuid AND p.repository_id = ANY (${repositoryIds}::uuid[]) AND p.vanished_at IS NULL
      UNION SELECT j.system_id FROM app.job j
        WHERE j.msp_id = ${mspId}::uuid AND j.repository_id = ANY (${repositoryIds}::uuid[])
      UNION SELECT j.system_id FROM app.job j
        WHERE j.msp_id = ${mspId}::uuid AND j.agent_id = ${concerned.agentId ?? null}::uuid
    ),
    main AS MATERIALIZED (
      SELECT DISTINCT coalesce(m.merged_into_id, m.system_id) AS system_id
      FROM named n JOIN app.system m ON m.msp_id = ${mspId}::uuid AND m.system_id = n.system_id
    ),
    marked AS (
      INSERT INTO app.system_status AS s (msp_id, system_id, client_id, status, since, evaluated_at, dirty_at)
      SELECT y.msp_id, y.system_id, y.client_id, 'unknown', ${at}, ${NEVER_EVALUATED}, ${at}
      FROM main k JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.system_id = k.system_id
      WHERE y.archived_at IS NULL
      ORDER BY y.system_id
      ON CONFLICT (msp_id, system_id) DO UPDATE SET dirty_at = coalesce(s.dirty_at, excluded.dirty_at)
      RETURNING s.system_id
    )
    UPDATE app.system y SET has_status = true
    FROM marked k WHERE y.msp_id = ${mspId}::uuid AND y.system_id = k.system_id AND NOT y.has_status`;
}

/**
 * Marks systems that have a status already; for people's changes, with the web's rights. Whoever has none yet is
 * evaluated with its first report. Those that are marked are written as well, which waits for whoever evaluates them just now and
 * would take away a mark that stood for older facts.
 */
export async function markDirtySystems(
  tx: Tx,
  mspId: string,
  concerned: {
    systemIds?: readonly string[];
    repositoryIds?: readonly string[];
    clientIds?: readonly string[] | '*';
  },
  at: Date,
): Promise<void> {
  const systemIds = [...(concerned.systemIds ?? [])];
  const repositoryIds = [...(concerned.repositoryIds ?? [])];
  const clientIds = concerned.clientIds === '*' ? [] : [...(concerned.clientIds ?? [])];
  await tx.$executeRaw`
    UPDATE app.system_status SET dirty_at = coalesce(dirty_at, ${at}::timestamptz)
    WHERE msp_id = ${mspId}::uuid AND ${isServed(mspId, Prisma.sql`client_id`)} AND (
      ${concerned.clientIds === '*'} OR client_id = ANY (${clientIds}::uuid[])
      OR system_id = ANY (${systemIds}::uuid[])
      OR system_id IN (SELECT coalesce(m.merged_into_id, m.system_id) FROM app.system m
        WHERE m.msp_id = ${mspId}::uuid AND (
          m.system_id IN (SELECT p.system_id FROM app.recovery_point p
            WHERE p.msp_id = ${mspId}::uuid AND p.repository_id = ANY (${repositoryIds}::uuid[]))
          OR m.system_id IN (SELECT j.system_id FROM app.job j
            WHERE j.msp_id = ${mspId}::uuid AND j.repository_id = ANY (${repositoryIds}::uuid[])))))`;
  await hastenCoverage(tx, mspId, await coveredClientIds(tx, mspId, concerned), at);
  await hintWork(tx, mspId, 'evaluation', at);
}

/** The clients whose machines a person's change concerns: who manages them, and which of them are known. */
async function coveredClientIds(
  tx: Tx,
  mspId: string,
  { clientIds = [], systemIds = [] }: { systemIds?: readonly string[]; clientIds?: readonly string[] | '*' },
): Promise<readonly string[] | '*'> {
  if (clientIds === '*' || systemIds.length === 0) return clientIds;
  const systems = await tx.system.findMany({
    where: { mspId, systemId: { in: [...systemIds] } },
    select: { clientId: true },
    distinct: ['clientId'],
  });
  return [...clientIds, ...systems.map((one) => one.clientId)];
}
