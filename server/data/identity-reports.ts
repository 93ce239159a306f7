import { z } from 'zod';
import type { Tx } from './database';

/** Whether the leader whom the context names wants the monthly report. */
export async function wantsReport(tx: Tx): Promise<boolean> {
  const rows = await tx.$queryRaw`SELECT identity.wants_report() AS "isWanted"`;
  return z.tuple([z.object({ isWanted: z.boolean() })]).parse(rows)[0].isWanted;
}

/** Has the leader whom the context names get it, or not; false: it was so already. */
export async function wantReport(tx: Tx, isWanted: boolean): Promise<boolean> {
  const rows = await tx.$queryRaw`SELECT identity.want_report(${isWanted}) AS "isChanged"`;
  return z.tuple([z.object({ isChanged: z.boolean() })]).parse(rows)[0].isChanged;
}

/** A leader who wants the monthly report of their company. */
export interface ReportReader {
  readonly personId: string;
  readonly name: string;
  readonly email: string;
  readonly clientIds: readonly string[];
  readonly wantedAt: Date;
}

const readerRow = z.object({
  person_id: z.string(),
  name: z.string(),
  email: z.string(),
  client_ids: z.array(z.string()),
  wanted_at: z.date(),
});

/** Those of the context's MSP (the worker's), at most 10,000. */
export async function listReportReaders(tx: Tx): Promise<ReportReader[]> {
  const rows = z.array(readerRow).parse(await tx.$queryRaw`SELECT * FROM identity.list_report_readers()`);
  return rows.map((row) => ({
    personId: row.person_id,
    name: row.name,
    email: row.email,
    clientIds: row.client_ids,
    wantedAt: row.wanted_at,
  }));
}
