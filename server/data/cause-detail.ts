import { z } from 'zod';
import { FINDING_RULES } from '@/domain/findings/catalogue';
import { type OpenFinding, type Status, STATUSES, type Verdict } from '@/domain/protection/verdict';
import { TICKET_KINDS } from '@/domain/tickets/ticket-settings';
import type { Tx } from './database';
import { causeColumns, causeJoins, leadFinding, type QueuedCause, selectedCause } from './finding-queue';
import { type CauseTicket, findCauseTicket } from './tickets';
import { storedVerdictRow } from './stored-verdicts';

/** Findings, systems and events of a cause that are shown. */
const CAUSE_FINDINGS_MAX = 100;
const CAUSE_SYSTEMS_MAX = 200;
const CAUSE_EVENTS_MAX = 200;

const ruleRow = z.object({
  rule: z.enum(FINDING_RULES),
  severity: z.enum(['critical', 'warning', 'note']),
  count: z.int(),
  waivedCount: z.int(),
  since: z.date(),
});
const findingRow = z.object({
  findingId: z.string(),
  /** null, as is its name: a machine of which nothing was ever heard. */
  systemId: z.string().nullable(),
  systemName: z.string().nullable(),
  since: z.date(),
  isWaived: z.boolean(),
  rawReportId: z.string().nullable(),
  finding: leadFinding,
});
const systemRow = z.object({ systemId: z.string(), name: z.string(), status: z.enum(STATUSES) });
const eventRow = z.object({
  eventId: z.string(),
  kind: z.string(),
  at: z.date(),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  text: z.string().nullable(),
  changeId: z.string().nullable(),
  byName: z.string().nullable(),
  undoneAt: z.date().nullable(),
  undoneByName: z.string().nullable(),
});
const waiverRow = z.object({
  rule: z.string(),
  subjectName: z.string(),
  reason: z.string(),
  approverName: z.string(),
  createdByName: z.string(),
  createdAt: z.date(),
  validUntil: z.date(),
});

type CauseRule = z.output<typeof ruleRow>;
type CauseFinding = z.output<typeof findingRow>;
type CauseSystem = z.output<typeof systemRow>;
type CauseEvent = z.output<typeof eventRow>;
type CauseWaiver = z.output<typeof waiverRow>;

/** Everything that is shown of one cause. */
export interface CauseDetail {
  readonly cause: QueuedCause;
  /** Of its open findings, gravest first. */
  readonly rules: readonly CauseRule[];
  readonly findings: readonly CauseFinding[];
  /** Worst first. */
  readonly systems: readonly CauseSystem[];
  /** How many of its systems have each status. */
  readonly statuses: Readonly<Partial<Record<Status, number>>>;
  /** Systems of the client, whatever their cause. */
  readonly clientSystemCount: number;
  /** What happened and was done, newest first; then what was told of it. */
  readonly events: readonly CauseEvent[];
  /** Those that run. */
  readonly waivers: readonly CauseWaiver[];
  /** Of the data set of the finding that tells most; null: there is none any more. */
  readonly verdict: Verdict | null;
  /** The ticket that Holdfast keeps; null: it keeps none. */
  readonly ticket: CauseTicket | null;
}

