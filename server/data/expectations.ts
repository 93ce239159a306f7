import { z } from 'zod';
import type { ExpectedRun, ExpectedRunState, ScheduledRun } from '@/domain/schedule/expected-runs';
import type { Tx } from './database';
import { instant } from './fact-rows';
import { jsonRows } from './json-rows';

/** What became of a due time, once that is decided. */
type DecidedState = Exclude<ExpectedRunState, 'open'>;

/** A due time of a job as it is decided. */
export interface NewExpectation extends ExpectedRun<ScheduledRun> {
  readonly jobId: string;
  readonly clientId: string;
  readonly systemId: string;
  readonly state: DecidedState;
}

/**
 * Keeps what became of due times. What was kept stays, but for what a later report or a maintenance window says of one that was
 * missed, excused or unknown; that it was missed stays written.
 */
export async function saveExpectations(
  tx: Tx,
  mspId: string,
  expectations: readonly NewExpectation[],
): Promise<void> {
  if (expectations.length === 0) return;
  const rows = expectations.map((one) => ({
    jobId: one.jobId,
    nominal: one.nominal,
    clientId: one.clientId,
    systemId: one.systemId,
    state: one.state,
    runId: one.run?.id ?? null,
    dueAt: timeOf(one.dueAt),
    deadline: timeOf(one.deadline),
    since: timeOf(one.since),
    maintenance: one.maintenance?.name ?? null,
  }));
  await tx.$executeRaw`
    INSERT INTO app.expectation AS e (msp_id, job_id, nominal, client_id, system_id, due_at, deadline, state, run_id, since,
      missed_at, maintenance)
    SELECT ${mspId}::uuid, r."jobId", r.nominal, r."clientId", r."systemId", r."dueAt", r.deadline, r.state, r."runId", r.since,
      CASE WHEN r.state = 'missed' THEN r.since END, r.maintenance
    FROM jsonb_to_recordset(${jsonRows(rows)}::jsonb) AS r ("jobId" uuid, nominal text, "clientId" uuid, "systemId" uuid,
      "dueAt" timestamptz, deadline timestamptz, state text, "runId" uuid, since timestamptz, maintenance text)
    ORDER BY r."jobId", r.nominal
    ON CONFLICT (msp_id, job_id, nominal) DO UPDATE SET state = excluded.state, run_id = excluded.run_id,
      since = excluded.since, deadline = excluded.deadline, maintenance = excluded.maintenance,
      missed_at = coalesce(e.missed_at, excluded.missed_at)
    WHERE e.state IN ('missed', 'excused', 'no-data') AND e.state <> excluded.state`;
}

function timeOf(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

const row = z.object({
  jobId: z.string(),
  nominal: z.string(),
  dueAt: instant,
  state: z.enum(['met', 'late', 'missed', 'excused', 'no-data']),
  runId: z.string().nullable(),
  missedAt: instant.nullable(),
  maintenance: z.string().nullable(),
});
export type KeptExpectation = z.output<typeof row>;

/** At most 200 jobs with a due time an hour, over the days that a bar shows. */
const KEPT_MAX = 50_000;

/** What became of what was due at these systems since `from`, oldest first. */
export async function listExpectations(
  tx: Tx,
  mspId: string,
  jobIds: readonly string[],
  from: Date,
): Promise<KeptExpectation[]> {
  const rows = await tx.$queryRaw`
    SELECT e.job_id::text AS "jobId", e.nominal, e.due_at AS "dueAt", e.state, e.run_id::text AS "runId",
      e.missed_at AS "missedAt", e.maintenance
    FROM app.expectation e
    WHERE e.msp_id = ${mspId}::uuid AND e.job_id = ANY (${[...jobIds]}::uuid[]) AND e.due_at >= ${from}::timestamptz
    ORDER BY e.due_at LIMIT ${KEPT_MAX}`;
  return z.array(row).parse(rows);
}
