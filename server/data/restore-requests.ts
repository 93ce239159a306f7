import { z } from 'zod';
import type { Tx } from './database';

const copyRow = z.object({
  dataSetId: z.string(),
  clientId: z.string(),
  systemId: z.string(),
  repositoryId: z.string(),
  repositoryName: z.string(),
  repositoryKey: z.string(),
  tool: z.string(),
  pointId: z.string(),
  pointKey: z.string(),
  takenAt: z.date(),
  jobKey: z.string().nullable(),
  agentId: z.string(),
  hostname: z.string(),
  /** When the agent last asked for requests; null: it never did. */
  polledAt: z.date().nullable(),
  lastTestAt: z.date().nullable(),
});
/** A copy of a data set: its newest point, and the agent that reads it. */
export type RestoreCopy = z.output<typeof copyRow>;

/** The copies of data sets that an agent reads and that hold a point, by data set and name. */
export async function listRestoreCopies(
  tx: Tx,
  mspId: string,
  dataSetIds: readonly string[],
): Promise<RestoreCopy[]> {
  return z.array(copyRow).parse(
    await tx.$queryRaw`
      SELECT d.data_set_id::text AS "dataSetId", d.client_id::text AS "clientId", d.system_id::text AS "systemId",
        o.repository_id::text AS "repositoryId", o.name AS "repositoryName", o.repository_key AS "repositoryKey", o.tool,
        p.point_id::text AS "pointId", p.point_key AS "pointKey", p.taken_at AS "takenAt", j.job_key AS "jobKey",
        a.agent_id::text AS "agentId", a.hostname, w.polled_at AS "polledAt",
        (SELECT max(t.ended_at) FROM app.restore_test t
          JOIN app.recovery_point q ON q.msp_id = ${mspId}::uuid AND q.point_id = t.point_id
          WHERE t.msp_id = ${mspId}::uuid AND t.repository_id = o.repository_id AND q.data_set_id = d.data_set_id
            AND t.level IN ('L4', 'L5') AND t.result IN ('passed', 'failed')) AS "lastTestAt"
      FROM app.data_set d
      JOIN LATERAL (SELECT DISTINCT q.repository_id FROM app.recovery_point q
        WHERE q.msp_id = ${mspId}::uuid AND q.data_set_id = d.data_set_id AND q.vanished_at IS NULL) pair ON true
      JOIN LATERAL (SELECT * FROM app.recovery_point q
        WHERE q.msp_id = ${mspId}::uuid AND q.data_set_id = d.data_set_id AND q.repository_id = pair.repository_id
          AND q.vanished_at IS NULL AND q.state IN ('complete', 'partial')
        ORDER BY q.taken_at DESC, q.point_id LIMIT 1) p ON true
      JOIN app.repository o ON o.msp_id = ${mspId}::uuid AND o.repository_id = pair.repository_id
      JOIN app.raw_report r ON r.msp_id = ${mspId}::uuid AND r.raw_report_id = p.raw_report_id
      JOIN app.agent a ON a.msp_id = ${mspId}::uuid AND a.agent_id = r.agent_id AND a.revoked_at IS NULL
      LEFT JOIN app.job j ON j.msp_id = ${mspId}::uuid AND j.job_id = p.job_id
      LEFT JOIN app.agent_request_poll w ON w.msp_id = ${mspId}::uuid AND w.agent_id = a.agent_id
      WHERE d.msp_id = ${mspId}::uuid AND d.data_set_id = ANY (${[...dataSetIds]}::uuid[]) AND d.archived_at IS NULL
      ORDER BY d.data_set_id, o.name, o.repository_id`,
  );
}

const pointRow = z.object({ pointKey: z.string() });

