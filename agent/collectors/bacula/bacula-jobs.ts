import { z } from 'zod';
import type { AgentRun, ReportedPoint } from '@/contract/report';
import { boundedKey } from '@/agent/collectors/job-stream';
import { beginningOf } from '@/agent/report/shorten';

const count = z.int().min(0);
const name = z.string().nullish();
/** `2026-11-23 06:29:01` (SQLite) or with a T (PostgreSQL), in the director's zone; 0 or null: none. */
const localTime = z.union([z.string(), z.number()]).nullish();

/** A row of `Job` with where its data lie. */
const job = z.object({
  JobId: z.int().min(1),
  /** Its name with the time it was queued, which no other job of the director has. */
  Job: name,
  Name: z.string().min(1),
  Type: z.string().length(1),
  Level: z.string().max(1),
  JobStatus: z.string().length(1),
  Client: name,
  FileSet: name,
  FileSetId: z.int().nullish(),
  SchedTime: localTime,
  StartTime: localTime,
  EndTime: localTime,
  /** The same moment as EndTime (of a running job: as StartTime), in seconds since 1970. */
  JobTDate: z.number().nullish(),
  JobFiles: count,
  JobBytes: count,
  ReadBytes: count.nullish(),
  JobErrors: count,
  JobMissingFiles: count.nullish(),
  PurgedFiles: z.int().nullish(),
  /** Of a copy, or of what was migrated: the job that it was copied from, whose errors it does not repeat. */
  PriorJobId: z.int().nullish(),
  /** How many volumes its data went to; how many of them still hold them, and how many are gone or emptied. */
  Volumes: count.nullish(),
  HeldVolumes: count.nullish(),
  GoneVolumes: count.nullish(),
  Volume: name,
  Storage: name,
});
export const jobListing = z.array(job);
export type BaculaJob = z.output<typeof job>;

/** What the catalogue is called, and whose program keeps it. */
export interface Catalogue {
  tool: 'bacula' | 'bareos';
  /** What the keys of its storages and jobs begin with. */
  key: string;
}

export interface ReadJobs {
  runs: AgentRun[];
  points: ReportedPoint[];
}

/** Runs that ended longer ago were told before. */
const RUNS_DAYS_MAX = 14;
const RUNS_MAX = 5000;

/**
 * What the jobs of a catalogue are in a report. From real output of Bacula 9.6.7; of Bareos, whose tables have the same columns, from
 * documentation.
 * @param jobs in any order
 */
export function readJobs(jobs: readonly BaculaJob[], catalogue: Catalogue, now: Date): ReadJobs {
  const newestFirst = jobs.toSorted((a, b) => b.JobId - a.JobId);
  const points = pointsOf(newestFirst, catalogue);
  const keys = new Set(points.map(({ point_key: key }) => key));
  const runs = newestFirst
    .filter((one) => isRecent(one, now))
    .flatMap((one) => runOf(one, catalogue, keys) ?? [])
    .slice(0, RUNS_MAX);
  return { runs, points };
}

export const storageKey = ({ key }: Catalogue, storage: string): string => boundedKey(`${key}:${storage}`);

const KINDS: Readonly<Record<string, AgentRun['kind']>> = {
  B: 'backup',
  c: 'copy',
  g: 'copy',
  R: 'restore',
  V: 'verify',
  D: 'maintenance',
};
const LEVELS: Readonly<Record<string, 'full' | 'differential' | 'incremental' | 'synthetic'>> = {
  F: 'full',
  D: 'differential',
  I: 'incremental',
  f: 'synthetic',
};
const RUNNING = 'RCBFSmMsjcdtpialLq';

interface Ending {
  status: AgentRun['status'];
  message: string | null;
}

/**
 * How a job ended. The letter alone does not say: a job that could not read a directory ends with T as a good one does, and counts an
 * error; Bacula's own mail then says 'Backup OK -- with warnings'.
 */
