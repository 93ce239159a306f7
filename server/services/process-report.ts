import type { TenantScope } from '../tenancy/tenant-scope';
import { appendAuditEvents } from '../data/audit';
import type { Database, Tx } from '../data/database';
import { claimPendingReports, finishReport, recordFailure, type PendingReport } from '../data/inbox';
import { saveRuleUses } from '../data/message-rules';
import { hintWork } from '../data/work-due';
import type { ReadyRule, RuleUse } from '../inbound/hear-rules';
import { applyRulesToNewSystems } from './apply-assignment-rules';
import { normaliseReport, type Normalised } from './normalise-report';
import { listRulesInUse, readMessage } from './read-message';
import { readReport } from './read-report';
import { storeReport, toldTo } from './store-report';
import { visibleReport } from './visible-report';

/** Reports of one transaction: enough to save commits, few enough to lose little when one of them fails. */
const BATCH_REPORTS_MAX = 25;
const ATTEMPTS_MAX = 5;
const TRANSACTION_MS_MAX = 55_000;

/** What processing an MSP's inbox once came to. */
export interface ProcessedReports {
  /** Reports that are done, put aside ones among them. 0: none was due, or another worker is at this MSP. */
  readonly count: number;
  /** When each of those arrived. */
  readonly receivedAt: readonly Date[];
  /** Reports that failed and will be tried again, or were given up. */
  readonly failures: readonly { rawReportId: string; error: unknown }[];
}

/**
 * Turns one MSP's oldest pending reports into what they say, at most 25, each in the transaction that marks it as done: a
 * crash leaves it pending. One that fails is tried again later, and put aside after the fifth time. Systems that they make known get
 * what the MSP's rules say of them, at once. Safe to run twice and in parallel.
 */
export async function processReports(
  database: Database,
  scope: TenantScope,
  now: Date,
): Promise<ProcessedReports> {
  let current: PendingReport | null = null;
  try {
    const receivedAt = await database.inScope(
      scope,
      async (tx) => {
        const reports = await claimPendingReports(tx, scope.mspId, now, BATCH_REPORTS_MAX);
        const newSystemIds = new Set<string>();
        const rulesInUse = rulesOnce(tx, scope.mspId);
        for (const report of reports) {
          current = report;
          const made = await processReport(tx, scope.mspId, report, { now, rulesInUse });
          for (const id of made) newSystemIds.add(id);
        }
        // no report is to blame for a rule
        current = null;
        const events = await applyRulesToNewSystems(tx, scope.mspId, [...newSystemIds], now);
        const [oldest] = reports;
        if (oldest) await hintWork(tx, scope.mspId, 'evaluation', oldest.receivedAt);
        await appendAuditEvents(tx, events);
        return reports.map((report) => report.receivedAt);
      },
      { timeoutMs: TRANSACTION_MS_MAX },
    );
    return { count: receivedAt.length, receivedAt, failures: [] };
  } catch (error) {
    const failed = current as PendingReport | null;
    if (!failed || isPassing(error)) throw error;
    await database.inScope(scope, (tx) =>
      recordFailure(tx, scope.mspId, failed.rawReportId, failureOf(failed, error, now)),
    );
    return { count: 0, receivedAt: [], failures: [{ rawReportId: failed.rawReportId, error }] };
  }
}

/** The MSP's rules in use, read once, by the first message that needs them. */
function rulesOnce(tx: Tx, mspId: string): () => Promise<readonly ReadyRule[]> {
  let rules: Promise<readonly ReadyRule[]> | null = null;
  return () => (rules ??= listRulesInUse(tx, mspId));
}

/** Answers the systems that it made known. */
async function processReport(
  tx: Tx,
  mspId: string,
  pending: PendingReport,
  { now, rulesInUse }: { now: Date; rulesInUse: () => Promise<readonly ReadyRule[]> },
): Promise<readonly string[]> {
  const { rawReportId } = pending;
  const putAside = async (reason: string): Promise<readonly string[]> => {
    await finishReport(tx, mspId, rawReportId, { state: 'quarantined', reason, at: now });
    return [];
  };
  const read = pending.message
    ? await readMessage(tx, mspId, pending, pending.message, rulesInUse)
    : await readDelivery(pending);
  if (!read.isReadable) return putAside(read.reason);
  if (pending.clientId === null)
    return putAside('The agent belongs to no client, so nobody knows whose systems these are.');
  const { report, notes, ruleUses } = read;
  const { agentId, clientId, receivedAt } = pending;
  const source = { mspId, clientId, agentId, rawReportId, receivedAt };
  const { leftOut, newSystemIds } = await storeReport(tx, source, report);
  const reason = [...notes, ...leftOut].join(' ') || null;
  if (ruleUses.length > 0) await saveRuleUses(tx, mspId, { rawReportId, clientId, usedAt: now }, ruleUses);
  await finishReport(tx, mspId, rawReportId, {
    state: 'processed',
    reason,
    at: now,
    toldTo: toldTo(report, receivedAt),
  });
  return newSystemIds;
}

/** What a report of whatever channel says, in the server's form; or why that is not known. */
type ReadPending =
  ({ isReadable: true; ruleUses: readonly RuleUse[] } & Normalised) | { isReadable: false; reason: string };

async function readDelivery(pending: PendingReport): Promise<ReadPending> {
  const read = await readReport(pending.body, pending.contentEncoding, pending);
  if (!read.isReadable) return read;
  const receipt = {
    sentAt: pending.sentAt.getTime(),
    receivedAt: pending.receivedAt.getTime(),
    rawSha256: pending.bodySha256.toString('hex'),
  };
  return { isReadable: true, ruleUses: [], ...normaliseReport(visibleReport(read.report), receipt) };
}

/** The database is away, busy or ended our transaction: no fault of the report. */
function isPassing(error: unknown): boolean {
  const { message = '', code = '' } = error as { message?: string; code?: string };
  const text = `${message} ${code}`;
  return /P1001|P1002|P1008|P1017|P2024|P2028|P2034|ECONN|EPIPE|ETIMEDOUT|terminat|shutting down|starting up|recovery mode|not accept|deadlock|40001|40P01|57P0|connection/i.test(
    text,
  );
}

function failureOf(report: PendingReport, error: unknown, now: Date) {
  const attempt = report.attempts + 1;
  const isLast = attempt >= ATTEMPTS_MAX;
  const message = error instanceof Error ? error.message.replaceAll(/\s+/g, ' ').slice(0, 500) : 'unknown';
  return {
    reason: isLast
      ? `Processing it failed ${ATTEMPTS_MAX} times; the last time: ${message}`
      : `Processing it failed: ${message}`,
    at: now,
    nextTryAt: isLast ? null : new Date(now.getTime() + 5000 * 2 ** attempt),
  };
}
