import { z } from 'zod';
import { DOCUMENT_STATES, type DocumentState } from '@/domain/report/document';
import type { Tx } from './database';

/** Whom the executive report of a client's month is sent to, and on which day. */
export interface ReportSchedule {
  readonly scheduleId: string;
  readonly clientId: string;
  readonly clientName: string;
  readonly timeZone: string;
  readonly recipients: readonly string[];
  /** 1 to 28, in the client's zone. */
  readonly dayOfMonth: number;
  readonly note: string;
  readonly linkDays: number;
  /** What its reports are made with; null: the standard template. */
  readonly templateId: string | null;
  readonly templateName: string | null;
  readonly createdAt: Date;
  readonly createdByName: string;
  /** The newest month (YYYY-MM) that was sent, and when; null: none yet. */
  readonly last: { readonly month: string; readonly sentAt: Date } | null;
}

const row = z.object({
  scheduleId: z.string(),
  clientId: z.string(),
  clientName: z.string(),
  timeZone: z.string(),
  recipients: z.array(z.string()),
  dayOfMonth: z.int(),
  note: z.string(),
  linkDays: z.int(),
  templateId: z.string().nullable(),
  templateName: z.string().nullable(),
  createdAt: z.date(),
  createdByName: z.string(),
  lastMonth: z.string().nullable(),
  lastSentAt: z.date().nullable(),
});

/** Those that hold, of clients that are there, by client; at most 1,000. */
export async function listReportSchedules(tx: Tx, mspId: string): Promise<ReportSchedule[]> {
  const rows = z.array(row).parse(
    await tx.$queryRaw`
      SELECT s.schedule_id::text AS "scheduleId", s.client_id::text AS "clientId", c.name AS "clientName", c.time_zone AS "timeZone",
        s.recipients, s.day_of_month AS "dayOfMonth", s.note, s.link_days AS "linkDays", s.template_id::text AS "templateId",
        t.name AS "templateName", s.created_at AS "createdAt", s.created_by_name AS "createdByName", l.month AS "lastMonth", l.sent_at AS "lastSentAt"
      FROM app.report_schedule s
      JOIN app.client c ON c.msp_id = ${mspId}::uuid AND c.client_id = s.client_id AND c.archived_at IS NULL
      LEFT JOIN app.report_template t ON t.msp_id = ${mspId}::uuid AND t.template_id = s.template_id
      LEFT JOIN LATERAL (SELECT d.month, d.sent_at FROM app.report_schedule_delivery d
        WHERE d.msp_id = ${mspId}::uuid AND d.schedule_id = s.schedule_id ORDER BY d.month DESC LIMIT 1) l ON true
      WHERE s.msp_id = ${mspId}::uuid AND s.removed_at IS NULL
      ORDER BY lower(c.name), s.created_at, s.schedule_id LIMIT 1000`,
  );
  return rows.map(({ lastMonth, lastSentAt, ...one }) => ({
    ...one,
    last: lastMonth === null || lastSentAt === null ? null : { month: lastMonth, sentAt: lastSentAt },
  }));
}

/** false: the client is not there. */
export async function insertReportSchedule(
  tx: Tx,
  mspId: string,
  schedule: Pick<
    ReportSchedule,
    | 'scheduleId'
    | 'clientId'
    | 'recipients'
    | 'dayOfMonth'
    | 'note'
    | 'linkDays'
    | 'templateId'
    | 'createdAt'
    | 'createdByName'
  > & { readonly createdBy: string },
): Promise<boolean> {
  const {
    scheduleId,
    clientId,
    recipients,
    dayOfMonth,
    note,
    linkDays,
    templateId,
    createdAt,
    createdBy,
    createdByName,
  } = schedule;
  const count = await tx.$executeRaw`
    INSERT INTO app.report_schedule (msp_id, schedule_id, client_id, recipients, day_of_month, note, link_days, template_id,
      created_at, created_by, created_by_name)
    SELECT ${mspId}::uuid, ${scheduleId}::uuid, c.client_id, ${[...recipients]}::text[], ${dayOfMonth}::int, ${note}, ${linkDays}::int,
      ${templateId}::uuid, ${createdAt}::timestamptz, ${createdBy}::uuid, ${createdByName}
    FROM app.client c WHERE c.msp_id = ${mspId}::uuid AND c.client_id = ${clientId}::uuid AND c.archived_at IS NULL`;
  return count === 1;
}

/** Ends one, or has it hold again; the client that it is of, or null: it is not there, or stands so already. */
export async function setScheduleRemoved(
  tx: Tx,
  mspId: string,
  scheduleId: string,
  removed: { readonly at: Date; readonly by: string } | null,
): Promise<string | null> {
  const rows = await tx.$queryRaw`
    UPDATE app.report_schedule s SET removed_at = ${removed?.at ?? null}::timestamptz, removed_by = ${removed?.by ?? null}::uuid
    WHERE s.msp_id = ${mspId}::uuid AND s.schedule_id = ${scheduleId}::uuid AND (s.removed_at IS NULL) = ${removed !== null}
    RETURNING s.client_id::text AS "clientId"`;
  return z.array(z.object({ clientId: z.string() })).parse(rows)[0]?.clientId ?? null;
}

/** Whether a month was sent by a schedule. */
export async function wasSent(tx: Tx, mspId: string, scheduleId: string, month: string): Promise<boolean> {
  const rows = await tx.$queryRaw`SELECT 1 AS one FROM app.report_schedule_delivery d
    WHERE d.msp_id = ${mspId}::uuid AND d.schedule_id = ${scheduleId}::uuid AND d.month = ${month}`;
  return z.array(z.unknown()).parse(rows).length > 0;
}

/** Notes that a month was sent. A second time is refused by its key. */
export async function insertScheduleDelivery(
  tx: Tx,
  mspId: string,
  sent: {
    readonly scheduleId: string;
    readonly month: string;
    readonly clientId: string;
    readonly documentId: string;
    readonly sentAt: Date;
  },
): Promise<void> {
  const { scheduleId, month, clientId, documentId, sentAt } = sent;
  await tx.$executeRaw`INSERT INTO app.report_schedule_delivery (msp_id, schedule_id, month, client_id, document_id, sent_at)
    VALUES (${mspId}::uuid, ${scheduleId}::uuid, ${month}, ${clientId}::uuid, ${documentId}::uuid, ${sentAt}::timestamptz)`;
}

/** The document that a schedule asked for with its own template for a month, and what became of it; null: none yet. */
export async function findAskedDocument(
  tx: Tx,
  mspId: string,
  scheduleId: string,
  month: string,
): Promise<{ documentId: string; state: DocumentState } | null> {
  const rows =
    await tx.$queryRaw`SELECT d.document_id::text AS "documentId", d.state FROM app.report_schedule s
    JOIN app.document d ON d.msp_id = ${mspId}::uuid AND d.document_id = s.asked_document_id
    WHERE s.msp_id = ${mspId}::uuid AND s.schedule_id = ${scheduleId}::uuid AND s.asked_month = ${month}`;
  return z.array(z.object({ documentId: z.string(), state: z.enum(DOCUMENT_STATES) })).parse(rows)[0] ?? null;
}

/** Notes what a schedule asked for. */
export async function setAskedDocument(
  tx: Tx,
  mspId: string,
  scheduleId: string,
  { month, documentId }: { readonly month: string; readonly documentId: string },
): Promise<void> {
  await tx.$executeRaw`UPDATE app.report_schedule s SET asked_month = ${month}, asked_document_id = ${documentId}::uuid
    WHERE s.msp_id = ${mspId}::uuid AND s.schedule_id = ${scheduleId}::uuid`;
}
