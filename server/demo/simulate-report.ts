import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { agentReport } from '@/contract/report';
import { DAY, HOUR, MINUTE, type Instant } from '@/domain/time/instant';
import type { DemoClient, DemoEvent, DemoRepository, DemoSystem } from './cast';
import { localHour } from './local-hour';

type ReportInput = z.input<typeof agentReport>;
export type SimulatedBody = Pick<
  ReportInput,
  'runs' | 'recovery_points' | 'repositories' | 'verifications' | 'restore_tests' | 'problems' | 'scope'
>;

/** One report of a client's agent: after the night's backups, and once more twelve hours later as a sign of life. */
export interface Slot {
  at: Instant;
  nightAt: Instant;
  isNight: boolean;
}

const RESTIC_VERSION = '0.18.0';
const HISTORY_DAYS = 31;

/** When the demo's history begins. */
export const historyStart = (installedAt: Instant): Instant => installedAt - HISTORY_DAYS * DAY;

/** The slots of a client's agent in [from, to), oldest first, without those it kept silent in. */
export function slotsBetween(client: DemoClient, from: Instant, to: Instant, installedAt: Instant): Slot[] {
  const offsetMax = Math.max(...client.repositories.map((repository) => repository.offsetMinutes));
  const slots: Slot[] = [];
  for (let day = from - 2 * DAY; day < to + 2 * DAY; day += DAY) {
    const nightAt = localHour(day, client.startHour, client.timeZone);
    const at = nightAt + (offsetMax + 75) * MINUTE;
    slots.push({ at, nightAt, isNight: true }, { at: at + 12 * HOUR, nightAt, isNight: false });
  }
  const isSilent = (at: Instant): boolean =>
    client.events.some((event) => event.kind === 'silent' && isDuring(event, at, installedAt));
  return slots.filter((slot) => slot.at >= from && slot.at < to && !isSilent(slot.at));
}

/** What the agent of `client` reports in `slot`: the same for the same arguments, however often it is asked. */
export function simulateBody(client: DemoClient, slot: Slot, installedAt: Instant): SimulatedBody {
  const story: Story = { client, installedAt };
  const readable = client.repositories.filter((repository) => !problemAt(story, repository, slot.at));
  return {
    scope: {
      complete_for: readable.map((repository) => `recovery_points:${repositoryKey(client, repository)}`),
    },
    runs: slot.isNight ? jobsOf(client).flatMap((job) => runsOfNight(story, job, slot.nightAt)) : [],
    recovery_points: readable.flatMap((repository) => pointsOf(story, repository, slot)),
    repositories: client.repositories.map((repository) => repositoryOf(story, repository, slot.at)),
    verifications: readable.flatMap((repository) => verificationsOf(story, repository, slot)),
    restore_tests: restoreTestsOf(story, slot),
    problems: [],
  };
}

interface Story {
  client: DemoClient;
  installedAt: Instant;
}
interface Job {
  system: DemoSystem;
  repository: DemoRepository;
}

export const repositoryKey = (client: DemoClient, repository: DemoRepository): string =>
  digest(client.name, repository.key);

export const jobKey = ({ system, repository }: Job): string => `restic:${repository.key}:${system.host}`;

function jobsOf(client: DemoClient): Job[] {
  return client.repositories.flatMap((repository) =>
    client.systems.filter((system) => writesTo(system, repository)).map((system) => ({ system, repository })),
  );
}

const writesTo = (system: DemoSystem, repository: DemoRepository): boolean =>
  !repository.hosts || repository.hosts.includes(system.host);

function isDuring(event: { from: number; to?: number }, at: Instant, installedAt: Instant): boolean {
  const from = installedAt - event.from * DAY;
  const to = event.to === undefined ? Infinity : installedAt - event.to * DAY;
  return at >= from && at < to;
}

type EventOf<K extends DemoEvent['kind']> = Extract<DemoEvent, { kind: K }>;

function eventOf<K extends 'runs-fail' | 'runs-warn' | 'retry-fails'>(
  story: Story,
  kind: K,
  job: Job,
  at: Instant,
): EventOf<K> | undefined {
  return story.client.events.find(
    (event): event is EventOf<K> =>
      event.kind === kind &&
      'repository' in event &&
      event.repository === job.repository.key &&
      (!('hosts' in event) || !event.hosts || event.hosts.includes(job.system.host)) &&
      'from' in event &&
      isDuring(event, at, story.installedAt),
  );
}

function problemAt(
  story: Story,
  repository: DemoRepository,
  at: Instant,
): EventOf<'repository-problem'> | undefined {
  return story.client.events.find(
    (event): event is EventOf<'repository-problem'> =>
      event.kind === 'repository-problem' &&
      event.repository === repository.key &&
      isDuring(event, at, story.installedAt),
  );
}

function missingPathAt(story: Story, system: DemoSystem, at: Instant): string | null {
  for (const event of story.client.events) {
    if (
      event.kind === 'source-missing' &&
      event.host === system.host &&
      isDuring(event, at, story.installedAt)
    ) {
      return event.path;
    }
  }
  return null;
}

