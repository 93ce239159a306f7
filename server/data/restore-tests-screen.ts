import { z } from 'zod';
import {
  type CalendarDay,
  type CalendarEntry,
  calendarMonth,
  monthAt,
  monthBounds,
} from '@/domain/restore-test/calendar-month';
import { type DueTest, planTests } from '@/domain/restore-test/plan';
import { recordResult } from '@/domain/restore-test/record-schema';
import { testCoverage, type TestCoverage } from '@/domain/restore-test/test-coverage';
import type { TenantScope } from '../tenancy/tenant-scope';
import { findMsp, listClientNames } from './clients';
import type { Database, Tx } from './database';
import { instant } from './fact-rows';
import { type PlannedSet, policiesForPlan, readPlannedSets } from './restore-plan';
import { type ListedRestoreRecord, selectRestoreRecords } from './restore-records';

/** What there is to do, most pressing first. */
export const TO_DO_STATES = ['failed', 'overdue', 'review', 'never', 'due'] as const;
type ToDoState = (typeof TO_DO_STATES)[number];

export const TO_DO_PAGE_SIZE = 25;
/** A test of L4 or L5 within so many days: CIS 11.5 asks for a sample each quarter. */
const COVERED_DAYS = 90;
/** More are not told apart: whoever has so many waiting sees the newest. */
const REVIEWS_MAX = 1000;
const RECENT_SHOWN = 20;

/** What is asked for; null and empty: all. */
export interface RestoreTestsView {
  readonly search: string;
  readonly state: ToDoState | null;
  readonly clientId: string | null;
  /** `2026-11`; null: this month. */
  readonly month: string | null;
  /** From 1 on. */
  readonly page: number;
}

/** Something to do: a test that is due, a record that awaits its review, or a failure that nobody followed up. */
export type ToDo =
  | { readonly kind: 'test'; readonly state: ToDoState; readonly test: DueTest<PlannedSet> }
  | { readonly kind: 'record'; readonly state: ToDoState; readonly record: ListedRestoreRecord };

export interface RestoreTestsScreen {
  readonly clients: readonly { readonly clientId: string; readonly name: string }[];
  /** Of the clients asked for, whatever the filter. */
  readonly counts: Readonly<Record<ToDoState, number>>;
  readonly coverage: TestCoverage;
  readonly toDo: readonly ToDo[];
  readonly total: number;
  readonly month: string;
  readonly weeks: readonly (readonly CalendarDay[])[];
  /** Restore tests, newest first. */
  readonly recent: readonly ListedRestoreRecord[];
  /** What was checked below L4. */
  readonly lowerChecks: readonly ListedRestoreRecord[];
  /** Of the MSP, in which days are told. */
  readonly timeZone: string;
}

/** The screen of restore tests. */
export async function readRestoreTests(
  database: Database,
  scope: TenantScope,
  view: RestoreTestsView,
  now: Date,
): Promise<RestoreTestsScreen> {
  const { mspId } = scope;
  const policies = await policiesForPlan(database, scope, now);
  return database.inScope(scope, async (tx) => {
    const { timeZone } = await findMsp(tx, mspId);
    const sets = await readPlannedSets(tx, mspId, view.clientId, policies, now);
    const plan = planTests(sets, now.getTime());
    const toDo = await listToDo(tx, mspId, view.clientId, plan);
    const month = view.month ?? monthAt(now.getTime(), timeZone);
    const found = toDo.filter((one) => isAskedFor(one, view));
    const ofClient = view.clientId === null ? {} : { clientId: view.clientId };
    const recent = await selectRestoreRecords(tx, mspId, {
      ...ofClient,
      isRestoreTest: true,
      limit: RECENT_SHOWN,
    });
    const lowerChecks = await selectRestoreRecords(tx, mspId, {
      ...ofClient,
      isRestoreTest: false,
      limit: RECENT_SHOWN,
    });
    return {
      clients: await listClientNames(tx, mspId),
      counts: countsOf(toDo),
      coverage: testCoverage(sets, COVERED_DAYS, now.getTime()),
      toDo: found.slice((view.page - 1) * TO_DO_PAGE_SIZE, view.page * TO_DO_PAGE_SIZE),
      total: found.length,
      month,
      weeks: calendarMonth(
        month,
        [...(await madeIn(tx, mspId, view.clientId, month)), ...plannedIn(plan, now)],
        timeZone,
        now.getTime(),
      ),
      recent,
      lowerChecks,
      timeZone,
    };
  });
}

