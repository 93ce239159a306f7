import { z } from 'zod';
import type { AskedReport } from '@/domain/portal/monthly-report';
import { DOCUMENT_STATES } from '@/domain/report/document';
import type { Tx } from './database';

/** Which monthly report, for whom. */
export interface MonthlyReportKey {
  readonly clientId: string;
  readonly personId: string;
  /** YYYY-MM. */
  readonly month: string;
}

/** Whether it was put into the outbox before. */
export async function wasReported(tx: Tx, mspId: string, key: MonthlyReportKey): Promise<boolean> {
  const found = await tx.monthlyReport.findFirst({ where: { mspId, ...key }, select: { month: true } });
  return found !== null;
}

/** Notes which mail carries it. A second one of the same is refused by its key. */
export async function insertMonthlyReport(
  tx: Tx,
  mspId: string,
  key: MonthlyReportKey,
  mailId: string,
  putAt: Date,
): Promise<void> {
  await tx.monthlyReport.create({ data: { mspId, ...key, mailId, putAt }, select: { month: true } });
}

/** The executive report that goes with a client's mails of a month. */
export interface MonthlyDocument extends AskedReport {
  readonly documentId: string;
}

const documentRow = z.object({
  documentId: z.string(),
  askedAt: z.date().transform((at) => at.getTime()),
  state: z.enum(DOCUMENT_STATES),
  pdfBytes: z.int().nullable(),
});

/** How far it is; null: nobody asked for it yet. */
export async function findMonthlyDocument(
  tx: Tx,
  mspId: string,
  { clientId, month }: Pick<MonthlyReportKey, 'clientId' | 'month'>,
): Promise<MonthlyDocument | null> {
  const rows = await tx.$queryRaw`
    SELECT m.document_id::text AS "documentId", m.asked_at AS "askedAt", d.state, f.size_bytes AS "pdfBytes"
    FROM app.monthly_document m
    JOIN app.document d ON d.msp_id = ${mspId}::uuid AND d.document_id = m.document_id
    LEFT JOIN app.document_file f ON f.msp_id = ${mspId}::uuid AND f.document_id = m.document_id AND f.kind = 'pdf'
    WHERE m.msp_id = ${mspId}::uuid AND m.client_id = ${clientId}::uuid AND m.month = ${month}`;
  return z.array(documentRow).max(1).parse(rows)[0] ?? null;
}

/** Notes which document it is. A second one of the same month is refused by its key. */
export async function insertMonthlyDocument(
  tx: Tx,
  mspId: string,
  key: Pick<MonthlyReportKey, 'clientId' | 'month'>,
  documentId: string,
  askedAt: Date,
): Promise<void> {
  await tx.monthlyDocument.create({ data: { mspId, ...key, documentId, askedAt }, select: { month: true } });
}
