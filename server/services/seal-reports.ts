import { proveReport, reportRoot, type SealProof } from '@/domain/evidence/report-seal';
import { DAY, HOUR } from '@/domain/time/instant';
import { chainScope, workerScope } from '../auth/system-scope';
import { appendAuditEvent } from '../data/audit';
import type { Database } from '../data/database';
import {
  findSeal,
  firstReceivedAt,
  lastSeal,
  listReportHashes,
  lockSeals,
  type ReportSeal,
} from '../data/report-seals';
import { sha256 } from '../sha256';
import type { TenantScope } from '../tenancy/tenant-scope';

/** What was received just before midnight is committed by then. */
const GRACE_MS = HOUR;
/** Days sealed at one go; the rest follows. */
const DAYS_MAX = 40;
/** Reports of a day that are hashed anew while somebody waits. */
const PROVED_REPORTS_MAX = 50_000;

/**
 * Seals each day of an MSP that is over (UTC): one event with the Merkle root over its raw reports' hashes, from the day of the first report
 * on, days without any too. Answers how many days. Safe to run in parallel.
 */
export async function sealReports(database: Database, mspId: string, now: Date): Promise<number> {
  let days = 0;
  while (days < DAYS_MAX && (await sealNextDay(database, mspId, now))) days++;
  return days;
}

function sealNextDay(database: Database, mspId: string, now: Date): Promise<boolean> {
  return database.inScope(workerScope(mspId), async (tx) => {
    if (!(await lockSeals(tx, mspId))) return false;
    const last = await lastSeal(tx, mspId);
    const first = last ? null : await firstReceivedAt(tx, mspId);
    const day = last ? Date.parse(last.day) + DAY : first && startOfDay(first);
    if (day === null || day + DAY + GRACE_MS > now.getTime()) return false;
    const reports = await listReportHashes(tx, mspId, new Date(day), new Date(day + DAY));
    await appendAuditEvent(tx, {
      action: 'reports.sealed',
      target: {},
      details: { day: dayText(day), count: reports.length, root: reportRoot(sha256, reports) },
    });
    return true;
  });
}

/** What the seal of its day says of a report. */
export type ReportProof =
  /** Its day is not over, or not sealed yet. */
  | { readonly kind: 'not-yet' }
  /** Sealed, and the day has too many reports to hash them while somebody waits. */
  | { readonly kind: 'large'; readonly seal: ReportSeal }
  | { readonly kind: 'proved'; readonly seal: ReportSeal; readonly proof: SealProof }
  /** The day's reports are not those that were sealed: this one came later, or one was changed, taken out or put in. */
  | { readonly kind: 'differs'; readonly seal: ReportSeal };

/** Holds a report against the seal of the day on which it was received. Hashes of other clients' reports serve, and are not shown. */
export function proveSealedReport(
  database: Database,
  scope: TenantScope,
  report: { readonly rawReportId: string; readonly receivedAt: Date },
): Promise<ReportProof> {
  const { mspId } = scope;
  return database.inScope(chainScope(scope), async (tx) => {
    const day = startOfDay(report.receivedAt);
    const seal = await findSeal(tx, mspId, dayText(day));
    if (!seal) return { kind: 'not-yet' };
    if (seal.count > PROVED_REPORTS_MAX) return { kind: 'large', seal };
    const reports = await listReportHashes(tx, mspId, new Date(day), new Date(day + DAY));
    const proof = proveReport(sha256, reports, report.rawReportId);
    return proof?.root === seal.root ? { kind: 'proved', seal, proof } : { kind: 'differs', seal };
  });
}

function startOfDay(at: Date): number {
  return Math.floor(at.getTime() / DAY) * DAY;
}

function dayText(day: number): string {
  return new Date(day).toISOString().slice(0, 10);
}