/** null: not there, or another MSP's. */
export async function readCause(
  tx: Tx,
  mspId: string,
  causeId: string,
  now: Date,
): Promise<CauseDetail | null> {
  const [cause] = z
    .array(causeColumns.extend({ causeKey: z.string(), dataSetId: z.string().nullable() }))
    .parse(
      await tx.$queryRaw`SELECT ${selectedCause}, c.cause_key AS "causeKey", f.data_set_id::text AS "dataSetId"
      FROM app.finding_cause c ${causeJoins(mspId)}
      WHERE c.msp_id = ${mspId}::uuid AND c.cause_id = ${causeId}::uuid`,
    );
  if (!cause) return null;
  const of = { mspId, clientId: cause.clientId, causeKey: cause.causeKey };
  const isOpen = cause.closedAt === null;
  const systems = isOpen ? await listSystems(tx, of) : [];
  return {
    cause,
    rules: isOpen ? await listRules(tx, of) : [],
    findings: isOpen ? await listFindings(tx, of) : [],
    systems: systems.slice(0, CAUSE_SYSTEMS_MAX),
    statuses: countStatuses(systems),
    clientSystemCount: await tx.system.count({
      where: { mspId, clientId: cause.clientId, archivedAt: null },
    }),
    events: [...(await listEvents(tx, mspId, causeId)), ...(await listTold(tx, mspId, causeId))],
    waivers: await listWaivers(tx, mspId, causeId, now),
    verdict: isOpen && cause.dataSetId !== null ? await findVerdict(tx, mspId, cause.dataSetId) : null,
    ticket: await findCauseTicket(tx, mspId, causeId),
  };
}

interface Of {
  readonly mspId: string;
  readonly clientId: string;
  readonly causeKey: string;
}

async function listRules(tx: Tx, { mspId, clientId, causeKey }: Of): Promise<CauseRule[]> {
  const rows = await tx.$queryRaw`
    SELECT f.rule, (array_agg(f.severity ORDER BY array_position(ARRAY['critical', 'warning', 'note'], f.severity)))[1] AS severity,
      count(*)::int AS count, (count(*) FILTER (WHERE f.is_waived))::int AS "waivedCount", min(f.since) AS since
    FROM app.finding f
    LEFT JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.system_id = f.system_id
    WHERE f.msp_id = ${mspId}::uuid AND f.client_id = ${clientId}::uuid AND f.cause_key = ${causeKey} AND f.closed_at IS NULL
      AND y.archived_at IS NULL
    GROUP BY f.rule ORDER BY min(array_position(ARRAY['critical', 'warning', 'note'], f.severity)), count(*) DESC, f.rule`;
  return z.array(ruleRow).parse(rows);
}

async function listFindings(tx: Tx, { mspId, clientId, causeKey }: Of): Promise<CauseFinding[]> {
  const rows = await tx.$queryRaw`
    SELECT f.finding_id::text AS "findingId", f.system_id::text AS "systemId", y.name AS "systemName", f.since,
      f.is_waived AS "isWaived", f.raw_report_id::text AS "rawReportId", jsonb_build_object('rule', f.rule, 'detail', f.detail,
        'subject', jsonb_build_object('kind', f.subject_kind, 'id', f.subject_id, 'name', f.subject_name)) AS finding
    FROM app.finding f
    LEFT JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.system_id = f.system_id
    WHERE f.msp_id = ${mspId}::uuid AND f.client_id = ${clientId}::uuid AND f.cause_key = ${causeKey} AND f.closed_at IS NULL
      AND y.archived_at IS NULL
    ORDER BY array_position(ARRAY['critical', 'warning', 'note'], f.severity), f.rule, lower(y.name), f.finding_id
    LIMIT ${CAUSE_FINDINGS_MAX}`;
  return z.array(findingRow).parse(rows);
}

async function listSystems(tx: Tx, { mspId, clientId, causeKey }: Of): Promise<CauseSystem[]> {
  const rows = await tx.$queryRaw`
    SELECT y.system_id::text AS "systemId", y.name, s.status FROM app.system y
    JOIN app.system_status s ON s.msp_id = ${mspId}::uuid AND s.system_id = y.system_id
    WHERE y.msp_id = ${mspId}::uuid AND y.archived_at IS NULL AND y.system_id IN (SELECT f.system_id FROM app.finding f
      WHERE f.msp_id = ${mspId}::uuid AND f.client_id = ${clientId}::uuid AND f.cause_key = ${causeKey} AND f.closed_at IS NULL)
    ORDER BY array_position(ARRAY['non-compliant', 'unknown', 'at-risk', 'compliant'], s.status), lower(y.name), y.system_id
    LIMIT 20000`;
  return z.array(systemRow).parse(rows);
}