function endingOf({ JobStatus: letter, JobErrors: errors, JobMissingFiles: missing }: BaculaJob): Ending {
  if (letter === 'T' || letter === 'W') {
    const lacks = [
      ...(errors > 0 ? [`${errors} errors`] : []),
      ...((missing ?? 0) > 0 ? [`${missing} missing files`] : []),
    ];
    if (lacks.length > 0) return { status: 'warning', message: `The job ended with ${lacks.join(' and ')}.` };
    if (letter === 'W') return { status: 'warning', message: 'The job ended with warnings.' };
    return { status: 'success', message: null };
  }
  if (RUNNING.includes(letter)) return { status: 'running', message: null };
  const told = ENDINGS[letter];
  return told ?? { status: 'unknown', message: `The catalogue calls the state of the job ${letter}.` };
}

const ENDINGS: Readonly<Record<string, Ending>> = {
  E: { status: 'failed', message: 'The job ended with an error.' },
  e: { status: 'failed', message: 'The job ended with an error.' },
  f: { status: 'failed', message: 'The job ended with a fatal error.' },
  D: { status: 'failed', message: 'The verification found differences.' },
  I: { status: 'failed', message: 'The job is incomplete.' },
  A: { status: 'cancelled', message: 'The job was cancelled.' },
};

function isRecent(one: BaculaJob, now: Date): boolean {
  const { startedAt, endedAt } = timesOf(one);
  const at = endedAt ?? startedAt;
  return at !== null && now.getTime() - at.getTime() < RUNS_DAYS_MAX * 86_400_000;
}

function runOf(one: BaculaJob, catalogue: Catalogue, points: ReadonlySet<string>): AgentRun | null {
  const kind = KINDS[one.Type];
  // A copy takes the place of its original when that is removed: it is no run of the backup, and knows nothing of its errors.
  if (kind === undefined || one.PriorJobId) return null;
  const { status, message } = endingOf(one);
  const { startedAt, endedAt, scheduledAt } = timesOf(one);
  const hasEnded = status !== 'running';
  return {
    ...jobOf(one, catalogue),
    run_key: boundedKey(`${catalogue.key}:${keyOf(one)}`),
    kind,
    status,
    partial: status === 'warning' || one.JobStatus === 'I',
    repository_key: one.Storage ? storageKey(catalogue, one.Storage) : null,
    started_at: startedAt?.toISOString() ?? null,
    ended_at: hasEnded ? (endedAt?.toISOString() ?? null) : null,
    duration_seconds:
      hasEnded && startedAt && endedAt ? (endedAt.getTime() - startedAt.getTime()) / 1000 : null,
    scheduled_at: scheduledAt?.toISOString() ?? null,
    time_quality: 'exact',
    level: LEVELS[one.Level] ?? null,
    bytes: { source: one.ReadBytes || null, read: one.JobBytes, transferred: null, stored: null },
    files: { total: one.JobFiles, new: null, changed: null, unchanged: null, failed: null, deleted: null },
    errors: one.JobErrors,
    warnings: null,
    exit_code: null,
    error_code: one.JobStatus,
    message,
    point_keys: points.has(keyOf(one)) ? [keyOf(one)] : [],
    items: [],
  };
}

/** By which the server knows what is backed up: the same for a run and for a point. */
function jobOf(one: BaculaJob, { key }: Catalogue) {
  const client = one.Client ? beginningOf(one.Client, 200) : null;
  return {
    job_key: boundedKey(`${key}:${client ?? ''}:${one.Name}`),
    job_name: beginningOf(one.Name, 500),
    source_host: client,
    capture: one.Type === 'B' || one.Type === 'C' ? ('files' as const) : null,
  };
}

const keyOf = (one: BaculaJob): string => boundedKey(one.Job ? `${one.JobId}:${one.Job}` : String(one.JobId));

