import { v7 } from 'uuid';
import { z } from 'zod';
import { drillOutcome, type ReportedRestoreDrill } from '@/contract/report';
import { CHANNEL_KINDS, DELIVERY_PROBLEMS } from '@/domain/notify/delivery';
import { STEPS } from '@/domain/notify/decide-messages';
import { TOLD_DRILL_OUTCOMES } from '@/domain/restore-test/drill';
import type { OpenFinding } from '@/domain/protection/verdict';
import type { Tx } from './database';
import { jsonRows } from './json-rows';

/** What is kept of an agent's word, beside the outcome. */
const told = z.object({
  damaged: z
    .object({ path: z.string(), offset: z.number(), was: z.number(), became: z.number() })
    .nullable()
    .catch(null),
  noticed: z.array(z.string()).catch([]),
});

/**
 * Ties what agents tell of drills to what was asked for, once each. Only the agent that was asked answers, and only for the repository that
 * was asked about. One that comes late still counts.
 */
export async function answerDrills(
  tx: Tx,
  mspId: string,
  agentId: string,
  drills: readonly ReportedRestoreDrill[],
  now: Date,
): Promise<void> {
  if (drills.length === 0) return;
  const rows = drills.map((one) => ({
    requestId: one.request_id,
    repositoryKey: one.repository_key,
    outcome: one.outcome,
    message: one.message,
    drill: one,
  }));
  await tx.$executeRaw`
    UPDATE app.restore_request q SET state = 'done', ended_at = ${now}, result = r.outcome, message = r.message, drill = r.drill
    FROM jsonb_to_recordset(${jsonRows(rows)}::jsonb)
      AS r ("requestId" uuid, "repositoryKey" text, outcome text, message text, drill jsonb), app.repository o
    WHERE q.msp_id = ${mspId}::uuid AND q.request_id = r."requestId" AND q.agent_id = ${agentId}::uuid AND q.is_drill
      AND q.state <> 'done' AND o.msp_id = ${mspId}::uuid AND o.repository_id = q.repository_id
      AND o.repository_key = r."repositoryKey"`;
}

const openRow = z
  .object({
    requestId: z.string(),
    clientId: z.string(),
    systemId: z.string(),
    systemName: z.string(),
    repositoryName: z.string(),
    outcome: z.enum(TOLD_DRILL_OUTCOMES),
    drill: told,
    endedAt: z.date(),
    openedAt: z.date().nullable(),
    confirmedAt: z.date().nullable(),
    isRepeated: z.boolean(),
  })
  .transform(({ drill, ...one }) => ({ ...one, damagedPath: drill.damaged?.path ?? null }));
/** A drill that was answered and whose alarm is not over. `isRepeated`: a later one of the same copy noticed its damage. */
export type OpenDrill = z.output<typeof openRow>;

const OPEN_MAX = 500;

/** Takes the drills of which something may be left to do for this transaction, those without an alarm first; another worker skips them. */
export async function claimOpenDrills(tx: Tx, mspId: string): Promise<OpenDrill[]> {
  const rows = await tx.$queryRaw`
    WITH mine AS MATERIALIZED (
      SELECT q.* FROM app.restore_request q
      WHERE q.msp_id = ${mspId}::uuid AND q.is_drill AND q.state = 'done' AND q.alarm_closed_at IS NULL
        AND q.result NOT IN ('error', 'skipped')
      ORDER BY q.alarm_opened_at NULLS FIRST, q.request_id LIMIT ${OPEN_MAX} FOR UPDATE SKIP LOCKED
    )
    SELECT q.request_id::text AS "requestId", q.client_id::text AS "clientId", m.system_id::text AS "systemId",
      m.name AS "systemName", o.name AS "repositoryName", q.result AS outcome, q.drill, q.ended_at AS "endedAt",
      q.alarm_opened_at AS "openedAt", q.confirmed_at AS "confirmedAt",
      EXISTS (SELECT FROM app.restore_request l WHERE l.msp_id = ${mspId}::uuid AND l.data_set_id = q.data_set_id
        AND l.repository_id = q.repository_id AND l.is_drill AND l.result = 'noticed' AND l.ended_at > q.ended_at) AS "isRepeated"
    FROM mine q
    JOIN app.data_set d ON d.msp_id = ${mspId}::uuid AND d.data_set_id = q.data_set_id
    JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.system_id = d.system_id
    JOIN app.system m ON m.msp_id = ${mspId}::uuid AND m.system_id = coalesce(y.merged_into_id, y.system_id)
    JOIN app.repository o ON o.msp_id = ${mspId}::uuid AND o.repository_id = q.repository_id
    ORDER BY q.alarm_opened_at NULLS FIRST, q.request_id`;
  return z.array(openRow).parse(rows);
}

