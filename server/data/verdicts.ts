import { v7 } from 'uuid';
import { z } from 'zod';
import type { OpenFinding, Status, StatusReason, Verdict } from '@/domain/protection/verdict';
import { NEVER_EVALUATED } from './dirty-systems';
import type { Tx } from './database';
import { jsonRows } from './json-rows';

/** A system whose verdicts must be evaluated, with the status it has. `status` null: nobody looked at it yet. */
export interface DueSystem {
  readonly systemId: string;
  readonly clientId: string;
  readonly status: Status | null;
  /** It is merged into another system, whose verdict takes its facts. */
  readonly isMerged: boolean;
}

const dueRow = z.object({
  systemId: z.string(),
  clientId: z.string(),
  status: z.enum(['non-compliant', 'unknown', 'at-risk', 'compliant']),
  evaluatedAt: z.date(),
  isMerged: z.boolean(),
});

/**
 * Takes systems that a new fact concerns or whose time has come, for this transaction; another worker skips them. Left for
 * later are those of clients of whom reports came within the last minute and wait to be processed: after an outage of ours
 * all of a fleet's spools arrive at once, and half of them would make it look lost.
 */
export async function claimDueSystems(tx: Tx, mspId: string, now: Date, limit: number): Promise<DueSystem[]> {
  const rows =
    await tx.$queryRaw`SELECT s.system_id::text AS "systemId", s.client_id::text AS "clientId", s.status,
      s.evaluated_at AS "evaluatedAt", EXISTS (SELECT FROM app.system y WHERE y.msp_id = ${mspId}::uuid
        AND y.system_id = s.system_id AND y.merged_into_id IS NOT NULL) AS "isMerged"
    FROM app.system_status s
    WHERE s.msp_id = ${mspId}::uuid AND (s.dirty_at <= ${now} OR s.changes_at <= ${now})
      AND NOT EXISTS (SELECT FROM app.inbox i WHERE i.msp_id = ${mspId}::uuid AND i.client_id = s.client_id
        AND i.state = 'pending' AND i.next_try_at IS NULL AND i.received_at > ${now}::timestamptz - interval '1 minute')
    ORDER BY least(s.dirty_at, s.changes_at), s.system_id LIMIT ${limit} FOR UPDATE OF s SKIP LOCKED`;
  return z
    .array(dueRow)
    .parse(rows)
    .map(({ systemId, clientId, status, evaluatedAt, isMerged }) => ({
      systemId,
      clientId,
      isMerged,
      status: evaluatedAt.getTime() === NEVER_EVALUATED.getTime() ? null : status,
    }));
}

/** One data set's verdict, ready to be kept. */
export interface NewVerdict {
  readonly dataSetId: string;
  /** Those that are judged together with it and have no verdict of their own now. */
  readonly countedInIt: readonly string[];
  readonly clientId: string;
  readonly systemId: string;
  readonly policyVersionId: string;
  readonly verdict: Verdict;
}