/** A backup that ended, or a copy of one, whose data still lie on volumes and whose files the catalogue still knows. */
function pointsOf(newestFirst: readonly BaculaJob[], catalogue: Catalogue): ReportedPoint[] {
  const copies = newestFirst.filter(
    (one) => (one.Type === 'B' || one.Type === 'C') && (one.JobStatus === 'T' || one.JobStatus === 'W'),
  );
  const byId = new Map(newestFirst.map((one) => [one.JobId, one]));
  const streams = new Map<string, BaculaJob[]>();
  for (const one of copies) {
    const stream = [one.Type, one.Client, one.Name, one.FileSetId ?? one.FileSet].join('\n');
    const known = streams.get(stream);
    if (known) known.push(one);
    else streams.set(stream, [one]);
  }
  const states = new Map<BaculaJob, Standing>(
    [...streams.values()].flatMap((jobs) => standingsOf(jobs.toSorted(inOrder), byId)),
  );
  return copies.flatMap((one) => {
    const standing = states.get(one);
    const { startedAt, endedAt } = timesOf(one);
    if (!standing || standing.state === 'gone' || standing.storage === null || !startedAt || !endedAt)
      return [];
    return [
      pointOf(one, { state: standing.state, storage: standing.storage, startedAt, endedAt }, catalogue),
    ];
  });
}

/** As the data were read, which for copies is not the order in which they were made. */
function inOrder(a: BaculaJob, b: BaculaJob): number {
  return (asUtc(a.StartTime) ?? 0) - (asUtc(b.StartTime) ?? 0) || a.JobId - b.JobId;
}

interface Standing {
  /** `gone`: no point. */
  state: ReportedPoint['state'] | 'gone';
  storage: string | null;
}

/** What lies below a backup of what changed since. */
interface Below {
  /** `broken`: something of it is not there any more. */
  soundness: 'sound' | 'unknown' | 'broken';
  /** Where the newest of it lies. */
  storage: string | null;
}

const NOTHING_BELOW: Below = { soundness: 'broken', storage: null };
const NOTHING_NEEDED: Below = { soundness: 'sound', storage: null };

/**
 * How each backup of a stream stands, oldest first. What changed since a full backup is worth nothing without it, nor without what was
 * kept between them; a backup that found nothing changed has no data of its own, and lies where those before it lie.
 */
function standingsOf(
  oldestFirst: readonly BaculaJob[],
  byId: ReadonlyMap<number, BaculaJob>,
): Array<readonly [BaculaJob, Standing]> {
  let full = NOTHING_BELOW;
  let newest = NOTHING_BELOW;
  return oldestFirst.map((one) => {
    const own = standingAlone(one, byId);
    const level = LEVELS[one.Level];
    if (level === undefined) return [one, withoutPurged(one, ofUnknownLevel(own))] as const;
    const below = {
      full: NOTHING_NEEDED,
      synthetic: NOTHING_NEEDED,
      differential: full,
      incremental: newest,
    }[level];
    newest = withOnTop(below, own);
    if (below === NOTHING_NEEDED) full = newest;
    return [one, withoutPurged(one, onTopOf(below, own))] as const;
  });
}

/** What lies below it nobody can say. */
const ofUnknownLevel = (own: Standing): Standing =>
  own.state === 'gone' ? own : { ...own, state: 'unknown' };

function withOnTop(below: Below, own: Standing): Below {
  const storage = own.storage ?? below.storage;
  if (below.soundness === 'broken' || own.state === 'gone' || own.state === 'incomplete')
    return { soundness: 'broken', storage };
  return { soundness: own.state === 'unknown' ? 'unknown' : below.soundness, storage };
}

function onTopOf(below: Below, own: Standing): Standing {
  if (own.state === 'gone') return own;
  const storage = own.storage ?? below.storage;
  if (below.soundness === 'broken') return { state: 'incomplete', storage };
  return { state: below.soundness === 'unknown' ? 'unknown' : own.state, storage };
}

/** As if nothing lay below it. */
function standingAlone(one: BaculaJob, byId: ReadonlyMap<number, BaculaJob>): Standing {
  const storage = one.Storage ?? null;
  const { Volumes: all = null, HeldVolumes: held = null, GoneVolumes: gone = null } = one;
  if (all === null || held === null || gone === null) return { state: 'gone', storage };
  const isEmpty = all === 0 && one.JobFiles === 0 && one.JobBytes === 0 && one.JobErrors === 0;
  const isOfChanges = LEVELS[one.Level] === 'incremental' || LEVELS[one.Level] === 'differential';
  if (isEmpty && isOfChanges) return { state: 'complete', storage };
  if (all === 0 || gone >= all) return { state: 'gone', storage };
  if (gone > 0) return { state: 'incomplete', storage };
  if (held < all) return { state: 'unknown', storage };
  return { state: wholeness(one, byId), storage };
}

