import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { AgentRun, LocationKind, ReportedPoint, ReportedRepository } from '@/contract/report';
import { boundedKey } from '@/agent/collectors/job-stream';
import type { RepositoryProblem } from '@/agent/collectors/repository-problem';
import type { Redact } from '@/agent/redact';
import { UNTOLD_FACTS } from '@/agent/collectors/untold-facts';
import { EMPTY_COLLECTION, type Collection } from '@/agent/report/collection';
import { beginningOf } from '@/agent/report/shorten';

const moment = z.iso.datetime().nullable();
/** An HRESULT as text; empty: none was told. */
const result = z.string().regex(/^(?:-?\d{1,12}|0x[0-9a-f]{1,8})?$/i);

const document = z.strictObject({
  NumberOfVersions: z.int().min(0),
  LastBackupTime: moment,
  LastSuccessfulBackupTime: moment,
  LastBackupResultHR: result,
  LastBackupResultDetailedHR: result,
  Sets: z
    .array(
      z.strictObject({
        VersionId: z.string().min(1).max(150),
        BackupTime: z.iso.datetime(),
        TargetType: z.string(),
        TargetLabel: z.string(),
        TargetPath: z.string(),
        RecoverableItems: z.string(),
        Volumes: z.array(z.string()),
      }),
    )
    .max(10_000),
  Jobs: z
    .array(
      z.strictObject({
        JobType: z.string(),
        JobState: z.string(),
        StartTime: moment,
        EndTime: moment,
        VersionId: z.string(),
        HResult: result,
        DetailedHResult: result,
        ErrorDescription: z.string(),
      }),
    )
    .max(10_000),
});
export type WsbDocument = z.output<typeof document>;
type BackupSet = WsbDocument['Sets'][number];
type Job = WsbDocument['Jobs'][number];

/** Every text without the secrets it might hold. null: not what the agent's own script prints. */
export function readWsbDocument(stdout: string, redact: Redact): WsbDocument | null {
  const redacted = (_key: string, one: unknown): unknown => (typeof one === 'string' ? redact(one) : one);
  try {
    return document.parse(JSON.parse(stdout.replace(/^\uFEFF/, ''), redacted));
  } catch {
    return null;
  }
}

/**
 * What Windows Server Backup knows of its backups. From documentation: nobody here has seen a machine say so. It is the catalogue of the
 * machine that speaks; a disk that was taken away stays in it.
 * @param known targets that were told before: one that holds no version any more is an empty listing
 */
export function collectionOf(
  told: WsbDocument,
  hostname: string,
  known: ReadonlyMap<string, string>,
): Collection {
  const targets = new Map([
    ...known,
    ...told.Sets.map((one) => [targetKey(one, hostname), targetName(one)] as const),
  ]);
  const kinds = new Map(told.Sets.map((one) => [targetKey(one, hostname), kindOf(one)]));
  return {
    ...EMPTY_COLLECTION,
    completeFor: [...targets.keys()].map((key) => `recovery_points:${key}`),
    repositories: [...targets].map(([key, name]) => ({
      ...wsbRepository(key, name, null),
      location_kind: kinds.get(key) ?? 'unknown',
    })),
    recovery_points: told.Sets.toSorted((a, b) => Date.parse(b.BackupTime) - Date.parse(a.BackupTime)).map(
      (one) => pointOf(one, told, hostname),
    ),
    runs: told.Jobs.flatMap((one) => runOf(one, told, hostname) ?? []),
  };
}

/** A label is given once, when the disk is formatted for backups; a share has none but its path. */
const targetName = ({ TargetLabel, TargetPath }: BackupSet): string =>
  beginningOf(TargetLabel || TargetPath || 'a target without a name');

const targetKey = (one: BackupSet, hostname: string): string =>
  boundedKey(`wsb:${hostname}:${targetName(one)}`);

const kindOf = ({ TargetType, TargetPath }: BackupSet): LocationKind => {
  if (/network/i.test(TargetType) || /^\\\\[^?.]/.test(TargetPath)) return 'smb';
  return /disk|volume/i.test(TargetType) ? 'local' : 'unknown';
};