export async function saveVerdicts(tx: Tx, mspId: string, verdicts: readonly NewVerdict[]): Promise<void> {
  if (verdicts.length === 0) return;
  const rows = verdicts.map(({ verdict, dataSetId, clientId, systemId, policyVersionId }) => ({
    dataSetId,
    clientId,
    systemId,
    policyVersionId,
    status: verdict.status,
    evaluatedAt: iso(verdict.evaluatedAt),
    failsAt: iso(verdict.failsAt),
    changesAt: iso(verdict.changesAt),
    verdict,
  }));
  await tx.$executeRaw`
    INSERT INTO app.verdict (msp_id, data_set_id, client_id, system_id, policy_version_id, status, evaluated_at, fails_at,
      changes_at, verdict)
    SELECT ${mspId}::uuid, r."dataSetId", r."clientId", r."systemId", r."policyVersionId", r.status, r."evaluatedAt",
      r."failsAt", r."changesAt", r.verdict
    FROM jsonb_to_recordset(${jsonRows(rows)}::jsonb) AS r ("dataSetId" uuid, "clientId" uuid, "systemId" uuid,
      "policyVersionId" uuid, status text, "evaluatedAt" timestamptz, "failsAt" timestamptz, "changesAt" timestamptz,
      verdict jsonb)
    ON CONFLICT (msp_id, data_set_id) DO UPDATE SET system_id = excluded.system_id, policy_version_id = excluded.policy_version_id,
      status = excluded.status, evaluated_at = excluded.evaluated_at, fails_at = excluded.fails_at,
      changes_at = excluded.changes_at, verdict = excluded.verdict, counted_in_id = NULL`;
  const counted = verdicts.flatMap(({ dataSetId, countedInIt }) =>
    countedInIt.map((id) => ({ id, dataSetId })),
  );
  if (counted.length === 0) return;
  await tx.$executeRaw`UPDATE app.verdict v SET counted_in_id = r."dataSetId"
    FROM jsonb_to_recordset(${jsonRows(counted)}::jsonb) AS r (id uuid, "dataSetId" uuid)
    WHERE v.msp_id = ${mspId}::uuid AND v.data_set_id = r.id`;
}

/** A system's status as just evaluated. */
export interface EvaluatedSystem {
  readonly systemId: string;
  readonly status: Status;
  /** When to look again if nothing new arrives; null: never. */
  readonly changesAt: number | null;
  readonly isChanged: boolean;
}

/** Keeps the statuses and takes the marks away. `since` moves only when the status changed. */
export async function saveSystemStatuses(
  tx: Tx,
  mspId: string,
  systems: readonly EvaluatedSystem[],
  now: Date,
): Promise<void> {
  const rows = systems.map((one) => ({ ...one, changesAt: iso(one.changesAt) }));
  await tx.$executeRaw`
    UPDATE app.system_status s SET status = r.status, evaluated_at = ${now}, changes_at = r."changesAt", dirty_at = NULL,
      since = CASE WHEN r."isChanged" THEN ${now}::timestamptz ELSE s.since END
    FROM jsonb_to_recordset(${jsonRows(rows)}::jsonb)
      AS r ("systemId" uuid, status text, "changesAt" timestamptz, "isChanged" boolean)
    WHERE s.msp_id = ${mspId}::uuid AND s.system_id = r."systemId"`;
}

/** A change of a system's status, with what decided it. */
export interface StatusChange {
  readonly systemId: string;
  readonly clientId: string;
  readonly from: Status | null;
  readonly to: Status;
  readonly reasons: readonly StatusReason[];
}