/** A copy ends well also where what it copies had not: its original says. */
function wholeness(one: BaculaJob, byId: ReadonlyMap<number, BaculaJob>): 'complete' | 'partial' | 'unknown' {
  if (endingOf(one).status !== 'success') return 'partial';
  if (!one.PriorJobId) return 'complete';
  const original = byId.get(one.PriorJobId);
  return original && original.JobId < one.JobId ? wholeness(original, byId) : 'unknown';
}

/** Whose files were purged from the catalogue, none of them can be asked for any more. */
const withoutPurged = (one: BaculaJob, standing: Standing): Standing =>
  (one.PurgedFiles ?? 0) === 0 ? standing : { ...standing, state: 'gone' };

interface Placed {
  state: ReportedPoint['state'];
  storage: string;
  startedAt: Date;
  endedAt: Date;
}

function pointOf(
  one: BaculaJob,
  { state, storage, startedAt, endedAt }: Placed,
  catalogue: Catalogue,
): ReportedPoint {
  const { job_key, source_host, capture } = jobOf(one, catalogue);
  const level = LEVELS[one.Level] ?? null;
  const isWhole = level === 'full' || level === 'synthetic';
  return {
    point_key: keyOf(one),
    repository_key: storageKey(catalogue, storage),
    job_key,
    source_host,
    source_paths: [beginningOf(`fileset:${one.FileSet ?? one.Name}`, 4096)],
    tags: [],
    taken_at: new Date(Math.min(startedAt.getTime(), endedAt.getTime())).toISOString(),
    completed_at: endedAt.toISOString(),
    backdated: false,
    state,
    // Of what changed only, the numbers say nothing of the whole.
    bytes: { logical: isWhole ? one.ReadBytes || null : null, stored: one.JobBytes },
    files: isWhole ? one.JobFiles : null,
    level,
    capture,
    expires_at: null,
    retention_reasons: [],
    encrypted: null,
    immutable_until: null,
    protected: false,
    last_verified_at: null,
    verified_depth: 'none',
    media_label: one.Volume ? beginningOf(one.Volume, 200) : null,
  };
}

interface Times {
  startedAt: Date | null;
  endedAt: Date | null;
  scheduledAt: Date | null;
}

const QUARTER_MILLISECONDS = 900_000;
const OFFSET_MILLISECONDS_MAX = 14 * 3_600_000;
const SLACK_MILLISECONDS = 2000;

/** Its times: the catalogue keeps them in the director's zone, and one of them in seconds since 1970 too, which tells the zone. */
function timesOf({ StartTime, EndTime, SchedTime, JobTDate }: BaculaJob): Times {
  const started = asUtc(StartTime);
  const ended = asUtc(EndTime);
  const scheduled = asUtc(SchedTime);
  const offset = offsetOf(ended, JobTDate) ?? offsetOf(started, JobTDate);
  const moment = (time: number | null): Date | null =>
    time === null || offset === null ? null : new Date(time - offset);
  return { startedAt: moment(started), endedAt: moment(ended), scheduledAt: moment(scheduled) };
}

function asUtc(text: BaculaJob['StartTime']): number | null {
  const [, day, time] = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.\d+)?$/.exec(String(text ?? '')) ?? [];
  const at = Date.parse(`${day}T${time}Z`);
  return Number.isNaN(at) || at <= 0 ? null : at;
}

/** A whole number of quarters of an hour; null: the two do not mean the same moment. */
function offsetOf(local: number | null, seconds: number | null | undefined): number | null {
  if (local === null || !seconds) return null;
  const difference = local - seconds * 1000;
  const offset = Math.round(difference / QUARTER_MILLISECONDS) * QUARTER_MILLISECONDS;
  const isPlausible =
    Math.abs(offset) <= OFFSET_MILLISECONDS_MAX && Math.abs(difference - offset) <= SLACK_MILLISECONDS;
  return isPlausible ? offset : null;
}
