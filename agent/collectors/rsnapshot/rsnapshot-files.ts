import fs from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { RsnapshotConfig, RsnapshotSource } from '@/agent/collectors/rsnapshot/rsnapshot-config';
import type { RsnapshotFolder } from '@/agent/collectors/rsnapshot/rsnapshot-points';
import { readText } from '@/agent/collectors/read-text';
import { isProcessAlive } from '@/agent/tools/process-alive';

/** More than any retention keeps. */
const FOLDERS_MAX = 5000;

/**
 * The snapshots that lie in the snapshot root, of the intervals of the configuration. Nothing in them is opened.
 * @throws an error of the file system when the root cannot be read
 */
export function readSnapshotFolders(
  root: string,
  { intervals, sources }: Pick<RsnapshotConfig, 'intervals' | 'sources'>,
  hostname: string,
): RsnapshotFolder[] {
  const names = new Set(intervals.map(({ name }) => name));
  return fs
    .readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => {
      const [, interval = '', number] = /^(.+)\.(\d+)$/.exec(name) ?? [];
      return number !== undefined && names.has(interval) ? [{ name, interval, number: Number(number) }] : [];
    })
    .slice(0, FOLDERS_MAX)
    .flatMap(({ name, ...folder }) => {
      const place = path.join(root, name);
      const stat = fs.statSync(place, { throwIfNoEntry: false });
      if (!stat) return []; // rotated away meanwhile
      return [{ ...folder, changedAt: stat.mtime, held: heldIn(place, sources, hostname) }];
    });
}

function heldIn(
  folder: string,
  sources: readonly RsnapshotSource[],
  hostname: string,
): RsnapshotFolder['held'] {
  const held = new Map<string, string[]>();
  for (const { host, path: from, place } of sources) {
    if (isMissing(path.join(folder, place))) continue;
    const key = host ?? hostname;
    held.set(key, [...(held.get(key) ?? []), from]);
  }
  return [...held].map(([host, paths]) => ({ host, paths: [...new Set(paths)].toSorted() }));
}

/** What lies behind a folder that may not be entered is not known to be missing. */
function isMissing(place: string): boolean {
  try {
    return fs.statSync(place, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}

/** The lock file of rsnapshot holds the number of its process. */
export interface RsnapshotLock {
  pid: number;
  createdAt: Date;
  isHeld: boolean;
}

/** null: there is none, or it says nothing. */
export function readRsnapshotLock(file: string | null): RsnapshotLock | null {
  const text = file === null ? null : readText(file, 100);
  const pid = Number(/^\s*(\d+)\s*$/.exec(text ?? '')?.[1]);
  if (file === null || !Number.isSafeInteger(pid) || pid <= 0) return null;
  const createdAt = fs.statSync(file, { throwIfNoEntry: false })?.mtime;
  return createdAt ? { pid, createdAt, isHeld: isProcessAlive(pid) } : null;
}

const LOG_BYTES_MAX = 16 * 1024 * 1024;
const ROTATED_LOGS_MAX = 60;

/** The log with those that logrotate put aside, oldest first; null: there is none that can be read. */
export function readLogs(file: string): string | null {
  const texts: string[] = [];
  const newest = readText(file, LOG_BYTES_MAX);
  if (newest !== null) texts.push(newest);
  for (let number = 1; number <= ROTATED_LOGS_MAX; number += 1) {
    const text = readText(`${file}.${number}`, LOG_BYTES_MAX) ?? readPacked(`${file}.${number}.gz`);
    if (text === null) break;
    texts.unshift(text);
  }
  return texts.length === 0 ? null : texts.join('\n');
}

function readPacked(file: string): string | null {
  try {
    return gunzipSync(fs.readFileSync(file), { maxOutputLength: LOG_BYTES_MAX }).toString('utf8');
  } catch {
    return null;
  }
}
