import { z } from 'zod';
import type { SealedReport } from '@/domain/evidence/report-seal';
import type { Tx } from './database';

const sealRow = z.object({
  seq: z.bigint().transform(Number),
  day: z.iso.date(),
  count: z.int(),
  root: z.string(),
});
/** An event that seals a day's reports. `day`: YYYY-MM-DD, UTC; `root`: hexadecimal. */
export type ReportSeal = z.output<typeof sealRow>;

const LOCK = 7_261_141;

/** Keeps others from sealing the MSP's days until commit; false: somebody is sealing them. */
export async function lockSeals(tx: Tx, mspId: string): Promise<boolean> {
  const rows =
    await tx.$queryRaw`SELECT pg_try_advisory_xact_lock(${LOCK}::int, hashtext(${mspId})) AS "isOurs"`;
  return z.tuple([z.object({ isOurs: z.boolean() })]).parse(rows)[0].isOurs;
}

/** The day that was sealed last; null: none was. */
export async function lastSeal(tx: Tx, mspId: string): Promise<ReportSeal | null> {
  const rows = await tx.$queryRaw`SELECT e.seq, e.body::jsonb #>> '{details,day}' AS day,
      (e.body::jsonb #>> '{details,count}')::int AS count, e.body::jsonb #>> '{details,root}' AS root
    FROM audit.event e
    WHERE e.msp_id = ${mspId}::uuid AND split_part(e.action, '.', 1) = 'reports' AND e.action = 'reports.sealed'
    ORDER BY e.seq DESC LIMIT 1`;
  return z.array(sealRow).parse(rows)[0] ?? null;
}

/** The seal of a day; null: it was not sealed yet. */
export async function findSeal(tx: Tx, mspId: string, day: string): Promise<ReportSeal | null> {
  const rows = await tx.$queryRaw`SELECT e.seq, e.body::jsonb #>> '{details,day}' AS day,
      (e.body::jsonb #>> '{details,count}')::int AS count, e.body::jsonb #>> '{details,root}' AS root
    FROM audit.event e
    WHERE e.msp_id = ${mspId}::uuid AND split_part(e.action, '.', 1) = 'reports' AND e.action = 'reports.sealed'
      AND e.body::jsonb #>> '{details,day}' = ${day} ORDER BY e.seq LIMIT 1`;
  return z.array(sealRow).parse(rows)[0] ?? null;
}

/** When the MSP's first report was received; null: none was. */
export async function firstReceivedAt(tx: Tx, mspId: string): Promise<Date | null> {
  const rows =
    await tx.$queryRaw`SELECT least((SELECT min(r.received_at) FROM app.raw_report r WHERE r.msp_id = ${mspId}::uuid),
      (SELECT min(d.received_at) FROM app.removed_report d WHERE d.msp_id = ${mspId}::uuid)) AS at`;
  return z.tuple([z.object({ at: z.date().nullable() })]).parse(rows)[0].at;
}

/** The reports received from `from` to before `to`, by their ids; of sample data that was removed the hashes stay, and count. */
export async function listReportHashes(tx: Tx, mspId: string, from: Date, to: Date): Promise<SealedReport[]> {
  const rows =
    await tx.$queryRaw`SELECT r.raw_report_id::text AS "rawReportId", encode(r.body_sha256, 'hex') AS sha256
    FROM (SELECT k.raw_report_id, k.body_sha256 FROM app.raw_report k
        WHERE k.msp_id = ${mspId}::uuid AND k.received_at >= ${from} AND k.received_at < ${to}
      UNION ALL SELECT d.raw_report_id, d.body_sha256 FROM app.removed_report d
        WHERE d.msp_id = ${mspId}::uuid AND d.received_at >= ${from} AND d.received_at < ${to}) r
    ORDER BY r.raw_report_id`;
  return z.array(z.object({ rawReportId: z.string(), sha256: z.string() })).parse(rows);
}