/** The key of a recovery point that lies in a copy; null: there is none of this id. */
export async function findPointKey(
  tx: Tx,
  mspId: string,
  copy: { dataSetId: string; repositoryId: string },
  pointId: string,
): Promise<string | null> {
  const rows = await tx.$queryRaw`SELECT point_key AS "pointKey" FROM app.recovery_point
    WHERE msp_id = ${mspId}::uuid AND point_id = ${pointId}::uuid AND data_set_id = ${copy.dataSetId}::uuid
      AND repository_id = ${copy.repositoryId}::uuid AND vanished_at IS NULL`;
  return z.array(pointRow).parse(rows)[0]?.pointKey ?? null;
}

/** A request as it is kept; `body` is what was signed. */
export interface NewRestoreRequest {
  readonly requestId: string;
  readonly clientId: string;
  readonly dataSetId: string;
  readonly repositoryId: string;
  readonly agentId: string;
  readonly pointId: string | null;
  readonly policyVersionId: string | null;
  readonly askedBy: { readonly personId: string; readonly name: string } | null;
  readonly askedAt: Date;
  readonly expiresAt: Date;
  readonly rule: 'sample' | 'full';
  readonly files: number;
  readonly seed: number;
  readonly body: string;
  readonly signature: Uint8Array<ArrayBuffer>;
  readonly isDrill: boolean;
}

/** False: another request of the data set is open, be it for a test or a drill. */
export async function insertRestoreRequest(tx: Tx, mspId: string, one: NewRestoreRequest): Promise<boolean> {
  const made = await tx.$executeRaw`
    INSERT INTO app.restore_request (msp_id, request_id, client_id, data_set_id, repository_id, agent_id, point_id, reason,
      policy_version_id, asked_by, asked_by_name, asked_at, expires_at, rule, files, seed, body, signature, is_drill)
    VALUES (${mspId}::uuid, ${one.requestId}::uuid, ${one.clientId}::uuid, ${one.dataSetId}::uuid,
      ${one.repositoryId}::uuid, ${one.agentId}::uuid, ${one.pointId}::uuid,
      ${one.askedBy === null ? 'policy' : 'person'}, ${one.policyVersionId}::uuid, ${one.askedBy?.personId ?? null}::uuid,
      ${one.askedBy?.name ?? null}, ${one.askedAt}, ${one.expiresAt}, ${one.rule}, ${one.files}, ${one.seed}, ${one.body},
      ${one.signature}, ${one.isDrill})
    ON CONFLICT (msp_id, data_set_id) WHERE state IN ('waiting', 'fetched') DO NOTHING`;
  return made === 1;
}

const requestRow = z.object({
  requestId: z.string(),
  dataSetId: z.string(),
  repositoryId: z.string(),
  repositoryName: z.string(),
  tool: z.string(),
  hostname: z.string(),
  reason: z.enum(['person', 'policy']),
  askedByName: z.string().nullable(),
  askedAt: z.date(),
  expiresAt: z.date(),
  rule: z.enum(['sample', 'full']),
  files: z.int(),
  seed: z.bigint().transform(Number),
  state: z.enum(['waiting', 'fetched', 'done', 'expired']),
  fetchedAt: z.date().nullable(),
  endedAt: z.date().nullable(),
  restoreTestId: z.string().nullable(),
  result: z.enum(['passed', 'failed', 'error', 'skipped']).nullable(),
  message: z.string().nullable(),
});
export type ListedRestoreRequest = z.output<typeof requestRow>;

/** The newest request for a restore test of each of these data sets. */
export async function listNewestRequests(
  tx: Tx,
  mspId: string,
  dataSetIds: readonly string[],
): Promise<ListedRestoreRequest[]> {
  return z.array(requestRow).parse(
    await tx.$queryRaw`
      SELECT DISTINCT ON (q.data_set_id) q.request_id::text AS "requestId", q.data_set_id::text AS "dataSetId",
        q.repository_id::text AS "repositoryId", o.name AS "repositoryName", o.tool, a.hostname, q.reason,
        q.asked_by_name AS "askedByName", q.asked_at AS "askedAt", q.expires_at AS "expiresAt", q.rule, q.files, q.seed,
        q.state, q.fetched_at AS "fetchedAt", q.ended_at AS "endedAt", q.restore_test_id::text AS "restoreTestId",
        q.result, q.message
      FROM app.restore_request q
      JOIN app.repository o ON o.msp_id = ${mspId}::uuid AND o.repository_id = q.repository_id
      JOIN app.agent a ON a.msp_id = ${mspId}::uuid AND a.agent_id = q.agent_id
      WHERE q.msp_id = ${mspId}::uuid AND q.data_set_id = ANY (${[...dataSetIds]}::uuid[]) AND NOT q.is_drill
      ORDER BY q.data_set_id, q.asked_at DESC, q.request_id`,
  );
}

