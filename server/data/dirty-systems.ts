import type { Tx } from './database';
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
 * status row here. Hint at the work (`hintWork`) last in the transaction: whoever evaluates locks in that order too.
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
    INSERT INTO app.system_status AS s (msp_id, system_id, client_id, status, since, evaluated_at, dirty_at)
    SELECT y.msp_id, y.system_id, y.client_id, 'unknown', ${at}, ${NEVER_EVALUATED}, ${at}
    FROM app.system y
    WHERE y.msp_id = ${mspId}::uuid AND y.archived_at IS NULL AND y.system_id IN (
      SELECT coalesce(m.merged_into_id, m.system_id) FROM app.system m WHERE m.msp_id = ${mspId}::uuid AND m.system_id IN (
      SELECT unnest(${systemIds}::uuid[])
      UNION SELECT p.system_id FROM app.recovery_point p
        WHERE p.msp_id = ${mspId}::uuid AND p.repository_id = ANY (${repositoryIds}::uuid[]) AND p.vanished_at IS NULL
      UNION SELECT j.system_id FROM app.job j
        WHERE j.msp_id = ${mspId}::uuid AND (j.repository_id = ANY (${repositoryIds}::uuid[])
          OR j.agent_id = ${concerned.agentId ?? null}::uuid)))
    ORDER BY y.system_id
    ON CONFLICT (msp_id, system_id) DO UPDATE SET dirty_at = coalesce(s.dirty_at, excluded.dirty_at)`;
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
    WHERE msp_id = ${mspId}::uuid AND (
      ${concerned.clientIds === '*'} OR client_id = ANY (${clientIds}::uuid[])
      OR system_id = ANY (${systemIds}::uuid[])
      OR system_id IN (SELECT coalesce(m.merged_into_id, m.system_id) FROM app.system m
        WHERE m.msp_id = ${mspId}::uuid AND (
          m.system_id IN (SELECT p.system_id FROM app.recovery_point p
            WHERE p.msp_id = ${mspId}::uuid AND p.repository_id = ANY (${repositoryIds}::uuid[]))
          OR m.system_id IN (SELECT j.system_id FROM app.job j
            WHERE j.msp_id = ${mspId}::uuid AND j.repository_id = ANY (${repositoryIds}::uuid[])))))`;
  await hintWork(tx, mspId, 'evaluation', at);
}
