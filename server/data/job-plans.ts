import { z } from 'zod';
import type { JobFacts, JobPlan } from '@/domain/protection/facts';
import type { ProtectionPolicy } from '@/domain/protection/policy';
import { lookBackFrom } from '@/domain/schedule/look-back';
import type { Schedule } from '@/domain/schedule/schedule';
import { DAY, HOUR, SECOND, type Instant } from '@/domain/time/instant';
import { listAbsences } from './absences';
import { Prisma } from '@/prisma/generated/prisma/client';
import type { Tx } from './database';
import { instant } from './fact-rows';
import { LIVE_FACTS, type FactSources } from './fact-sources';
import { groupBy } from './group-by';
import { listOwnOutages } from './own-outages';
import { policySubject, type EffectivePolicy, type PolicyBook } from './policies';
import type { LoadedFacts } from './protection-facts';

/** How far back a late report may still change what was missed, and what was decided is caught up with. */
const CATCH_UP_MAX = 35 * DAY;
const RUNS_MAX = 5000;

interface Planned {
  readonly jobId: string;
  readonly systemId: string;
  readonly siteId: string | null;
  readonly effective: EffectivePolicy;
  readonly schedule: Schedule;
}

/**
 * The same facts, each job that has a schedule under these policies with its plan: the schedule in the zone of its site, what may excuse it,
 * and the runs since its look-back began. Costs no statement where no policy has a schedule. `from`: what is known now, or what was at
 * another instant.
 */
export async function withJobPlans(
  tx: Tx,
  mspId: string,
  loaded: readonly LoadedFacts[],
  policies: PolicyBook,
  now: Date,
  from: FactSources = LIVE_FACTS,
): Promise<LoadedFacts[]> {
  const planned = policies.hasSchedules ? plannedJobs(loaded, policies) : [];
  if (planned.length === 0) return [...loaded];
  const plans = await loadPlans(tx, mspId, planned, now, from);
  const planOf = (job: JobFacts): JobFacts => ({ ...job, plan: plans.get(job.id) ?? null });
  return loaded.map((one) => ({ ...one, facts: { ...one.facts, jobs: one.facts.jobs.map(planOf) } }));
}

function plannedJobs(loaded: readonly LoadedFacts[], policies: PolicyBook): Planned[] {
  return loaded.flatMap(({ clientId, facts }) => {
    const subject = policySubject(clientId, facts);
    return facts.jobs.flatMap(({ id: jobId }) => {
      const effective = policies.forJob(subject, jobId);
      const { schedule } = effective.policy;
      return schedule === null
        ? []
        : { jobId, systemId: subject.systemId, siteId: subject.siteId, effective, schedule };
    });
  });
}

const jobRow = z.object({
  jobId: z.string(),
  createdAt: instant,
  hasAgent: z.boolean(),
  /** Up to when its agent has told what happened. */
  lastHeardAt: instant.nullable(),
  timeZone: z.string(),
  /** When something last stopped holding for the job, its system or its client that may have said another schedule. */
  endedAt: instant.nullable(),
  /** Up to when it is decided what became of its due times. */
  decidedTo: instant.nullable(),
  /**
   * The oldest due time after which none was met, and of which nothing is known or nothing came: it is missed until one is met, however
   * long ago it was, and once the agent is heard again.
   */
  missedFrom: instant.nullable(),
  /** The oldest due time that was missed and that a run may meet which was told lately. */
  lateFrom: instant.nullable(),
});
const siteRow = z.object({ siteId: z.string(), timeZone: z.string() });
const runRow = z.object({
  jobId: z.string(),
  id: z.string(),
  status: z.enum(['success', 'warning', 'failed', 'cancelled', 'running', 'missed', 'unknown']),
  at: instant,
});