/** The cause of a drill's alarm: one for each drill. */
function drillCauseKey(requestId: string): string {
  return `drill:${requestId}`;
}

/** Raises the alarms of drills. */
export async function raiseDrillAlarms(
  tx: Tx,
  mspId: string,
  drills: readonly OpenDrill[],
  now: Date,
): Promise<void> {
  if (drills.length === 0) return;
  const rows = drills.map((one) => {
    const { requestId, outcome, repositoryName, damagedPath, endedAt } = one;
    const at = endedAt.getTime();
    const detail: OpenFinding['detail'] = {
      kind: 'drill',
      outcome,
      repositoryName,
      path: outcome === 'copy-damaged' ? null : damagedPath,
      at,
    };
    const rule: OpenFinding['rule'] = outcome === 'noticed' ? 'drill' : 'drill-failed';
    return { ...one, findingId: v7(), rule, detail, causeKey: drillCauseKey(requestId) };
  });
  const json = jsonRows(rows);
  await tx.$executeRaw`
    INSERT INTO app.finding (msp_id, finding_id, client_id, system_id, rule, subject_kind, subject_id, subject_name, cause_key,
      severity, since, opened_at, detail)
    SELECT ${mspId}::uuid, r."findingId", r."clientId", r."systemId", r.rule, 'drill', r."requestId", r."systemName",
      r."causeKey", 'critical', r."endedAt", ${now}, r.detail
    FROM jsonb_to_recordset(${json}::jsonb) AS r ("findingId" uuid, "clientId" uuid, "systemId" uuid, rule text,
      "requestId" uuid, "systemName" text, "causeKey" text, "endedAt" timestamptz, detail jsonb)`;
  await tx.$executeRaw`UPDATE app.restore_request SET alarm_opened_at = ${now}
    WHERE msp_id = ${mspId}::uuid AND request_id = ANY (${drills.map(({ requestId }) => requestId)}::uuid[])`;
}

/** Closes the alarms of drills; answers their causes. */
export async function closeDrillAlarms(
  tx: Tx,
  mspId: string,
  requestIds: readonly string[],
  now: Date,
): Promise<string[]> {
  if (requestIds.length === 0) return [];
  await tx.$executeRaw`UPDATE app.restore_request SET alarm_closed_at = ${now}
    WHERE msp_id = ${mspId}::uuid AND request_id = ANY (${[...requestIds]}::uuid[])`;
  const rows = await tx.$queryRaw`UPDATE app.finding f SET closed_at = ${now}
    FROM app.restore_request q
    WHERE q.msp_id = ${mspId}::uuid AND q.request_id = ANY (${[...requestIds]}::uuid[]) AND f.msp_id = ${mspId}::uuid
      AND f.client_id = q.client_id AND f.rule IN ('drill', 'drill-failed') AND f.subject_id = q.request_id
      AND f.data_set_id IS NULL AND f.closed_at IS NULL
    RETURNING f.cause_id::text AS "causeId"`;
  return z
    .array(z.object({ causeId: z.string().nullable() }))
    .parse(rows)
    .flatMap(({ causeId }) => causeId ?? []);
}

const message = z.object({
  channelName: z.string(),
  kind: z.enum(CHANNEL_KINDS),
  step: z.enum(STEPS),
  state: z.enum(['waiting', 'sent', 'given-up']),
  at: z.coerce.date(),
  finishedAt: z.coerce.date().nullable(),
  problem: z.enum(DELIVERY_PROBLEMS).nullable(),
});
const drillRow = z
  .object({
    requestId: z.string(),
    clientId: z.string(),
    dataSetId: z.string(),
    repositoryName: z.string(),
    hostname: z.string(),
    askedByName: z.string(),
    askedAt: z.date(),
    expiresAt: z.date(),
    state: z.enum(['waiting', 'fetched', 'done', 'expired']),
    fetchedAt: z.date().nullable(),
    endedAt: z.date().nullable(),
    outcome: drillOutcome.nullable(),
    message: z.string().nullable(),
    drill: told.nullable(),
    openedAt: z.date().nullable(),
    closedAt: z.date().nullable(),
    confirmedAt: z.date().nullable(),
    confirmedByName: z.string().nullable(),
    causeId: z.string().nullable(),
    ticketReference: z.string().nullable(),
    messages: z.array(message),
  })
  .transform(({ drill, ...one }) => ({
    ...one,
    damaged: drill?.damaged ?? null,
    noticed: drill?.noticed ?? [],
  }));
