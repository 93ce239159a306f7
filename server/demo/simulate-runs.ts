import type { z } from 'zod';
import type { agentReport } from '@/contract/report';
import { MINUTE, SECOND, type Instant } from '@/domain/time/instant';
import type { Night } from './calendar';
import { chanceOf, digest } from './chance';
import { areRunsUnseenAt, failureAt, missingPathAt, runEventAt, type DemoJob, type Story } from './events';
import type { DemoClient, DemoRepository, DemoSystem } from './story';

/** A report as an agent writes it. */
export type ReportInput = z.input<typeof agentReport>;
type RunInput = NonNullable<ReportInput['runs']>[number];

export const GIB = 1024 ** 3;

/** restic's own id of a repository. */
export const repositoryKey = (client: DemoClient, repository: DemoRepository): string =>
  digest(client.name, repository.key);

export const jobKey = ({ system, repository }: DemoJob): string => `restic:${repository.key}:${system.host}`;

/** restic's own id of the snapshot that a night's backup makes. */
export const pointKey = (client: DemoClient, job: DemoJob, night: Night): string =>
  digest(client.name, job.repository.key, job.system.host, night.at);

export const captureOf = (system: DemoSystem): 'mailboxes' | 'files' => system.capture ?? 'files';

/** How much a machine holds in a night: a little more each night, always the same for the same one. */
export function sizeOf(system: DemoSystem, night: Night): { bytes: number; files: number } {
  const growth = 1 + 0.0005 * (night.index + chanceOf('growth', system.host, night.at));
  return {
    bytes: Math.round(system.sizeGiB * GIB * growth),
    files: Math.round(system.sizeGiB * 343 * growth),
  };
}

/** When a night's backup runs. Some minutes of chance, always the same ones. */
export function timingOf(job: DemoJob, night: Night): { startedAt: Instant; endedAt: Instant } {
  const chance = chanceOf(job.repository.key, job.system.host, night.at);
  const startedAt = night.at + job.repository.offsetMinutes * MINUTE + Math.floor(chance * 6 * 60) * SECOND;
  const minutes = 2 + Math.min(25, job.system.sizeGiB / 60) * (0.7 + 0.6 * chance);
  return { startedAt, endedAt: startedAt + Math.floor(minutes * 60) * SECOND };
}

/** The runs of a job in one night; none where the agent does not see them. */
export function runsOfNight(story: Story, job: DemoJob, night: Night): RunInput[] {
  const { startedAt, endedAt } = timingOf(job, night);
  if (areRunsUnseenAt(story, job.repository, startedAt)) return [];
  const failure = failureAt(story, job, startedAt);
  const first = failure ? failedRun(story, job, startedAt, 7, failure) : finishedRun(story, job, night);
  const second = runEventAt(story, 'second-run-fails', job, startedAt);
  return second ? [first, failedRun(story, job, endedAt + 8 * MINUTE, 41, second)] : [first];
}

/** How a night's backup ended that was not refused. */
function finishedRun(story: Story, job: DemoJob, night: Night): RunInput {
  const { startedAt, endedAt } = timingOf(job, night);
  const warning = runEventAt(story, 'runs-warn', job, startedAt);
  const missing = missingPathAt(story, job.system, startedAt);
  const { bytes, files } = sizeOf(job.system, night);
  const failed = warning ? Number.parseInt(warning, 10) : 0;
  return {
    ...runOf(story, job, startedAt, endedAt),
    status: warning || missing ? 'warning' : 'success',
    partial: Boolean(warning ?? missing),
    bytes: { source: bytes, stored: Math.round(bytes * (0.002 + 0.012 * chanceOf(jobKey(job), night.at))) },
    files: { total: files, failed },
    errors: failed,
    exit_code: warning ? 3 : 0,
    message: warning ?? (missing ? `${missing}: no such file or directory` : null),
    point_keys: [pointKey(story.client, job, night)],
  };
}

function failedRun(story: Story, job: DemoJob, startedAt: Instant, seconds: number, message: string) {
  return {
    ...runOf(story, job, startedAt, startedAt + seconds * SECOND),
    status: 'failed' as const,
    exit_code: 1,
    errors: 1,
    message,
  };
}

function runOf({ client }: Story, job: DemoJob, startedAt: Instant, endedAt: Instant) {
  return {
    run_key: digest('run', client.name, jobKey(job), startedAt).slice(0, 32),
    job_key: jobKey(job),
    job_name: `${job.system.host} to ${job.repository.key}`,
    kind: 'backup' as const,
    source_host: job.system.host,
    repository_key: repositoryKey(client, job.repository),
    capture: captureOf(job.system),
    started_at: iso(startedAt),
    ended_at: iso(endedAt),
    duration_seconds: (endedAt - startedAt) / SECOND,
  };
}

export const iso = (at: Instant): string => new Date(at).toISOString();
