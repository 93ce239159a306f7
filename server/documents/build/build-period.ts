import { CATALOGUE } from '@/domain/findings/catalogue';
import type { DocumentHead } from '@/domain/report/document';
import { type DayRange, daysOf, instantsOf } from '@/domain/report/period';
import { dayMark, type PeriodFacts, type SystemFacts, type TestFacts } from '@/domain/report/period-facts';
import { timeIn } from '@/domain/report/words';
import { findingText } from '@/domain/protection/sentence';
import { isRestoreTest } from '@/domain/restore-test/record';
import type { Client } from '@/server/data/clients';
import type { Tx } from '@/server/data/database';
import {
  countDueByDay,
  countImportedRunsOf,
  countRunsByDay,
  listPeriodFindings,
  listPeriodSystems,
  listPeriodWaivers,
} from '@/server/data/document-facts';
import { groupBy } from '@/server/data/group-by';
import { type ListedRestoreRecord, selectRestoreRecords } from '@/server/data/restore-records';
import { statusHistories, type SystemHistory } from '@/server/data/status-history';

/** Rows of one part; more stand in no month of any client that a report is read for. */
const ROWS_MAX = 20_000;

/** What happened to a client on these days, as far as it is known at `now`: the facts that reports and packs share. */
export async function buildPeriod(
  tx: Tx,
  mspId: string,
  head: DocumentHead,
  client: Client,
  range: DayRange,
  now: Date,
): Promise<PeriodFacts> {
  const { clientId, timeZone, dayStartHour } = client;
  const { from, to } = instantsOf(range, timeZone, dayStartHour);
  const period = { clientId, from: new Date(from), to: new Date(Math.min(to, now.getTime())) };
  const systems = await listPeriodSystems(tx, mspId, period);
  const runs = await countRunsByDay(tx, mspId, period, client);
  const due = await countDueByDay(tx, mspId, period, client);
  const imported = await countImportedRunsOf(tx, mspId, period);
  const histories = new Map(
    (await statusHistories(tx, mspId, [clientId], period.from)).map((one) => [one.systemId, one]),
  );
  const records = await selectRestoreRecords(tx, mspId, { clientId, to: period.to, limit: 5000 });
  const findings = await listPeriodFindings(tx, mspId, period, ROWS_MAX);
  const words = { formatInstant: (at: number) => timeIn(at, timeZone) };
  const runsOf = groupBy(runs, (one) => `${one.systemId} ${one.date}`);
  const dueOf = groupBy(due, (one) => `${one.systemId} ${one.date}`);
  const days = daysOf(range).filter(
    (date) => instantsOf({ firstOn: date, lastOn: date }, timeZone, dayStartHour).from < period.to.getTime(),
  );
  return {
    ...head,
    period: { ...range, from, to, isOver: to <= now.getTime() },
    systems: systems.map(({ systemId, name }): SystemFacts => {
      const history = histories.get(systemId);
      const own = records.filter((record) => record.systemId === systemId && record.review !== 'rejected');
      return {
        id: systemId,
        name,
        days: days.map((date) => {
          const key = `${systemId} ${date}`;
          return dayMark(runCounts(runsOf.get(key) ?? []), dueCounts(dueOf.get(key) ?? []));
        }),
        statusAtStart: statusAt(history, from),
        statusAtEnd: statusAt(history, period.to.getTime() - 1),
        lastTest: lastTestOf(own),
        recovery: recoveryOf(own),
      };
    }),
    runs: { ...runCounts(runs), total: sum(runs), ...dueTotals(due) },
    ...(imported.success + imported.warning + imported.failed > 0 && { importedRuns: imported }),
    tests: records
      .filter(({ performedAt }) => performedAt >= from)
      .map((record) => testFacts(record, systems.find(({ systemId }) => systemId === record.systemId)?.name)),
    findings: findings.map(({ rule, subject, detail, ...finding }) => ({
      ...finding,
      rule,
      title: CATALOGUE[rule]?.title ?? rule,
      says: findingText({ rule, subject, detail }, words),
      cure: CATALOGUE[rule]?.cure ?? '',
    })),
    waivers: await listPeriodWaivers(tx, mspId, period, ROWS_MAX),
  };
}

type RunDay = Awaited<ReturnType<typeof countRunsByDay>>[number];
type DueDay = Awaited<ReturnType<typeof countDueByDay>>[number];

const sum = (rows: readonly { readonly count: number }[]): number =>
  rows.reduce((total, { count }) => total + count, 0);

/** A run that left something out is with warnings; one that goes on or that nobody could read is none of the three. */
function runCounts(rows: readonly RunDay[]) {
  return {
    success: sum(rows.filter(({ status, isPartial }) => status === 'success' && !isPartial)),
    warning: sum(
      rows.filter(
        ({ status, isPartial }) =>
          status === 'warning' || status === 'cancelled' || (status === 'success' && isPartial),
      ),
    ),
    failed: sum(rows.filter(({ status }) => status === 'failed')),
    other: sum(rows.filter(({ status }) => ['running', 'unknown', 'missed'].includes(status))),
  };
}

function dueCounts(rows: readonly DueDay[]) {
  const of = (state: DueDay['state']): number => sum(rows.filter((one) => one.state === state));
  return { missed: of('missed'), excused: of('excused'), unknown: of('no-data') };
}

function dueTotals(rows: readonly DueDay[]) {
  return { due: rows.length === 0 ? null : sum(rows), ...dueCounts(rows) };
}

/** null: it had none yet, or was in no list any more. */
function statusAt(history: SystemHistory | undefined, at: number): SystemFacts['statusAtEnd'] {
  const before = (history?.changes ?? []).filter((change) => change.at <= at);
  return before.toSorted((a, b) => a.at - b.at).at(-1)?.status ?? null;
}

/** Newest first come the records. */
function lastTestOf(records: readonly ListedRestoreRecord[]): SystemFacts['lastTest'] {
  const last = records.find(({ level }) => isRestoreTest(level));
  return last
    ? { recordId: last.recordId, level: last.level, result: last.result, at: last.performedAt }
    : null;
}

/** Of the newest restore that was timed: how long it took where it was of everything, else how long it would take. */
function recoveryOf(records: readonly ListedRestoreRecord[]): SystemFacts['recovery'] {
  for (const { record } of records) {
    const { recovery } = record;
    if (recovery.basis === 'measured' && recovery.seconds !== null)
      return { seconds: recovery.seconds, targetSeconds: recovery.targetSeconds, basis: 'measured' };
    if (recovery.forecastSeconds !== null)
      return {
        seconds: recovery.forecastSeconds,
        targetSeconds: recovery.targetSeconds,
        basis: 'extrapolated',
      };
  }
  return null;
}

function testFacts({ record, ...listed }: ListedRestoreRecord, systemName: string | undefined): TestFacts {
  return {
    recordId: listed.recordId,
    systemName: systemName ?? record.system.name,
    repository: record.copy.repository,
    level: listed.level,
    result: listed.result,
    review: listed.review,
    method: record.method,
    performer: record.performer.name,
    at: listed.performedAt,
    isOnTime: record.isOnTime,
    recoverySeconds: record.recovery.seconds,
    sha256: listed.sha256,
  };
}
