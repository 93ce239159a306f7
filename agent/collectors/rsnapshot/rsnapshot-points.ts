import type { ReportedPoint } from '@/contract/report';
import { boundedKey, jobKeyOf, streamOf, type JobStream } from '@/agent/collectors/job-stream';
import type { ListedPoint } from '@/agent/collectors/repository-answer';
import type { RsnapshotRun } from '@/agent/collectors/rsnapshot/rsnapshot-log';
import { beginningOf } from '@/agent/report/shorten';

/** A folder of the snapshot root, such as `daily.0`. */
export interface RsnapshotFolder {
  interval: string;
  number: number;
  /** rsnapshot sets it when a backup has ended, and rotating keeps it: it is what tells one snapshot from another. */
  changedAt: Date;
  /** Which sources of the configuration lie in it, by host. */
  held: readonly { host: string; paths: readonly string[] }[];
}

export interface RsnapshotSnapshots {
  folders: readonly RsnapshotFolder[];
  /** Those that copy (the lowest interval, or `sync`); others only rotate. */
  runs: readonly RsnapshotRun[];
  /** The interval whose `.0` is being written to now. */
  written: string | null;
}

/** A snapshot of one host, with what the log says of the run that made it. */
interface Snapshot {
  key: string;
  folder: RsnapshotFolder;
  host: string;
  paths: readonly string[];
  state: ReportedPoint['state'];
  takenAt: string;
}

/** The snapshots of each host, newest first. */
export function rsnapshotPoints(
  found: RsnapshotSnapshots,
  repositoryKey: string,
  known: readonly JobStream[],
): { points: ReportedPoint[]; listed: ListedPoint[] } {
  const snapshots = wholeFolders(found).flatMap((folder) => snapshotsOf(folder, found));
  return {
    points: snapshots.map((one) => pointOf(one, repositoryKey, known)),
    listed: snapshots.map((one) => ({ id: one.key, stream: streamIn(one), takenAt: one.takenAt })),
  };
}

/**
 * Of folders with the same time the oldest is the untouched copy: a backup that is under way, or was killed, works in `.0`, which
 * keeps the time of the snapshot before until it has ended.
 */
function wholeFolders({ folders, written }: RsnapshotSnapshots): RsnapshotFolder[] {
  const byTime = new Map<number, RsnapshotFolder>();
  for (const one of folders.toSorted((a, b) => b.number - a.number)) {
    const isBeingWritten = one.interval === written && one.number === 0;
    const time = one.changedAt.getTime();
    if (!isBeingWritten && !byTime.has(time)) byTime.set(time, one);
  }
  return [...byTime.values()].toSorted((a, b) => b.changedAt.getTime() - a.changedAt.getTime());
}

function snapshotsOf(folder: RsnapshotFolder, { runs }: RsnapshotSnapshots): Snapshot[] {
  const changedAt = folder.changedAt.getTime();
  const made = runs.flatMap((run, index) => {
    const startedAt = matchingStart(run, runs[index + 1] ?? null, changedAt);
    return startedAt === null ? [] : [{ state: stateAfter(run), startedAt }];
  });
  // Several may fit, such as after a clock was set back: they must agree.
  const [state = 'unknown', ...others] = new Set(made.map((one) => one.state));
  const takenAt = new Date(Math.min(changedAt, ...made.map(({ startedAt }) => startedAt))).toISOString();
  return folder.held.map(({ host, paths }) => ({
    key: boundedKey(`${folder.changedAt.toISOString()}@${host}`),
    folder,
    host,
    paths,
    state: others.length > 0 ? 'unknown' : state,
    takenAt,
  }));
}

/** When the run began, as an instant, if the snapshot's time lies within it; the log has whole seconds. */
function matchingStart(run: RsnapshotRun, next: RsnapshotRun | null, changedAt: number): number | null {
  const end = run.endedAt ?? next?.startedAt ?? null;
  const ends = end === null ? [Infinity] : localInstants(end);
  return (
    localInstants(run.startedAt).find((start) =>
      ends.some((last) => start <= changedAt && changedAt <= last + 999 && start <= last),
    ) ?? null
  );
}

const HOUR_MS = 3_600_000;

/** The instants that a time without a zone may mean on this machine: two in the hour that is repeated in autumn. */
function localInstants(naive: string): number[] {
  const first = Date.parse(naive);
  const isSame = (instant: number): boolean => naiveOf(new Date(instant)) === naive;
  return [first - HOUR_MS, first, first + HOUR_MS].filter(isSame);
}

const two = (value: number): string => String(value).padStart(2, '0');

function naiveOf(at: Date): string {
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/**
 * Files that were deleted while rsync read, and a lock that somebody left, take nothing from a snapshot. The former is the one
 * warning that the log leaves out below loglevel 4.
 */
export const HARMLESS_WARNING =
  /vanished during rsync operation|^Removing stale lockfile |^About to remove lockfile /;

function stateAfter({ outcome, said }: RsnapshotRun): ReportedPoint['state'] {
  switch (outcome) {
    case 'success':
      return 'complete';
    case 'warnings':
      return said.every((one) => HARMLESS_WARNING.test(one)) ? 'complete' : 'partial';
    case 'errors':
      return 'partial';
    case 'unfinished':
      return 'incomplete';
  }
}

const streamIn = ({ host, paths }: Snapshot): JobStream => ({ tool: 'rsnapshot', host, paths });

function pointOf(one: Snapshot, repositoryKey: string, known: readonly JobStream[]): ReportedPoint {
  const { folder, host, paths } = one;
  return {
    point_key: one.key,
    repository_key: repositoryKey,
    job_key: jobKeyOf(streamOf(streamIn(one), known)),
    source_host: beginningOf(host, 200) || null,
    source_paths: paths.map((path) => beginningOf(path, 4096)).slice(0, 1000),
    tags: [beginningOf(`${folder.interval}.${folder.number}`, 200)],
    taken_at: one.takenAt,
    completed_at: folder.changedAt.toISOString(),
    backdated: false,
    state: one.state,
    bytes: null,
    files: null,
    level: 'full',
    capture: 'files',
    expires_at: null,
    retention_reasons: [beginningOf(folder.interval, 500)],
    encrypted: false,
    immutable_until: null,
    protected: false,
    last_verified_at: null,
    verified_depth: 'none',
    media_label: null,
  };
}
