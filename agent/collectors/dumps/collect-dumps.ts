import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { ReportedPoint, ReportedRepository, ReportedVerification } from '@/contract/report';
import { fileProblemOf } from '@/agent/collectors/file-problem';
import { boundedKey } from '@/agent/collectors/job-stream';
import type { RepositoryProblem } from '@/agent/collectors/repository-problem';
import type { DumpFolderSettings } from '@/agent/config/agent-config';
import type { Environment } from '@/agent/places';
import { withProbes } from '@/agent/probes/probe-repositories';
import { UNTOLD_FACTS } from '@/agent/collectors/untold-facts';
import { EMPTY_COLLECTION, mergeCollections, type Collection } from '@/agent/report/collection';
import { beginningOf } from '@/agent/report/shorten';
import type { Memory } from '@/agent/state/memory';
import { readDump, type DumpReading, type DumpState } from './dump-file';

/** More files than these in one folder are no dumps of one job. */
const FILES_MAX = 10_000;

export interface DumpsRequest {
  folders: readonly DumpFolderSettings[];
  env: Environment;
  memory: Pick<Memory, 'checks' | 'dumps'>;
  now: Date;
}

export interface CollectedDumps {
  collection: Collection;
  /** When the newest dump of a folder was read, and what was seen of those that still lie there. */
  learnt: Pick<Memory, 'checks' | 'dumps'>;
}

/** Reads folders in which a job of one's own leaves a file each time: each file that fits is a recovery point. */
export async function collectDumps(request: DumpsRequest): Promise<CollectedDumps> {
  const parts: Collection[] = [];
  const learnt: CollectedDumps['learnt'] = { checks: {}, dumps: {} };
  for (const folder of request.folders) {
    const key = folderKey(folder);
    const { collection, seen, readAt } = await collectFolder(folder, key, request);
    parts.push(collection);
    if (seen) learnt.dumps[key] = seen;
    if (readAt) learnt.checks[key] = readAt;
  }
  return { collection: mergeCollections(parts), learnt };
}

/** What was seen of dumps that were read, by their point keys. */
type Seen = Record<string, DumpState>;

interface CollectedFolder {
  readonly collection: Collection;
  readonly seen: Seen | null;
  readonly readAt: string | null;
}

interface FoundFile {
  readonly name: string;
  readonly size: number;
  readonly changedAt: Date;
}

async function collectFolder(
  settings: DumpFolderSettings,
  key: string,
  request: DumpsRequest,
): Promise<CollectedFolder> {
  let files: FoundFile[];
  try {
    files = await filesIn(settings);
  } catch (error) {
    const repositories = [folderFacts(settings, key, fileProblemOf(error))];
    return { collection: { ...EMPTY_COLLECTION, repositories }, seen: null, readAt: null };
  }
  const known = request.memory.dumps[key] ?? {};
  const newest = files.find((file) => isSettled(file, settings, request.now));
  const check = newest ? await checkNewest(newest, settings, key, request) : null;
  // What was seen of a dump holds as long as it lies there: it does not get better by not being read again.
  const isUnread = check === 'unread' && newest !== undefined && known[pointKey(newest)] === undefined;
  const read = check === 'unread' ? null : check;
  const seen: Seen = Object.fromEntries(
    files.flatMap((file) => {
      const state = file === newest && read ? read.reading.state : known[pointKey(file)];
      return state === undefined ? [] : [[pointKey(file), state]];
    }),
  );
  const collection: Collection = {
    ...EMPTY_COLLECTION,
    completeFor: [`recovery_points:${key}`],
    repositories: [{ ...folderFacts(settings, key, null), bytes: { stored: sumOf(files), logical: null } }],
    recovery_points: files.map((file) =>
      pointOf(
        file,
        settings,
        key,
        isUnread && file === newest ? 'unknown' : stateOf(file, settings, request.now, seen),
      ),
    ),
    verifications: read?.verification ? [read.verification] : [],
  };
  const probed = await withProbes(collection, key, { settings: { repo: settings.folder }, env: request.env });
  return { collection: probed, seen, readAt: read?.endedAt ?? null };
}

/** The newest first. Links and folders are none. */
async function filesIn({ folder, pattern }: DumpFolderSettings): Promise<FoundFile[]> {
  const fits = patternOf(pattern);
  const entries = (await fs.readdir(folder, { withFileTypes: true })).filter(
    (entry) => entry.isFile() && fits.test(entry.name),
  );
  if (entries.length > FILES_MAX)
    throw Object.assign(new Error(`${entries.length} files fit ${pattern}; at most ${FILES_MAX} are read`), {
      code: 'TOO_MANY',
    });
  const files: FoundFile[] = [];
  for (const { name } of entries) {
    const { size, mtime } = await fs.stat(path.join(folder, name));
    files.push({ name, size, changedAt: mtime });
  }
  return files.toSorted(
    (a, b) => b.changedAt.getTime() - a.changedAt.getTime() || (a.name < b.name ? -1 : 1),
  );
}