const askableRow = z.object({ dataSetId: z.string(), clientId: z.string(), systemId: z.string() });

/**
 * Data sets that an agent backs up which asked for requests since `polledSince`, and of which nothing was asked since `askedSince`.
 * An agent that has an open request is left out; a drill was no test that was asked for.
 */
export async function listAskableDataSets(
  tx: Tx,
  mspId: string,
  since: { polled: Date; asked: Date },
): Promise<z.output<typeof askableRow>[]> {
  return z.array(askableRow).parse(
    await tx.$queryRaw`
      SELECT DISTINCT d.data_set_id::text AS "dataSetId", d.client_id::text AS "clientId", d.system_id::text AS "systemId"
      FROM app.agent_request_poll w
      JOIN app.job j ON j.msp_id = ${mspId}::uuid AND j.agent_id = w.agent_id
      JOIN app.data_set d ON d.msp_id = ${mspId}::uuid AND d.data_set_id = j.data_set_id AND d.archived_at IS NULL
      WHERE w.msp_id = ${mspId}::uuid AND w.polled_at > ${since.polled}
        AND NOT EXISTS (SELECT FROM app.restore_request q WHERE q.msp_id = ${mspId}::uuid AND q.agent_id = w.agent_id
          AND q.state IN ('waiting', 'fetched'))
        AND NOT EXISTS (SELECT FROM app.restore_request q WHERE q.msp_id = ${mspId}::uuid
          AND q.data_set_id = d.data_set_id AND q.asked_at > ${since.asked} AND NOT q.is_drill)
      ORDER BY "dataSetId"`,
  );
}

/** Ends requests that nobody fetched in time, or of which no result came. */
export async function expireRestoreRequests(
  tx: Tx,
  mspId: string,
  now: Date,
  fetchedBefore: Date,
): Promise<number> {
  return tx.$executeRaw`UPDATE app.restore_request SET state = 'expired', ended_at = ${now}
    WHERE msp_id = ${mspId}::uuid AND ((state = 'waiting' AND expires_at < ${now})
      OR (state = 'fetched' AND expires_at < ${fetchedBefore}))`;
}

/** What a report says of a test that was asked for: its key is that of the request. */
export interface RequestOutcome {
  readonly testKey: string;
  readonly repositoryId: string;
  readonly result: string;
  readonly message: string | null;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Ties results to what was asked for, once each. Only the agent that was asked answers, and only for the repository that was asked
 * about. One that comes late still counts.
 */
export async function answerRestoreRequests(
  tx: Tx,
  mspId: string,
  agentId: string,
  outcomes: readonly RequestOutcome[],
  now: Date,
): Promise<void> {
  for (const { testKey, repositoryId, result, message } of outcomes) {
    if (!UUID.test(testKey)) continue;
    await tx.$executeRaw`UPDATE app.restore_request SET state = 'done', ended_at = ${now}, result = ${result},
        message = ${message}, restore_test_id = (SELECT t.restore_test_id FROM app.restore_test t
          WHERE t.msp_id = ${mspId}::uuid AND t.repository_id = ${repositoryId}::uuid AND t.test_key = ${testKey})
      WHERE msp_id = ${mspId}::uuid AND request_id = ${testKey}::uuid AND agent_id = ${agentId}::uuid
        AND repository_id = ${repositoryId}::uuid AND state <> 'done' AND NOT is_drill`;
  }
}
