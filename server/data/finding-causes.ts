import { z } from 'zod';
import type { CauseHappening, CauseHeld, CauseKept } from '@/domain/findings/cause-life';
import { severityRank } from '@/domain/findings/harm';
import { Prisma } from '@/prisma/generated/prisma/client';
import type { Tx } from './database';
import { jsonRows } from './json-rows';

/** Whose causes an evaluation may have changed. */
export interface EvaluatedCauses {
  readonly systemIds: readonly string[];
  /** Whose coverage was looked at; left out: nobody's. */
  readonly coveredClientIds?: readonly string[];
  /** The causes of findings that it closed. */
  readonly closedCauseIds: readonly string[];
}

const severity = z.enum(['critical', 'warning', 'note']);
const counts = { findingCount: z.int(), waivedCount: z.int(), systemCount: z.int() };
const row = z.object({
  clientId: z.string(),
  causeKey: z.string(),
  kept: z
    .object({
      ...counts,
      causeId: z.string(),
      severity,
      rules: z.array(z.string()),
      leadFindingId: z.string().nullable(),
      since: z.coerce.number(),
      closedAt: z.coerce.number().nullable(),
      flapCount: z.int(),
      toldSystemCount: z.int(),
      snoozedUntil: z.coerce.number().nullable(),
    })
    .nullable(),
  held: z
    .object({
      ...counts,
      severity,
      rules: z.array(z.string()),
      leadFindingId: z.string(),
      since: z.coerce.number(),
    })
    .nullable(),
});

/** A key with the newest cause of it that is kept, and what its open findings make of it now. */
export interface TouchedCause {
  readonly clientId: string;
  readonly causeKey: string;
  readonly kept: (CauseKept & CauseContent & { readonly causeId: string }) | null;
  readonly held: (CauseHeld & CauseContent) | null;
}

interface CauseContent {
  readonly rules: readonly string[];
  readonly leadFindingId: string | null;
  /** The earliest since when one of its findings holds. */
  readonly since: number;
}

/**
 * Keeps everybody else from the causes of these clients until commit: several evaluations may concern one cause, and people change it.
 * Taken in one order, before anything is read of them.
 */
export async function lockCausesOf(tx: Tx, mspId: string, clientIds: readonly string[]): Promise<void> {
  const keys = [...new Set(clientIds)].toSorted().map((clientId) => `${mspId} ${clientId}`);
  await tx.$queryRaw`SELECT count(pg_advisory_xact_lock(73, hashtext(k.key)))::int AS locked
    FROM (SELECT unnest(${keys}::text[]) AS key OFFSET 0) k`;
}

/** Findings `f` of what was evaluated: of these systems, and of these clients those about machines of an inventory. */
function isEvaluated(systemIds: readonly string[], coveredClientIds: readonly string[]): Prisma.Sql {
  const ofSystems = Prisma.sql`f.system_id = ANY (${[...systemIds]}::uuid[])`;
  return coveredClientIds.length === 0
    ? ofSystems
    : Prisma.sql`(${ofSystems} OR (f.data_set_id IS NULL AND f.client_id = ANY (${[...coveredClientIds]}::uuid[])))`;
}

/** Which clients of an evaluation have open findings or causes, so that the others need not be locked. */
export async function clientsWithCauses(
  tx: Tx,
  mspId: string,
  { systemIds, coveredClientIds = [], closedCauseIds }: EvaluatedCauses,
): Promise<string[]> {
  const rows = await tx.$queryRaw`
    SELECT f.client_id::text AS "clientId" FROM app.finding f
    WHERE f.msp_id = ${mspId}::uuid AND f.closed_at IS NULL AND ${isEvaluated(systemIds, coveredClientIds)}
    UNION
    SELECT c.client_id::text FROM app.finding_cause c
    WHERE c.msp_id = ${mspId}::uuid AND c.cause_id = ANY (${[...closedCauseIds]}::uuid[])`;
  return z
    .array(z.object({ clientId: z.string() }))
    .parse(rows)
    .map(({ clientId }) => clientId);
}