/** Everything to do of a view, as an export says it, with the names of the clients. */
export async function readToDo(
  database: Database,
  scope: TenantScope,
  view: RestoreTestsView,
  now: Date,
): Promise<ToDo[]> {
  const policies = await policiesForPlan(database, scope, now);
  return database.inScope(scope, async (tx) => {
    const sets = await readPlannedSets(tx, scope.mspId, view.clientId, policies, now);
    const toDo = await listToDo(tx, scope.mspId, view.clientId, planTests(sets, now.getTime()));
    return toDo.filter((one) => isAskedFor(one, view));
  });
}

async function listToDo(
  tx: Tx,
  mspId: string,
  clientId: string | null,
  plan: readonly DueTest<PlannedSet>[],
): Promise<ToDo[]> {
  const ofClient = clientId === null ? {} : { clientId };
  const failures = await selectRestoreRecords(tx, mspId, {
    ...ofClient,
    hasOpenFailure: true,
    limit: REVIEWS_MAX,
  });
  const reviews = await selectRestoreRecords(tx, mspId, {
    ...ofClient,
    review: 'awaiting',
    limit: REVIEWS_MAX,
  });
  const told = new Set(failures.map((one) => one.systemId));
  const byState: Record<ToDoState, ToDo[]> = { failed: [], overdue: [], never: [], review: [], due: [] };
  for (const record of failures) byState.failed.push({ kind: 'record', state: 'failed', record });
  // A person's record waits for nobody but its reviewer; what an agent measured counts meanwhile.
  for (const record of reviews.toSorted((a, b) => byPerson(a) - byPerson(b)))
    byState.review.push({ kind: 'record', state: 'review', record });
  for (const test of plan) {
    const { state } = test;
    if (state === 'planned' || (state === 'failed' && told.has(test.of.systemId))) continue;
    byState[state].push({ kind: 'test', state, test });
  }
  return TO_DO_STATES.flatMap((state) => byState[state]);
}

function byPerson({ record }: ListedRestoreRecord): number {
  return record.performer.kind === 'person' ? 0 : 1;
}

function countsOf(toDo: readonly ToDo[]): Record<ToDoState, number> {
  const counts: Record<ToDoState, number> = { failed: 0, overdue: 0, never: 0, review: 0, due: 0 };
  for (const { state } of toDo) counts[state]++;
  return counts;
}

function isAskedFor(toDo: ToDo, { state, search }: RestoreTestsView): boolean {
  if (state !== null && toDo.state !== state) return false;
  const text = search.toLowerCase();
  return namesOf(toDo).some((name) => name.toLowerCase().includes(text));
}

function namesOf(toDo: ToDo): string[] {
  if (toDo.kind === 'test')
    return [toDo.test.of.systemName, toDo.test.of.clientName, toDo.test.of.dataSetName];
  const { system, client, performer } = toDo.record.record;
  return [system.name, client.name, performer.name];
}

const madeRow = z.object({ at: instant, kind: recordResult });

/** Restore tests that were made in the weeks of a month. */
async function madeIn(
  tx: Tx,
  mspId: string,
  clientId: string | null,
  month: string,
): Promise<CalendarEntry[]> {
  const { from, to } = monthBounds(month);
  return z.array(madeRow).parse(
    await tx.$queryRaw`
      SELECT s.performed_at AS at, s.result AS kind FROM app.restore_record_standing s
      WHERE s.msp_id = ${mspId}::uuid AND s.performed_at >= ${new Date(from)} AND s.performed_at < ${new Date(to)}
        AND s.level IN ('L4', 'L5') AND s.review <> 'rejected' AND (${clientId}::uuid IS NULL OR s.client_id = ${clientId}::uuid)`,
  );
}

/** What was never tested is due on no day. */
function plannedIn(plan: readonly DueTest<PlannedSet>[], now: Date): CalendarEntry[] {
  return plan.flatMap(({ state, dueAt, lastTest }) =>
    lastTest === null || state === 'failed'
      ? []
      : [{ at: dueAt, kind: dueAt <= now.getTime() ? ('overdue' as const) : ('due' as const) }],
  );
}