/** Whether a job went well. null: it does not say. */
function isGood({ HResult, DetailedHResult }: Pick<Job, 'HResult' | 'DetailedHResult'>): boolean | null {
  if (HResult === '') return null;
  return isZero(HResult) && (DetailedHResult === '' || isZero(DetailedHResult));
}

const isZero = (text: string): boolean => /^(?:0x)?0+$/i.test(text);

/** How whole a version is says the job that made it: the list of versions alone says nothing. */
function stateOf(one: BackupSet, { Jobs, LastSuccessfulBackupTime }: WsbDocument): ReportedPoint['state'] {
  const job = Jobs.find(({ VersionId, JobType }) => VersionId === one.VersionId && isBackup(JobType));
  if (!job) return one.BackupTime === LastSuccessfulBackupTime ? 'complete' : 'unknown';
  if (!isCompleted(job)) return 'waiting';
  const isWell = isGood(job);
  if (isWell === null) return 'unknown';
  return isWell ? 'complete' : 'partial';
}

const isBackup = (jobType: string): boolean => /backup/i.test(jobType);
const isCompleted = ({ JobState, EndTime }: Job): boolean =>
  /^completed$/i.test(JobState) && EndTime !== null;

function pointOf(one: BackupSet, told: WsbDocument, hostname: string): ReportedPoint {
  return {
    point_key: one.VersionId,
    repository_key: targetKey(one, hostname),
    job_key: jobKey(hostname),
    source_host: beginningOf(hostname, 200),
    source_paths: one.Volumes.filter(Boolean)
      .map((volume) => beginningOf(volume, 4096))
      .slice(0, 1000),
    tags: [],
    taken_at: one.BackupTime,
    completed_at: null,
    backdated: false,
    state: stateOf(one, told),
    bytes: null,
    files: null,
    level: null,
    capture: 'image',
    expires_at: null,
    retention_reasons: [],
    encrypted: null,
    immutable_until: null,
    protected: false,
    last_verified_at: null,
    verified_depth: 'none',
    media_label: one.TargetLabel === '' ? null : beginningOf(one.TargetLabel, 200),
  };
}

const jobKey = (hostname: string): string => boundedKey(`wsb:${hostname}:backup`);

/** A job that is none of a backup, such as a recovery, is left out: it is not known how it would be called. */
function runOf(job: Job, { Sets }: WsbDocument, hostname: string): AgentRun | null {
  if (!isBackup(job.JobType) || job.StartTime === null) return null;
  const set = Sets.find(({ VersionId }) => VersionId === job.VersionId);
  const named = `${job.StartTime}\n${job.VersionId}`;
  return {
    run_key: boundedKey(`wsb:${hostname}:${createHash('sha256').update(named).digest('hex').slice(0, 32)}`),
    job_key: jobKey(hostname),
    job_name: 'Windows Server Backup',
    kind: 'backup',
    status: statusOf(job),
    partial: false,
    source_host: beginningOf(hostname, 200),
    repository_key: set ? targetKey(set, hostname) : null,
    started_at: job.StartTime,
    ended_at: isCompleted(job) ? job.EndTime : null,
    duration_seconds: null,
    scheduled_at: null,
    time_quality: 'exact',
    level: null,
    capture: 'image',
    bytes: null,
    files: null,
    errors: null,
    warnings: null,
    exit_code: null,
    error_code: job.HResult === '' || isZero(job.HResult) ? null : job.HResult,
    message: job.ErrorDescription === '' ? null : beginningOf(job.ErrorDescription),
    point_keys: set ? [set.VersionId] : [],
    items: [],
  };
}

function statusOf(job: Job): AgentRun['status'] {
  if (/^(?:running|preparing|starting)$/i.test(job.JobState)) return 'running';
  if (!isCompleted(job)) return 'unknown';
  const isWell = isGood(job);
  if (isWell === null) return 'unknown';
  return isWell ? 'success' : 'failed';
}

export function wsbRepository(
  key: string,
  location: string,
  problem: RepositoryProblem | null,
): ReportedRepository {
  return {
    ...UNTOLD_FACTS,
    repository_key: key,
    tool: 'windows-server-backup',
    location,
    location_kind: 'unknown',
    reachable: problem === null,
    problem,
  };
}