/**
 * The causes that an evaluation touched: those that open findings of its systems have now or had, and those of findings that it
 * closed. Systems that are in no list count for none. Which finding tells most: what broke rather than what is therefore short.
 */
export async function touchedCauses(
  tx: Tx,
  mspId: string,
  { systemIds, coveredClientIds = [], closedCauseIds }: EvaluatedCauses,
): Promise<TouchedCause[]> {
  const rows = await tx.$queryRaw`
    WITH open_finding AS MATERIALIZED (
      SELECT f.client_id, f.cause_key, f.cause_id FROM app.finding f
      WHERE f.msp_id = ${mspId}::uuid AND f.closed_at IS NULL AND ${isEvaluated(systemIds, coveredClientIds)}
    ),
    touched AS (
      SELECT client_id, cause_key FROM open_finding
      UNION
      SELECT c.client_id, c.cause_key FROM app.finding_cause c
      WHERE c.msp_id = ${mspId}::uuid AND c.closed_at IS NULL
        AND (c.cause_id = ANY (${[...closedCauseIds]}::uuid[]) OR c.cause_id IN (SELECT cause_id FROM open_finding))
    )
    SELECT t.client_id::text AS "clientId", t.cause_key AS "causeKey",
      CASE WHEN k.cause_id IS NOT NULL THEN jsonb_build_object('causeId', k.cause_id, 'severity', k.severity, 'rules', k.rules,
        'leadFindingId', k.lead_finding_id, 'since', trunc(extract(epoch FROM k.since) * 1000),
        'closedAt', trunc(extract(epoch FROM k.closed_at) * 1000), 'flapCount', k.flap_count,
        'toldSystemCount', k.told_system_count, 'snoozedUntil', trunc(extract(epoch FROM k.snoozed_until) * 1000),
        'findingCount', k.finding_count, 'waivedCount', k.waived_count, 'systemCount', k.system_count) END AS kept,
      CASE WHEN g.findings > 0 THEN jsonb_build_object('severity', (ARRAY['critical', 'warning', 'note'])[g.rank],
        'rules', g.rules, 'leadFindingId', g.lead, 'since', trunc(extract(epoch FROM g.since) * 1000),
        'findingCount', g.findings, 'waivedCount', g.waived, 'systemCount', g.systems) END AS held
    FROM touched t
    LEFT JOIN LATERAL (
      SELECT * FROM app.finding_cause c
      WHERE c.msp_id = ${mspId}::uuid AND c.client_id = t.client_id AND c.cause_key = t.cause_key
      ORDER BY c.closed_at DESC NULLS FIRST LIMIT 1) k ON true
    CROSS JOIN LATERAL (
      SELECT count(*)::int AS findings, (count(*) FILTER (WHERE f.is_waived))::int AS waived,
        count(DISTINCT coalesce(f.system_id, f.subject_id))::int AS systems, min(f.since) AS since,
        min(array_position(ARRAY['critical', 'warning', 'note'], f.severity)) AS rank,
        array_agg(DISTINCT f.rule ORDER BY f.rule) AS rules,
        (array_agg(f.finding_id ORDER BY f.detail ->> 'kind' IN ('digit', 'age'), f.subject_kind <> 'repository',
          array_position(ARRAY['critical', 'warning', 'note'], f.severity), f.since, f.rule, f.finding_id))[1] AS lead
      FROM app.finding f
      LEFT JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.system_id = f.system_id
      WHERE f.msp_id = ${mspId}::uuid AND f.client_id = t.client_id AND f.cause_key = t.cause_key AND f.closed_at IS NULL
        AND y.archived_at IS NULL) g
    ORDER BY 1, 2`;
  return z.array(row).parse(rows);
}

/** A cause as it is to be kept from now on. */
export interface CauseRow extends CauseHeld, CauseContent {
  readonly causeId: string;
  readonly clientId: string;
  readonly causeKey: string;
  readonly isClosed: boolean;
  readonly flapCount: number;
  readonly toldSystemCount: number;
  readonly snoozedUntil: number | null;
}

