import { DAY } from '@/domain/time/instant';
import type { Calendar, Slot } from './calendar';
import { jobsInto, jobsOf, missingPathAt, problemAt, type DemoJob } from './events';
import { restoreTestsOf, verificationsOf } from './simulate-checks';
import { keptNights, pointOf } from './simulate-points';
import { GIB, iso, jobKey, repositoryKey, runsOfNight, timingOf, type ReportInput } from './simulate-runs';
import type { DemoRepository } from './story';

/** What of a report is about backups; the rest says who sends it. */
export type SimulatedBody = Pick<
  ReportInput,
  'runs' | 'recovery_points' | 'repositories' | 'verifications' | 'restore_tests' | 'problems' | 'scope'
>;

/** What a client's agent reports in a slot: the same for the same arguments, however often it is asked. */
export function simulateBody(calendar: Calendar, slot: Slot): SimulatedBody {
  const { client } = calendar;
  const repositories = client.repositories.map((repository) => repositoryOf(calendar, repository, slot));
  if (!slot.isNight) return { repositories };
  const readable = client.repositories.filter((repository) => !problemAt(calendar, repository, slot.at));
  const jobs = jobsOf(client);
  return {
    scope: {
      complete_for: readable.map((repository) => `recovery_points:${repositoryKey(client, repository)}`),
    },
    runs: jobs.flatMap((job) => runsOfNight(calendar, job, slot.night)),
    recovery_points: readable.flatMap((repository) =>
      jobsInto(client, repository).flatMap((job) =>
        keptNights(calendar, job, slot).map((night) => pointOf(calendar, job, night)),
      ),
    ),
    repositories,
    verifications: readable.flatMap((repository) => verificationsOf(calendar, repository, slot)),
    restore_tests: restoreTestsOf(calendar, slot),
    problems: jobs.flatMap((job) => missingSource(calendar, job, slot)),
  };
}

function missingSource(calendar: Calendar, job: DemoJob, slot: Slot): NonNullable<ReportInput['problems']> {
  const path = missingPathAt(calendar, job.system, timingOf(job, slot.night).startedAt);
  if (path === null) return [];
  const message = `${path} is not in the newest backup of this job.`;
  return [{ code: 'source_missing', severity: 'critical', subject: jobKey(job), message }];
}

function repositoryOf(
  calendar: Calendar,
  repository: DemoRepository,
  slot: Slot,
): NonNullable<ReportInput['repositories']>[number] {
  const problem = problemAt(calendar, repository, slot.at);
  const isCloud = repository.locationKind === 's3';
  const sizes = sizesOf(calendar, repository, slot);
  const measured = { method: 'statfs' as const, measured_at: iso(slot.at) };
  return {
    repository_key: repositoryKey(calendar.client, repository),
    tool: 'restic',
    location: repository.location,
    location_kind: repository.locationKind,
    reachable: !problem,
    problem: problem ? { code: problem.code, exit_code: 1, message: problem.message } : null,
    media: isCloud
      ? {
          value: 'object_storage',
          source: 'tool_reported',
          evidence: repository.location,
          observed_at: iso(slot.at),
        }
      : null,
    encryption: { value: true, mode: 'AES-256-CTR', source: 'tool_inherent' },
    bytes: problem ? null : { stored: sizes.used, logical: sizes.logical },
    capacity:
      problem || isCloud
        ? null
        : { total: sizes.total, used: sizes.used, free: sizes.total - sizes.used, ...measured },
    tool_format: 'restic v2',
  };
}

/** A repository fills as its history grows, and less and less so as old points are pruned. */
function sizesOf(calendar: Calendar, repository: DemoRepository, slot: Slot) {
  const gib = jobsInto(calendar.client, repository).reduce((sum, { system }) => sum + system.sizeGiB, 0);
  const days = (slot.at - calendar.installedAt) / DAY + calendar.historyDays;
  const fill = 0.55 + 0.25 * (1 - Math.exp(-days / 60));
  const logical = Math.round(gib * GIB);
  return { logical, used: Math.round(logical * fill), total: Math.round(logical * 1.6) };
}