/** How long a night's backup takes and when it starts, jittered by a hash so that it repeats. */
function timing(job: Job, nightAt: Instant): { startedAt: Instant; endedAt: Instant; changed: number } {
  const chance =
    Number.parseInt(digest(job.repository.key, job.system.host, String(nightAt)).slice(0, 8), 16) / 2 ** 32;
  const startedAt = nightAt + job.repository.offsetMinutes * MINUTE + Math.floor(chance * 6 * MINUTE);
  const minutes = 2 + Math.min(25, job.system.sizeGiB / 60) * (0.7 + 0.6 * chance);
  return { startedAt, endedAt: startedAt + Math.floor(minutes * MINUTE), changed: 0.002 + chance * 0.012 };
}

const GIB = 1024 ** 3;
const filesOf = (system: DemoSystem): number => Math.round(system.sizeGiB * 343);

function runsOfNight(story: Story, job: Job, nightAt: Instant): NonNullable<ReportInput['runs']> {
  if (job.repository.isOutcomeUnseen) return [];
  const { startedAt, endedAt, changed } = timing(job, nightAt);
  const failed = eventOf(story, 'runs-fail', job, startedAt);
  const warned = eventOf(story, 'runs-warn', job, startedAt);
  const missing = missingPathAt(story, job.system, startedAt);
  const base = {
    job_key: jobKey(job),
    job_name: `${job.system.host} to ${job.repository.key}`,
    kind: 'backup' as const,
    source_host: job.system.host,
    repository_key: repositoryKey(story.client, job.repository),
    capture: captureOf(job.system),
  };
  const first = failed
    ? { ...base, ...failure(job, startedAt, startedAt + 7000, failed.message) }
    : {
        ...base,
        run_key: digest('run', jobKey(job), String(startedAt)).slice(0, 32),
        status: warned ? ('warning' as const) : ('success' as const),
        partial: Boolean(warned),
        started_at: iso(startedAt),
        ended_at: iso(endedAt),
        duration_seconds: (endedAt - startedAt) / 1000,
        bytes: {
          source: Math.round(job.system.sizeGiB * GIB),
          stored: Math.round(job.system.sizeGiB * GIB * changed),
        },
        files: { total: filesOf(job.system), failed: warned ? 2 : 0 },
        errors: warned ? 2 : 0,
        exit_code: warned ? 3 : 0,
        message: warned?.message ?? (missing ? `${missing} does not exist, skipping` : null),
        point_keys: [pointKey(story.client, job, nightAt)],
      };
  const retry = eventOf(story, 'retry-fails', job, startedAt);
  if (!retry) return [first];
  const at = endedAt + 8 * MINUTE;
  return [first, { ...base, ...failure(job, at, at + 41_000, retry.message) }];
}

function failure(job: Job, startedAt: Instant, endedAt: Instant, message: string) {
  return {
    run_key: digest('run', jobKey(job), String(startedAt)).slice(0, 32),
    status: 'failed' as const,
    started_at: iso(startedAt),
    ended_at: iso(endedAt),
    duration_seconds: (endedAt - startedAt) / 1000,
    exit_code: 1,
    errors: 1,
    message,
  };
}

const captureOf = (system: DemoSystem): 'mailboxes' | 'files' =>
  system.kind === 'saas' ? 'mailboxes' : 'files';

const pointKey = (client: DemoClient, job: Job, nightAt: Instant): string =>
  digest(client.name, job.repository.key, job.system.host, String(nightAt));

/** Seven daily and four weekly points, as far as the history goes and the night's run left one. */
function pointsOf(
  story: Story,
  repository: DemoRepository,
  slot: Slot,
): NonNullable<ReportInput['recovery_points']> {
  const nights: Instant[] = [];
  for (let back = 0; back < 28; back += 1) {
    const nightAt = localHour(slot.nightAt - back * DAY, story.client.startHour, story.client.timeZone);
    const isWeekly = new Date(nightAt).getUTCDay() === 0;
    if (nightAt >= historyStart(story.installedAt) && (back < 7 || isWeekly)) nights.push(nightAt);
  }
  const jobs = jobsOf(story.client).filter((job) => job.repository === repository);
  return jobs.flatMap((job) => nights.flatMap((nightAt) => pointOf(story, job, nightAt)));
}

function pointOf(story: Story, job: Job, nightAt: Instant): NonNullable<ReportInput['recovery_points']> {
  const { startedAt, endedAt } = timing(job, nightAt);
  if (eventOf(story, 'runs-fail', job, startedAt)) return [];
  const missing = missingPathAt(story, job.system, startedAt);
  return [
    {
      point_key: pointKey(story.client, job, nightAt),
      repository_key: repositoryKey(story.client, job.repository),
      job_key: jobKey(job),
      source_host: job.system.host,
      source_paths: job.system.paths.filter((path) => path !== missing),
      taken_at: iso(startedAt),
      completed_at: iso(endedAt),
      state: 'complete',
      bytes: { logical: Math.round(job.system.sizeGiB * GIB) },
      files: filesOf(job.system),
      capture: captureOf(job.system),
      encrypted: true,
    },
  ];
}

