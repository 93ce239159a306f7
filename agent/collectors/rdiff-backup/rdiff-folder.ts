import fs from 'node:fs';
import path from 'node:path';
import { readText } from '@/agent/collectors/read-text';
import { readStatistics, type SessionStatistics } from '@/agent/collectors/session-statistics';

/**
 * What the folder `rdiff-backup-data` of a repository of this machine tells. rdiff-backup itself would lock it for as long as it reads, so
 * that a backup which begins meanwhile is refused; and it lists no backup after which nothing changed.
 */
export interface RdiffFolder {
  /** When each backup began, in seconds, oldest first. */
  seconds: readonly number[];
  /** By the second at which a backup began: what it counted when it had ended. */
  sessions: ReadonlyMap<number, SessionStatistics>;
  /** When the backup began that is being written, or was cut short, in seconds; null: there is none. */
  unfinishedSecond: number | null;
  /** What the newest backup was told to read, when that is an absolute path; null: it is not known. */
  sourcePath: string | null;
  lock: { pid: number; host: string; createdAt: string | null } | null;
}

const STATISTICS_BYTES_MAX = 64 * 1024;
const LOG_BYTES_MAX = 256 * 1024;
/** The newest are looked at. */
const SESSIONS_MAX = 2000;

/** @throws an error of the file system when it is not there or cannot be read */
export function readRdiffFolder(repository: string): RdiffFolder {
  const folder = path.join(repository, 'rdiff-backup-data');
  const names = fs.readdirSync(folder);
  const sessions = names.flatMap((name) => {
    const second = secondIn(name, 'session_statistics');
    return second === null ? [] : [{ name, second }];
  });
  const mirrors = names.flatMap((name) => secondIn(name, 'current_mirror') ?? []);
  const increments = names.flatMap((name) => secondIn(name, 'increments') ?? []);
  const seconds = new Set([...increments, ...sessions.map(({ second }) => second), ...mirrors]);
  const lock = lockIn(readText(path.join(folder, 'lock.yml'), STATISTICS_BYTES_MAX) ?? '');
  return {
    seconds: [...seconds].toSorted((a, b) => a - b),
    sessions: new Map(
      sessions
        .toSorted((a, b) => b.second - a.second)
        .slice(0, SESSIONS_MAX)
        .flatMap(({ name, second }) => {
          const text = readText(path.join(folder, name), STATISTICS_BYTES_MAX);
          return text === null ? [] : [[second, readStatistics(text)] as const];
        }),
    ),
    unfinishedSecond: unfinishedIn(mirrors, lock !== null && sessions.length === 0),
    sourcePath: sourceIn(readText(path.join(folder, 'backup.log'), LOG_BYTES_MAX) ?? ''),
    lock,
  };
}

/** A backup names its mirror when it begins, and removes the name of the one before when it has ended; the first of all has none before. */
function unfinishedIn(mirrors: readonly number[], isFirst: boolean): number | null {
  return mirrors.length > 1 || (isFirst && mirrors.length === 1) ? Math.max(...mirrors) : null;
}

/** `session_statistics.2026-11-23T06:12:46Z.data`; where colons are forbidden in names, dashes stand for them. */
export function secondIn(name: string, kind: string): number | null {
  const [, found, day, clock, zone] =
    /^([a-z_]+)\.(\d{4}-\d\d-\d\d)T(\d\d[:-]\d\d[:-]\d\d)(Z|[+-]\d\d[:-]\d\d)\.(?:data|dir|missing)$/.exec(
      name,
    ) ?? [];
  if (found !== kind || !day || !clock || !zone) return null;
  const offset = zone === 'Z' ? zone : `${zone.slice(0, 3)}:${zone.slice(4)}`;
  const at = Date.parse(`${day}T${clock.replaceAll('-', ':')}${offset}`);
  return Number.isNaN(at) ? null : at / 1000;
}

/** The log has each note in one line. */
function sourceIn(log: string): string | null {
  const found = [
    ...log.matchAll(/^NOTE: +Starting backup operation from source path (\/.*?) to destination path /gm),
  ];
  return found.at(-1)?.[1] ?? null;
}

/** The file stays when nobody holds the lock: empty, or with who was killed while holding it. */
function lockIn(text: string): RdiffFolder['lock'] {
  const valueOf = (name: string): string | null =>
    new RegExp(`^${name}: '?([^'\\n]+)'?$`, 'm').exec(text)?.[1] ?? null;
  const pid = Number(valueOf('pid') ?? NaN);
  const at = new Date(valueOf('timestamp') ?? NaN);
  if (!Number.isSafeInteger(pid)) return null;
  return {
    pid,
    host: (valueOf('hostname') ?? '').slice(0, 200),
    createdAt: Number.isNaN(at.getTime()) ? null : at.toISOString(),
  };
}