export async function saveStatusChanges(
  tx: Tx,
  mspId: string,
  changes: readonly StatusChange[],
  at: Date,
): Promise<void> {
  if (changes.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO app.status_change (msp_id, system_id, at, client_id, from_status, to_status, reasons)
    SELECT ${mspId}::uuid, r."systemId", ${at}, r."clientId", r.from, r.to, r.reasons
    FROM jsonb_to_recordset(${jsonRows(changes)}::jsonb)
      AS r ("systemId" uuid, "clientId" uuid, "from" text, "to" text, reasons jsonb)
    ON CONFLICT DO NOTHING`;
}

/** The findings that hold now of one data set. */
export interface HeldFindings {
  readonly clientId: string;
  readonly systemId: string;
  readonly dataSetId: string;
  readonly findings: readonly OpenFinding[];
}

/**
 * Opens findings that are new, updates those that still hold, closes those of these systems, and of what is merged into them, that
 * no longer do. Answers the causes of those that it closed.
 */
export async function saveFindings(
  tx: Tx,
  mspId: string,
  held: readonly HeldFindings[],
  systemIds: readonly string[],
  now: Date,
): Promise<string[]> {
  const rows = held.flatMap(({ findings, ...of }) => {
    const byName = new Map(findings.map((one) => [`${one.rule} ${one.subject.id}`, one]));
    return [...byName.values()].map((one) => ({
      ...of,
      findingId: v7(),
      rule: one.rule,
      subjectKind: one.subject.kind,
      subjectId: one.subject.id,
      subjectName: one.subject.name,
      causeKey: one.causeKey,
      severity: one.severity,
      since: iso(one.since),
      detail: one.detail,
      isWaived: one.isWaived,
      rawReportId: one.origin?.kind === 'report' ? one.origin.reportId : null,
    }));
  });
  const json = jsonRows(rows);
  const closed = z.array(z.object({ causeId: z.string().nullable() })).parse(
    await tx.$queryRaw`
    UPDATE app.finding f SET closed_at = ${now}
    WHERE f.msp_id = ${mspId}::uuid AND f.closed_at IS NULL AND f.data_set_id IS NOT NULL
      AND f.system_id IN (SELECT y.system_id FROM app.system y WHERE y.msp_id = ${mspId}::uuid
        AND (y.system_id = ANY (${[...systemIds]}::uuid[]) OR y.merged_into_id = ANY (${[...systemIds]}::uuid[])))
      AND NOT EXISTS (SELECT FROM jsonb_to_recordset(${json}::jsonb)
          AS r ("dataSetId" uuid, rule text, "subjectId" uuid)
        WHERE r."dataSetId" = f.data_set_id AND r.rule = f.rule AND r."subjectId" = f.subject_id)
    RETURNING f.cause_id::text AS "causeId"`,
  );
  const closedCauseIds = [...new Set(closed.flatMap(({ causeId }) => causeId ?? []))];
  if (rows.length === 0) return closedCauseIds;
  await tx.$executeRaw`
    INSERT INTO app.finding AS f (msp_id, finding_id, client_id, system_id, data_set_id, rule, subject_kind, subject_id,
      subject_name, cause_key, severity, since, opened_at, detail, is_waived, raw_report_id)
    SELECT ${mspId}::uuid, r."findingId", r."clientId", r."systemId", r."dataSetId", r.rule, r."subjectKind",
      r."subjectId", r."subjectName", r."causeKey", r.severity, r.since, ${now}, r.detail, r."isWaived", r."rawReportId"
    FROM jsonb_to_recordset(${json}::jsonb) AS r ("findingId" uuid, "clientId" uuid, "systemId" uuid, "dataSetId" uuid,
      rule text, "subjectKind" text, "subjectId" uuid, "subjectName" text, "causeKey" text, severity text,
      since timestamptz, detail jsonb, "isWaived" boolean, "rawReportId" uuid)
    ON CONFLICT (msp_id, data_set_id, rule, subject_id) WHERE closed_at IS NULL
      DO UPDATE SET system_id = excluded.system_id, subject_name = excluded.subject_name, cause_key = excluded.cause_key, severity = excluded.severity,
        since = least(f.since, excluded.since), detail = excluded.detail, is_waived = excluded.is_waived, raw_report_id = excluded.raw_report_id
      WHERE (f.system_id, f.severity, f.detail, f.subject_name, f.cause_key, f.is_waived) IS DISTINCT FROM
        (excluded.system_id, excluded.severity, excluded.detail, excluded.subject_name, excluded.cause_key, excluded.is_waived)`;
  return closedCauseIds;
}

/** When the next evaluation of an MSP, or of some of its clients, is due; null: nothing changes by itself. */
export async function nextEvaluationAt(
  tx: Tx,
  mspId: string,
  clientIds: '*' | readonly string[] = '*',
): Promise<Date | null> {
  const ids = clientIds === '*' ? [] : [...clientIds];
  const rows = await tx.$queryRaw`SELECT least(min(dirty_at), min(changes_at)) AS at FROM app.system_status
    WHERE msp_id = ${mspId}::uuid AND (${clientIds === '*'} OR client_id = ANY (${ids}::uuid[]))`;
  return z.tuple([z.object({ at: z.date().nullable() })]).parse(rows)[0].at;
}

function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