function repositoryOf(
  story: Story,
  repository: DemoRepository,
  at: Instant,
): NonNullable<ReportInput['repositories']>[number] {
  const problem = problemAt(story, repository, at);
  const isCloud = repository.locationKind === 's3';
  const jobs = jobsOf(story.client).filter((job) => job.repository === repository);
  const logical = jobs.reduce((sum, job) => sum + job.system.sizeGiB * GIB, 0);
  const days = (at - historyStart(story.installedAt)) / DAY;
  const stored = Math.round(logical * (0.55 + 0.004 * days));
  return {
    repository_key: repositoryKey(story.client, repository),
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
          observed_at: iso(at),
        }
      : null,
    encryption: { value: true, mode: 'AES-256-CTR', source: 'tool_inherent' },
    bytes: problem ? null : { stored, logical: Math.round(logical) },
    capacity:
      problem || isCloud
        ? null
        : {
            total: Math.round(logical * 1.6),
            used: stored,
            free: Math.round(logical * 1.6) - stored,
            method: 'tool',
            measured_at: iso(at),
          },
    tool_format: 'restic v2',
  };
}

/** A check of a tenth of the data every Sunday, reported with the slot that follows it. */
function verificationsOf(
  story: Story,
  repository: DemoRepository,
  slot: Slot,
): NonNullable<ReportInput['verifications']> {
  const isCheckDay = slot.isNight && new Date(slot.nightAt).getUTCDay() === 0;
  const damage = story.client.events.find(
    (event) =>
      event.kind === 'check-finds-damage' &&
      event.repository === repository.key &&
      isDuring(event, slot.at, story.installedAt),
  );
  const isFirstDamage =
    damage &&
    slot.isNight &&
    !isDuring(damage as EventOf<'check-finds-damage'>, slot.at - DAY, story.installedAt);
  if (!repository.isChecked || (!isCheckDay && !isFirstDamage)) return [];
  const endedAt = slot.at - 10 * MINUTE;
  return [
    {
      verification_key: digest('check', repository.key, String(slot.nightAt)).slice(0, 32),
      repository_key: repositoryKey(story.client, repository),
      kind: 'data_subset',
      coverage_percent: 10,
      started_at: iso(endedAt - 20 * MINUTE),
      ended_at: iso(endedAt),
      result: damage ? 'problems' : 'ok',
      errors: damage ? 3 : 0,
      damaged: damage ? [digest('pack', repository.key).slice(0, 64)] : [],
      exit_code: damage ? 1 : 0,
      message: damage ? 'pack contains 3 errors: blob hash does not match' : null,
    },
  ];
}

function restoreTestsOf(story: Story, slot: Slot): NonNullable<ReportInput['restore_tests']> {
  const tests = story.client.events.filter(
    (event): event is EventOf<'restore-test'> => event.kind === 'restore-test',
  );
  return tests.flatMap((test) => {
    const at = story.installedAt - test.at * DAY;
    if (at > slot.at || at <= slot.at - 12 * HOUR) return [];
    const job = jobsOf(story.client).find(
      (one) => one.system.host === test.host && one.repository.key === test.repository,
    );
    return job ? [restoreTestOf(story, job, test, slot)] : [];
  });
}

function restoreTestOf(story: Story, job: Job, test: EventOf<'restore-test'>, slot: Slot) {
  const at = story.installedAt - test.at * DAY;
  const seconds = Math.max(30, test.files / 2);
  const bytes = Math.round(test.files * 15 * 1024 ** 2);
  const wrong = test.result === 'failed' ? test.files : 0;
  return {
    test_key: digest('restore-test', job.system.host, String(test.at)).slice(0, 32),
    point_key: pointKey(story.client, job, slot.nightAt),
    repository_key: repositoryKey(story.client, job.repository),
    trigger: 'schedule' as const,
    method: 'sample' as const,
    tool_version: RESTIC_VERSION,
    started_at: iso(at - seconds * 1000),
    ended_at: iso(at),
    level: 'L4' as const,
    result: test.result,
    selection: { rule: 'largest2+newest1+random', seed: 42, files: 1200, bytes },
    files: { matched: 1200 - wrong, mismatched: wrong, missing: 0, unverifiable: 0 },
    bytes_restored: bytes,
    restore_seconds: seconds,
    verify_seconds: seconds / 3,
    bytes_per_second: bytes / seconds,
    manifest: { origin: 'at_backup' as const, sha256: digest('manifest', job.system.host) },
    exit_code: 0,
    scratch_removed: true,
  };
}

const iso = (at: Instant): string => new Date(at).toISOString();

function digest(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\u0000')).digest('hex');
}