/** Keeps causes, and gives the open findings of their keys to them. What people did about them stays. */
export async function saveCauses(
  tx: Tx,
  mspId: string,
  causes: readonly CauseRow[],
  now: Date,
): Promise<void> {
  const rows = causes.map((cause) => ({
    ...cause,
    rank: severityRank(cause.severity),
    since: new Date(cause.since).toISOString(),
    snoozedUntil: cause.snoozedUntil === null ? null : new Date(cause.snoozedUntil).toISOString(),
  }));
  const json = jsonRows(rows);
  await tx.$executeRaw`
    INSERT INTO app.finding_cause AS c (msp_id, cause_id, client_id, cause_key, severity, severity_rank, rules, lead_finding_id,
      finding_count, waived_count, system_count, told_system_count, since, opened_at, last_opened_at, closed_at, flap_count,
      snoozed_until)
    SELECT ${mspId}::uuid, r."causeId", r."clientId", r."causeKey", r.severity, r.rank,
      ARRAY(SELECT jsonb_array_elements_text(r.rules)), r."leadFindingId", r."findingCount", r."waivedCount", r."systemCount",
      r."toldSystemCount", r.since, ${now}, ${now}, CASE WHEN r."isClosed" THEN ${now}::timestamptz END, r."flapCount",
      r."snoozedUntil"
    FROM jsonb_to_recordset(${json}::jsonb) AS r ("causeId" uuid, "clientId" uuid, "causeKey" text, severity text, rank int,
      rules jsonb, "leadFindingId" uuid, "findingCount" int, "waivedCount" int, "systemCount" int, "toldSystemCount" int,
      since timestamptz, "isClosed" boolean, "flapCount" int, "snoozedUntil" timestamptz)
    ON CONFLICT (msp_id, cause_id) DO UPDATE SET severity = excluded.severity, severity_rank = excluded.severity_rank,
      rules = excluded.rules, lead_finding_id = excluded.lead_finding_id, finding_count = excluded.finding_count,
      waived_count = excluded.waived_count, system_count = excluded.system_count,
      told_system_count = excluded.told_system_count, since = excluded.since, closed_at = excluded.closed_at,
      flap_count = excluded.flap_count, snoozed_until = excluded.snoozed_until,
      last_opened_at = CASE WHEN excluded.flap_count > c.flap_count THEN excluded.last_opened_at ELSE c.last_opened_at END
    WHERE (c.severity, c.rules, c.lead_finding_id, c.finding_count, c.waived_count, c.system_count, c.told_system_count, c.since,
        c.closed_at, c.flap_count, c.snoozed_until)
      IS DISTINCT FROM (excluded.severity, excluded.rules, excluded.lead_finding_id, excluded.finding_count,
        excluded.waived_count, excluded.system_count, excluded.told_system_count, excluded.since, excluded.closed_at,
        excluded.flap_count, excluded.snoozed_until)`;
  await tx.$executeRaw`
    UPDATE app.finding f SET cause_id = r."causeId"
    FROM jsonb_to_recordset(${json}::jsonb) AS r ("causeId" uuid, "clientId" uuid, "causeKey" text, "isClosed" boolean)
    WHERE f.msp_id = ${mspId}::uuid AND f.client_id = r."clientId" AND f.cause_key = r."causeKey" AND f.closed_at IS NULL
      AND f.cause_id IS DISTINCT FROM r."causeId"`;
}

/** What happened to a cause without anybody's doing. */
export interface HappeningRow {
  readonly eventId: string;
  readonly clientId: string;
  readonly causeId: string;
  readonly happening: CauseHappening;
}

export async function saveHappenings(
  tx: Tx,
  mspId: string,
  events: readonly HappeningRow[],
  at: Date,
): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map(({ happening: { kind, ...detail }, ...rest }) => ({ ...rest, kind, detail }));
  await tx.$executeRaw`
    INSERT INTO app.finding_event (msp_id, event_id, client_id, cause_id, kind, at, detail)
    SELECT ${mspId}::uuid, r."eventId", r."clientId", r."causeId", r.kind, ${at}, r.detail
    FROM jsonb_to_recordset(${jsonRows(rows)}::jsonb)
      AS r ("eventId" uuid, "clientId" uuid, "causeId" uuid, kind text, detail jsonb)`;
}
