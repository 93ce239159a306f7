/** What a configuration file of rsnapshot says, as far as reading snapshots needs it. */
export interface RsnapshotConfig {
  /** Without a slash at its end; null: it names none. */
  snapshotRoot: string | null;
  /** From the lowest up, as `retain` gives them. */
  intervals: readonly { name: string; count: number }[];
  lockFile: string | null;
  stopsOnStaleLock: boolean;
  logFile: string | null;
  /** Backups are written to `.sync`, and the lowest interval only rotates. */
  syncsFirst: boolean;
  sources: readonly RsnapshotSource[];
  /** Lines that could not be followed: a file that is not there, or a script that would have to be run. */
  unread: readonly string[];
}

/** One `backup` or `backup_script` line. */
export interface RsnapshotSource {
  /** null: this machine. */
  host: string | null;
  /** As reports name it. */
  path: string;
  /** Where it lies within a snapshot, without slashes around. */
  place: string;
}

const INCLUDES_MAX = 20;

/**
 * Reads the configuration as rsnapshot does: words are parted by tabs, a line that begins with a blank goes on with the one
 * before. A script in place of an included file is not run.
 * @param readText an included file; null: it cannot be read
 */
export function readRsnapshotConfig(
  text: string,
  readText: (file: string) => string | null,
): RsnapshotConfig {
  const { lines, unread } = withIncludes(linesOf(text), readText, INCLUDES_MAX);
  const last = (name: string): string | null => lines.findLast(([word]) => word === name)?.[1] ?? null;
  const isRelative = relativeIn(last('rsync_short_args'), last('rsync_long_args'));
  return {
    snapshotRoot: last('snapshot_root')?.replace(/(?<=.)\/+$/, '') ?? null,
    intervals: lines.flatMap(([word, name = '', count]) =>
      (word === 'retain' || word === 'interval') && name ? [{ name, count: Number(count) || 0 }] : [],
    ),
    lockFile: last('lockfile'),
    stopsOnStaleLock: last('stop_on_stale_lockfile') === '1',
    logFile: last('logfile'),
    syncsFirst: last('sync_first') === '1',
    sources: lines.flatMap((words) => sourceOf(words, isRelative)),
    unread,
  };
}

type Words = readonly string[];

function linesOf(text: string): Words[] {
  const joined: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (/^[\t ]*(?:#|$)/.test(line)) continue;
    if (/^[\t ]/.test(line) && joined.length > 0) joined.push(`${joined.pop() ?? ''}\t${line.trim()}`);
    else joined.push(line);
  }
  return joined.map((line) => line.split(/\t+/).map((word) => word.trim()));
}

function withIncludes(
  lines: readonly Words[],
  readText: (file: string) => string | null,
  left: number,
): { lines: Words[]; unread: string[] } {
  const parts = lines.map((words): { lines: Words[]; unread: string[] } => {
    const [word, file = ''] = words;
    if (word !== 'include_conf') return { lines: [words], unread: [] };
    const text = left > 0 && file.startsWith('/') ? readText(file) : null;
    if (text === null) return { lines: [], unread: [`include_conf ${file}`] };
    return withIncludes(linesOf(text), readText, left - 1);
  });
  return {
    lines: parts.flatMap((part) => part.lines),
    unread: parts.flatMap((part) => part.unread),
  };
}

/** Whether rsync keeps the whole path of a source; rsnapshot's own presets do. */
function relativeIn(shortArgs: string | null, longArgs: string | null): boolean {
  return longArgs === null || /--relative\b/.test(longArgs) || /R/.test(shortArgs ?? '');
}

function sourceOf([word, from = '', to = '', options = '']: Words, isRelative: boolean): RsnapshotSource[] {
  const destination = to.replaceAll(/^\/+|\/+$/g, '');
  if (destination === '') return [];
  // What a script is called with may hold a password.
  if (word === 'backup_script')
    return [{ host: null, path: `backup_script ${destination}`, place: destination }];
  if (word !== 'backup') return [];
  const { host, path } = addressOf(from);
  const keepsPath = isRelative && !/rsync_(?:long|short)_args=(?!\+)/.test(options) && !path.includes('/./');
  // A daemon's modules and mounted volumes lose the beginning of their path.
  const isShort = /^(?:rsync|lvm):|::/.test(from);
  return [{ host, path, place: keepsPath && !isShort ? joined(destination, path) : destination }];
}

/** `/path`, `user@host:/path`, `host::module/path`, `rsync://user@host/module/path`, `lvm://group/volume/path`. */
function addressOf(from: string): Pick<RsnapshotSource, 'host' | 'path'> {
  const daemon = /^rsync:\/\/(?:[^@/]*@)?([^/:]+)(?::\d+)?(\/.*)?$/.exec(from);
  if (daemon) return { host: daemon[1] ?? null, path: absolute(daemon[2] ?? '') };
  if (from.startsWith('/')) return { host: null, path: absolute(from) };
  if (from.startsWith('lvm://')) return { host: null, path: from.replace(/\/+$/, '') };
  const remote = /^(?:[^@/]*@)?([^:/]+)::?(.*)$/.exec(from);
  return remote ? { host: remote[1] ?? null, path: absolute(remote[2] ?? '') } : { host: null, path: from };
}

const absolute = (text: string): string => `/${text.replaceAll(/^\/+|\/+$/g, '')}`;

const joined = (destination: string, path: string): string =>
  `${destination}/${path.replace(/^\/+/, '')}`.replace(/\/+$/, '');
