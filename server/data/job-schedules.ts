import type { PolicyFields } from '@/domain/policy/policy-overrides';
import type { JobPlan } from '@/domain/protection/facts';
import type { DayPlan, DueRun } from '@/domain/protection/job-days';
import { expectedRuns } from '@/domain/schedule/expected-runs';
import { learnSchedule, type ProposedSchedule } from '@/domain/schedule/learn-schedule';
import type { Instant } from '@/domain/time/instant';
import type { Tx } from './database';
import { listExpectations, type KeptExpectation } from './expectations';
import { groupBy } from './group-by';
import { type EffectivePolicy, findPoliciesOfJobs } from './policies';
import type { Site } from './sites';
import type { JudgedDataSet } from './system-detail';
import type { DayRun } from './system-runs';

/** When a job is due, where that is said, and what its days are named from. */
export interface JobSchedule {
  readonly jobId: string;
  /** What holds for it. */
  readonly promised: PolicyFields;
  /** What would hold without a policy of its own. */
  readonly inherited: PolicyFields;
  /** Who says its schedule: 'client Harbour'; null: Holdfast's preset, so nobody. */
  readonly origin: string | null;
  /** The version of its own policy; 0: it has none. */
  readonly version: number;
  /** IANA zone in which it is due. */
  readonly timeZone: string;
  /** What its runs look like, where it has no schedule and they look like one. */
  readonly proposal: ProposedSchedule | null;
  readonly plan: DayPlan<DayRun>;
}

interface Shown {
  readonly dataSets: readonly JudgedDataSet[];
  readonly dayRuns: readonly DayRun[];
  readonly sites: readonly Site[];
  /** The client's, for what stands nowhere. */
  readonly timeZone: string;
}

/** The schedules of a system's jobs, with what became of each due time since `from`. */
export async function readJobSchedules(
  tx: Tx,
  mspId: string,
  { dataSets, dayRuns, sites, timeZone: clientZone }: Shown,
  { from, now }: { from: Date; now: Date },
): Promise<JobSchedule[]> {
  const jobs = dataSets.flatMap((dataSet) => dataSet.facts.jobs.map((job) => ({ job, dataSet })));
  const jobIds = jobs.map(({ job }) => job.id);
  const kept = groupBy(await listExpectations(tx, mspId, jobIds, from), (one) => one.jobId);
  const own = new Map((await findPoliciesOfJobs(tx, mspId, jobIds)).map((one) => [one.jobId, one]));
  const runsOf = groupBy(dayRuns, (run) => run.jobId);
  const zones = new Map(sites.map((site) => [site.siteId, site.timeZone]));
  return jobs.flatMap(({ job: { id: jobId, plan }, dataSet }) => {
    const effective = dataSet.jobPolicies.get(jobId);
    if (effective === undefined) return [];
    const { policy } = effective;
    const runs = runsOf.get(jobId) ?? [];
    const timeZone = zones.get(dataSet.facts.system.site?.value.siteId ?? '') ?? clientZone;
    const expected = expectedOf(plan, kept.get(jobId) ?? [], runs, now.getTime());
    return {
      jobId,
      promised: policy,
      inherited: dataSet.policy.policy,
      origin: originOf(effective),
      version: own.get(jobId)?.version ?? 0,
      timeZone,
      proposal: policy.schedule === null ? learnt(runs, timeZone) : null,
      plan: { rule: policy.dayRule, expected },
    };
  });
}

function originOf({ origins }: EffectivePolicy): string | null {
  const layer = origins.schedule;
  if (layer === null) return null;
  if (layer.level === 'msp') return 'your default';
  return layer.level === 'job' ? 'this job' : `${layer.level} ${layer.targetName}`;
}

function learnt(runs: readonly DayRun[], timeZone: string): ProposedSchedule | null {
  const starts = runs.filter(({ status }) => status !== 'missed').map(({ at }) => at);
  const found = learnSchedule(starts, timeZone);
  return found.kind === 'proposed' ? found : null;
}

/** What was kept, and over it what the facts say now of what is not decided, or was missed so far. null: nothing was ever due. */
function expectedOf(
  plan: JobPlan | null,
  kept: readonly KeptExpectation[],
  runs: readonly DayRun[],
  now: Instant,
): DayPlan<DayRun>['expected'] {
  if (plan === null && kept.length === 0) return null;
  const runOf = new Map(runs.map((run) => [run.runId, run]));
  const due = new Map<string, DueRun<DayRun>>();
  for (const { nominal, dueAt, state, runId, maintenance } of kept)
    due.set(nominal, {
      dueAt,
      state,
      run: runOf.get(runId ?? '') ?? null,
      excuse: maintenance === null ? 'system-off' : 'maintenance',
    });
  const live = plan === null ? [] : expectedRuns(plan.expectation, plan.runs, now).expected;
  for (const { nominal, dueAt, state, run, maintenance } of live) {
    const before = due.get(nominal)?.state;
    if (before === 'met' || before === 'late') continue;
    // what is still to come is not excused yet
    const isToCome = dueAt > now && run === null;
    due.set(nominal, {
      dueAt,
      state: isToCome ? 'open' : state,
      run: runOf.get(run?.id ?? '') ?? null,
      excuse: maintenance === null ? 'system-off' : 'maintenance',
    });
  }
  const since = Math.min(plan?.expectation.since ?? now, kept[0]?.dueAt ?? now);
  return { since, runs: [...due.values()].toSorted((a, b) => a.dueAt - b.dueAt) };
}