/**
 * A drill with everything that became of it. `messages`: those by which people were told that its alarm was raised, first to last;
 * `ticketReference`: of a ticket that was opened of it.
 */
export type ListedDrill = z.output<typeof drillRow>;

/** The newest drills of some data sets, newest first. `requestId`: that one alone. */
export async function listDrills(
  tx: Tx,
  mspId: string,
  {
    dataSetIds,
    requestId = null,
    limit,
  }: { dataSetIds: readonly string[]; requestId?: string | null; limit: number },
): Promise<ListedDrill[]> {
  return z.array(drillRow).parse(
    await tx.$queryRaw`
      SELECT q.request_id::text AS "requestId", q.client_id::text AS "clientId", q.data_set_id::text AS "dataSetId", o.name AS "repositoryName", a.hostname,
        q.asked_by_name AS "askedByName", q.asked_at AS "askedAt", q.expires_at AS "expiresAt", q.state,
        q.fetched_at AS "fetchedAt", q.ended_at AS "endedAt", q.result AS outcome, q.message, q.drill,
        q.alarm_opened_at AS "openedAt", q.alarm_closed_at AS "closedAt", q.confirmed_at AS "confirmedAt",
        q.confirmed_by_name AS "confirmedByName", c.cause_id::text AS "causeId", c.ticket_reference AS "ticketReference",
        coalesce((SELECT jsonb_agg(jsonb_build_object('channelName', h.name, 'kind', h.kind, 'step', t.step, 'state', n.state,
            'at', t.at, 'finishedAt', n.finished_at, 'problem', n.problem) ORDER BY t.at, h.name)
          FROM app.notification_told t
          JOIN app.notification n ON n.msp_id = ${mspId}::uuid AND n.notification_id = t.notification_id
          JOIN app.notification_channel h ON h.msp_id = ${mspId}::uuid AND h.channel_id = t.channel_id
          WHERE t.msp_id = ${mspId}::uuid AND t.cause_id = c.cause_id AND t.step <> 'resolved'), '[]') AS messages
      FROM app.restore_request q
      JOIN app.repository o ON o.msp_id = ${mspId}::uuid AND o.repository_id = q.repository_id
      JOIN app.agent a ON a.msp_id = ${mspId}::uuid AND a.agent_id = q.agent_id
      LEFT JOIN app.finding_cause c ON c.msp_id = ${mspId}::uuid AND c.client_id = q.client_id
        AND c.cause_key = 'drill:' || q.request_id
      WHERE q.msp_id = ${mspId}::uuid AND q.is_drill AND q.data_set_id = ANY (${[...dataSetIds]}::uuid[])
        AND (${requestId}::uuid IS NULL OR q.request_id = ${requestId}::uuid)
      ORDER BY q.asked_at DESC, q.request_id LIMIT ${limit}`,
  );
}

/** Whether somebody may still confirm a drill of a data set, or its result is not there yet. */
export async function hasOpenDrill(tx: Tx, mspId: string, dataSetId: string): Promise<boolean> {
  const rows = await tx.$queryRaw`SELECT 1 AS one FROM app.restore_request q
    WHERE q.msp_id = ${mspId}::uuid AND q.data_set_id = ${dataSetId}::uuid AND q.is_drill AND q.alarm_closed_at IS NULL
      AND (q.state IN ('waiting', 'fetched') OR q.result = 'noticed') LIMIT 1`;
  return z.array(z.unknown()).parse(rows).length > 0;
}

/** Keeps that a drill's alarm arrived; false: it is confirmed already, or over. */
export async function saveDrillConfirmation(
  tx: Tx,
  mspId: string,
  requestId: string,
  by: { readonly personId: string; readonly name: string },
  now: Date,
): Promise<boolean> {
  const changed = await tx.$executeRaw`
    UPDATE app.restore_request SET confirmed_at = ${now}, confirmed_by = ${by.personId}::uuid, confirmed_by_name = ${by.name}
    WHERE msp_id = ${mspId}::uuid AND request_id = ${requestId}::uuid AND is_drill AND alarm_opened_at IS NOT NULL
      AND alarm_closed_at IS NULL AND confirmed_at IS NULL`;
  return changed === 1;
}
