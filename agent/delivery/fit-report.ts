import { gzipSync } from 'node:zlib';
import { DELIVERY_BYTES_MAX, INFLATION_RATIO_MAX, REPORT_BYTES_MAX } from '@/contract/delivery';
import type { AgentReport } from '@/contract/report';
import type { UnnumberedReport } from '@/agent/report/make-report';

const POINTS_MAX = 20_000;

/**
 * The report as JSON within the size that a delivery may have. Of a listing that is too long the newest points are kept,
 * the listing is no longer called whole, and a problem says so.
 */
export function fitReport(
  number: (report: UnnumberedReport) => AgentReport,
  report: UnnumberedReport,
): string {
  let candidate = report.recovery_points.length > POINTS_MAX ? withNewestPoints(report, POINTS_MAX) : report;
  let json = JSON.stringify(number(candidate));
  while (!fits(json) && candidate.recovery_points.length > 0) {
    candidate = withNewestPoints(report, Math.floor(candidate.recovery_points.length / 2));
    json = JSON.stringify(number(candidate));
  }
  return json;
}

function fits(json: string): boolean {
  const size = Buffer.byteLength(json);
  if (size > REPORT_BYTES_MAX) return false;
  const sentSize = gzipSync(json).length;
  return sentSize <= DELIVERY_BYTES_MAX && size <= sentSize * INFLATION_RATIO_MAX;
}

function withNewestPoints(report: UnnumberedReport, count: number): UnnumberedReport {
  const kept = report.recovery_points
    .toSorted((a, b) => Date.parse(b.taken_at) - Date.parse(a.taken_at))
    .slice(0, count);
  return {
    ...report,
    scope: { complete_for: [] },
    recovery_points: kept,
    problems: [
      ...report.problems,
      {
        code: 'listing_truncated',
        severity: 'warning',
        subject: null,
        message: `Of ${report.recovery_points.length} recovery points only the newest ${count} are in this report: it would be too large.`,
      },
    ],
  };
}