async function loadPlans(
  tx: Tx,
  mspId: string,
  planned: readonly Planned[],
  now: Date,
  from: FactSources,
): Promise<Map<string, JobPlan>> {
  const jobIds = planned.map(({ jobId }) => jobId);
  const [recently, catchUpFrom] = [new Date(now.getTime() - 2 * DAY), new Date(now.getTime() - CATCH_UP_MAX)];
  const jobs = z.array(jobRow).parse(
    await tx.$queryRaw`SELECT j.job_id::text AS "jobId", j.created_at AS "createdAt", j.agent_id IS NOT NULL AS "hasAgent",
      (SELECT t.told_to FROM ${from.told} t WHERE t.msp_id = ${mspId}::uuid AND t.agent_id = j.agent_id) AS "lastHeardAt",
      c.time_zone AS "timeZone",
      (SELECT max(a.ended_at) FROM app.policy_assignment a WHERE a.msp_id = ${mspId}::uuid AND a.ended_at <= ${now}
        AND a.client_id = j.client_id AND (a.level = 'client' OR a.job_id = j.job_id OR a.system_id = j.system_id)
        AND EXISTS (SELECT FROM app.policy_version v WHERE v.msp_id = ${mspId}::uuid AND v.policy_id = a.policy_id
          AND v.overrides -> 'schedule' IS NOT NULL)) AS "endedAt",
      ${decidedTo(mspId, from)} AS "decidedTo",
      (SELECT min(e.due_at) FROM app.expectation e
        WHERE e.msp_id = ${mspId}::uuid AND e.job_id = j.job_id AND e.state IN ('missed', 'no-data')
          AND e.due_at >= ${catchUpFrom}::timestamptz
          AND NOT EXISTS (SELECT FROM app.expectation k WHERE k.msp_id = ${mspId}::uuid AND k.job_id = j.job_id
            AND k.due_at > e.due_at AND k.state IN ('met', 'late'))) AS "missedFrom",
      (SELECT min(e.due_at) FROM app.expectation e
        WHERE e.msp_id = ${mspId}::uuid AND e.job_id = j.job_id AND e.state IN ('missed', 'no-data')
          AND e.due_at >= ${catchUpFrom}::timestamptz
          AND EXISTS (SELECT FROM app.run u
            JOIN app.raw_report r ON r.msp_id = ${mspId}::uuid AND r.raw_report_id = u.raw_report_id
            WHERE u.msp_id = ${mspId}::uuid AND u.job_id = j.job_id AND r.received_at > ${recently}
              AND u.occurred_at >= e.due_at - interval '1 hour' AND u.occurred_at >= ${catchUpFrom}::timestamptz
              AND u.occurred_at < ${now}::timestamptz
              AND NOT EXISTS (SELECT FROM app.expectation m WHERE m.msp_id = ${mspId}::uuid AND m.job_id = j.job_id
                AND m.due_at >= ${catchUpFrom}::timestamptz AND m.run_id = u.run_id))) AS "lateFrom"
    FROM ${from.jobs} j JOIN app.client c ON c.msp_id = ${mspId}::uuid AND c.client_id = j.client_id
    WHERE j.msp_id = ${mspId}::uuid AND j.job_id = ANY (${jobIds}::uuid[])`,
  );
  const sites = z.array(siteRow).parse(
    await tx.$queryRaw`SELECT site_id::text AS "siteId", time_zone AS "timeZone" FROM app.site
    WHERE msp_id = ${mspId}::uuid AND site_id = ANY (${planned.flatMap(({ siteId }) => siteId ?? [])}::uuid[])`,
  );
  const zones = new Map(sites.map(({ siteId, timeZone }) => [siteId, timeZone]));
  const rows = new Map(jobs.map((row) => [row.jobId, row]));
  const begun = planned.flatMap((one) => {
    const row = rows.get(one.jobId);
    if (row === undefined) return [];
    const timeZone = zones.get(one.siteId ?? '') ?? row.timeZone;
    return { ...one, row, timeZone, since: sinceOf(one, row, timeZone, now.getTime()) };
  });
  const runs = groupBy(await loadRuns(tx, mspId, begun, now, from), (run) => run.jobId);
  const oldest = Math.min(now.getTime(), ...begun.map(({ since }) => since));
  const outages = await listOwnOutages(tx, new Date(oldest - DAY), now);
  const systemIds = [...new Set(begun.map((one) => one.systemId))];
  const absences = await listAbsences(tx, mspId, systemIds, { from: new Date(oldest), to: now }, from);
  return new Map(
    begun.map(({ jobId, systemId, effective: { policy }, schedule, row, timeZone, since }) => [
      jobId,
      {
        expectation: {
          schedule,
          timeZone,
          since,
          outages,
          latenessSeconds: policy.latenessSeconds,
          greatestDurationSeconds: policy.greatestDurationSeconds,
          maintenance: policy.maintenanceWindows,
          absences: absences.get(systemId) ?? [],
          offlineToleranceSeconds: policy.offlineToleranceSeconds,
          contact: row.hasAgent ? { kind: 'agent', lastHeardAt: row.lastHeardAt } : { kind: 'runs-only' },
        },
        runs: (runs.get(jobId) ?? []).map(({ id, status, at }) => ({ id, status, at })),
      },
    ]),
  );
}