function countStatuses(systems: readonly CauseSystem[]): Partial<Record<Status, number>> {
  const counts: Partial<Record<Status, number>> = {};
  for (const { status } of systems) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

async function listEvents(tx: Tx, mspId: string, causeId: string): Promise<CauseEvent[]> {
  const rows = await tx.$queryRaw`
    SELECT e.event_id::text AS "eventId", e.kind, e.at, e.detail, e.text, e.change_id::text AS "changeId", e.by_name AS "byName",
      e.undone_at AS "undoneAt", e.undone_by_name AS "undoneByName"
    FROM app.finding_event e WHERE e.msp_id = ${mspId}::uuid AND e.cause_id = ${causeId}::uuid
    ORDER BY e.at DESC, e.event_id DESC LIMIT ${CAUSE_EVENTS_MAX}`;
  return z.array(eventRow).parse(rows);
}

/** Whom Holdfast told of it, newest first: an event of the kind `told`. What became of a ticket has events of its own. */
async function listTold(tx: Tx, mspId: string, causeId: string): Promise<CauseEvent[]> {
  const rows = await tx.$queryRaw`
    SELECT t.notification_id || ' ' || t.step AS "eventId", 'told' AS kind, t.at,
      jsonb_build_object('to', h.name, 'step', t.step, 'state', n.state) AS detail, NULL AS text, NULL AS "changeId",
      NULL AS "byName", NULL::timestamptz AS "undoneAt", NULL AS "undoneByName"
    FROM app.notification_told t
    JOIN app.notification n ON n.msp_id = ${mspId}::uuid AND n.notification_id = t.notification_id
    JOIN app.notification_channel h ON h.msp_id = ${mspId}::uuid AND h.channel_id = t.channel_id
    WHERE t.msp_id = ${mspId}::uuid AND t.cause_id = ${causeId}::uuid AND h.kind <> ALL (${[...TICKET_KINDS]}::text[])
    ORDER BY t.at DESC, 1 LIMIT ${CAUSE_EVENTS_MAX}`;
  return z.array(eventRow).parse(rows);
}

async function listWaivers(tx: Tx, mspId: string, causeId: string, now: Date): Promise<CauseWaiver[]> {
  const rows = await tx.$queryRaw`
    SELECT w.rule, w.subject_name AS "subjectName", w.reason, w.approver_name AS "approverName",
      w.created_by_name AS "createdByName", w.created_at AS "createdAt", w.valid_until AS "validUntil"
    FROM app.waiver w WHERE w.msp_id = ${mspId}::uuid AND w.cause_id = ${causeId}::uuid AND w.withdrawn_at IS NULL
      AND w.valid_until > ${now}::timestamptz
    ORDER BY w.valid_until DESC, w.rule, w.subject_name LIMIT 200`;
  return z.array(waiverRow).parse(rows);
}

async function findVerdict(tx: Tx, mspId: string, dataSetId: string): Promise<Verdict | null> {
  const rows = await tx.$queryRaw`
    SELECT v.data_set_id::text AS "dataSetId", '' AS "dataSetName", v.system_id::text AS "systemId", v.verdict
    FROM app.verdict v WHERE v.msp_id = ${mspId}::uuid AND v.data_set_id = ${dataSetId}::uuid`;
  return z.array(storedVerdictRow).parse(rows)[0]?.verdict ?? null;
}

/** The open causes of these findings' keys of a client, by key: where the system's page leads. */
export async function openCauseIds(
  tx: Tx,
  mspId: string,
  clientId: string,
  causeKeys: readonly OpenFinding['causeKey'][],
): Promise<ReadonlyMap<string, string>> {
  const rows = await tx.findingCause.findMany({
    where: { mspId, clientId, closedAt: null, causeKey: { in: [...new Set(causeKeys)] } },
    select: { causeKey: true, causeId: true },
  });
  return new Map(rows.map(({ causeKey, causeId }) => [causeKey, causeId]));
}