/** `*` stands for any characters, `?` for one; everything else for itself. */
export function patternOf(pattern: string): RegExp {
  const meanings: Readonly<Record<string, string>> = { '*': '.*', '?': '.' };
  const source = pattern.replaceAll(/[.+^${}()|[\]\\*?]/g, (one) => meanings[one] ?? `\\${one}`);
  return new RegExp(`^${source}$`, 'su');
}

/** A file that somebody may still write to is not looked at. */
function isSettled(
  { changedAt }: FoundFile,
  { settle_minutes: minutes }: DumpFolderSettings,
  now: Date,
): boolean {
  return now.getTime() - changedAt.getTime() >= minutes * 60_000;
}

/** A file that is written anew under its name is another point. */
function pointKey({ name, size, changedAt }: FoundFile): string {
  return createHash('sha256').update(`${name}\n${size}\n${changedAt.toISOString()}`).digest('hex');
}

function pointOf(
  file: FoundFile,
  settings: DumpFolderSettings,
  key: string,
  state: ReportedPoint['state'],
): ReportedPoint {
  const takenAt = file.changedAt.toISOString();
  return {
    point_key: pointKey(file),
    repository_key: key,
    job_key: jobKey(settings),
    source_host: beginningOf(hostOf(settings), 200),
    source_paths: [beginningOf(settings.name ?? settings.pattern, 4096)],
    tags: [beginningOf(file.name, 200)],
    taken_at: takenAt,
    completed_at: takenAt,
    backdated: false,
    state,
    bytes: { logical: null, stored: file.size },
    files: 1,
    level: 'full',
    capture: settings.capture,
    expires_at: null,
    retention_reasons: [],
    encrypted: null,
    immutable_until: null,
    protected: false,
    last_verified_at: null,
    verified_depth: 'none',
    media_label: null,
  };
}

function stateOf(
  file: FoundFile,
  settings: DumpFolderSettings,
  now: Date,
  seen: Seen,
): ReportedPoint['state'] {
  if (!isSettled(file, settings, now)) return 'waiting';
  const state = seen[pointKey(file)];
  if (file.size < settings.bytes_min || state === 'cut') return 'incomplete';
  return state === 'damaged' ? 'corrupt' : 'complete';
}

interface Check {
  readonly reading: DumpReading;
  readonly endedAt: string;
  /** null: it could be read, and nothing in its form says whether it is whole. */
  readonly verification: ReportedVerification | null;
}

/** null: not due. `unread`: it could not be read to its end, or not in time; what nobody could read is not known to be a copy. */
async function checkNewest(
  file: FoundFile,
  settings: DumpFolderSettings,
  key: string,
  { memory, now }: DumpsRequest,
): Promise<Check | 'unread' | null> {
  const last = Date.parse(memory.checks[key] ?? '');
  const isNew = memory.dumps[key]?.[pointKey(file)] === undefined;
  const ago = now.getTime() - last;
  if (!isNew && ago >= 0 && ago < settings.check_every_hours * 3_600_000) return null;
  const startedAt = new Date();
  try {
    const limit = AbortSignal.timeout(settings.check_minutes_max * 60_000);
    const reading = await readDump(path.join(settings.folder, file.name), limit);
    const times = { startedAt, endedAt: new Date() };
    return {
      reading,
      endedAt: times.endedAt.toISOString(),
      verification: reading.state === 'unknown' ? null : verificationOf(file, key, reading, times),
    };
  } catch {
    return 'unread';
  }
}

function verificationOf(
  file: FoundFile,
  key: string,
  { state, why }: DumpReading,
  { startedAt, endedAt }: { startedAt: Date; endedAt: Date },
): ReportedVerification {
  const isGood = state === 'whole';
  return {
    verification_key: boundedKey(`dump:${key}:${startedAt.toISOString()}`),
    repository_key: key,
    // only the newest of them was read, and compared with nothing
    kind: 'structure',
    coverage_percent: null,
    started_at: startedAt.toISOString(),
    ended_at: endedAt.toISOString(),
    result: isGood ? 'ok' : 'problems',
    errors: isGood ? 0 : 1,
    damaged: isGood ? [] : [beginningOf(file.name, 200)],
    exit_code: null,
    message: beginningOf(`${file.name}: ${why}`),
  };
}

function folderFacts(
  { folder }: DumpFolderSettings,
  key: string,
  problem: RepositoryProblem | null,
): ReportedRepository {
  return {
    ...UNTOLD_FACTS,
    repository_key: key,
    tool: 'dumps',
    location: beginningOf(folder),
    location_kind: 'local',
    reachable: problem === null,
    problem,
  };
}

const hostOf = ({ host }: DumpFolderSettings): string => host ?? os.hostname();
const folderKey = ({ folder, pattern }: DumpFolderSettings): string =>
  boundedKey(`dumps:${os.hostname()}:${path.join(folder, pattern)}`);
const jobKey = (settings: DumpFolderSettings): string =>
  boundedKey(`dumps:${hostOf(settings)}:${path.join(settings.folder, settings.pattern)}`);
const sumOf = (files: readonly FoundFile[]): number => files.reduce((sum, { size }) => sum + size, 0);