/** What was decided by now says nothing of what was by then: as of then it is decided anew, as far back as is ever caught up with. */
function decidedTo(mspId: string, from: FactSources): Prisma.Sql {
  if (from !== LIVE_FACTS) return Prisma.sql`NULL::timestamptz`;
  return Prisma.sql`(SELECT max(e.due_at) FROM app.expectation e WHERE e.msp_id = ${mspId}::uuid AND e.job_id = j.job_id)`;
}

/**
 * Since when anything is expected of a job: as far back as its findings, what is not yet decided, and late reports reach; but never before the
 * job was known or the schedule held.
 */
function sinceOf(
  { schedule, effective }: Planned,
  row: z.output<typeof jobRow>,
  timeZone: string,
  now: Instant,
): Instant {
  const wanted = Math.min(
    lookBackFrom(schedule, timeZone, now),
    Math.max(row.decidedTo ?? 0, now - CATCH_UP_MAX),
    row.missedFrom ?? now,
    row.lateFrom ?? now,
  );
  return Math.max(wanted, row.createdAt, heldSince(effective), row.endedAt ?? 0);
}

/** Since when its layer says so, and no narrower one says otherwise any more. */
function heldSince({ origins, layers }: EffectivePolicy): Instant {
  const deciding = layers.findIndex((layer) => layer === origins.schedule);
  return Math.max(0, ...layers.slice(deciding).map(({ scheduleSince }) => scheduleSince ?? 0));
}

type Begun = Planned & { readonly since: Instant };

async function loadRuns(
  tx: Tx,
  mspId: string,
  begun: readonly Begun[],
  now: Date,
  { runs }: FactSources,
): Promise<z.output<typeof runRow>[]> {
  // a run may begin before its due time, and one that goes on counts from when it began
  const from = begun.map(({ since, effective: { policy } }) => runsFrom(since, policy));
  // constant bounds leave most partitions unread
  const earliest = new Date(Math.min(now.getTime(), ...from.map((at) => at.getTime())));
  const latest = new Date(now.getTime() + 2 * DAY);
  return z.array(runRow).parse(
    await tx.$queryRaw`SELECT g.id::text AS "jobId", u.run_id::text AS id, u.status, u.occurred_at AS at
    FROM unnest(${begun.map(({ jobId }) => jobId)}::uuid[], ${from}::timestamptz[]) AS g (id, since)
    JOIN LATERAL (SELECT * FROM ${runs} q WHERE q.msp_id = ${mspId}::uuid AND q.job_id = g.id
      AND q.occurred_at BETWEEN ${earliest}::timestamptz AND ${latest}::timestamptz AND q.occurred_at >= g.since
      AND q.kind IN ('backup', 'copy', 'replication', 'config_backup')
      ORDER BY q.occurred_at DESC LIMIT ${RUNS_MAX}) u ON true`,
  );
}

function runsFrom(since: Instant, policy: ProtectionPolicy): Date {
  const before = Math.max(policy.latenessSeconds, policy.greatestDurationSeconds) * SECOND;
  return new Date(since - before - HOUR);
}
