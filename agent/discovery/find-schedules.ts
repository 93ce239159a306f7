import fs from 'node:fs';
import path from 'node:path';
import { readCommandWords } from '@/agent/discovery/read-command-words';

/** A backup command that something starts by itself. */
export interface ScheduledCommand {
  /** File and line, or unit. */
  place: string;
  kind: 'cron' | 'systemd';
  /** The tool among its words. */
  tool: BackupTool;
  /** From the tool on. */
  words: string[];
  /** Variables that are set for it in the same file. */
  env: Record<string, string>;
}

export const BACKUP_TOOLS = [
  'restic',
  'borg',
  'borgmatic',
  'rsnapshot',
  'rdiff-backup',
  'duplicity',
  'barman',
  'rclone',
  'resticprofile',
  'autorestic',
] as const;
export type BackupTool = (typeof BACKUP_TOOLS)[number];

const CRON_FILES = ['etc/crontab'];
const CRON_FOLDERS = [
  'etc/cron.d',
  'etc/cron.hourly',
  'etc/cron.daily',
  'etc/cron.weekly',
  'etc/cron.monthly',
  'var/spool/cron/crontabs',
  'var/spool/cron',
];
const UNIT_FOLDERS = [
  'etc/systemd/system',
  'usr/local/lib/systemd/system',
  'usr/lib/systemd/system',
  'lib/systemd/system',
];
const FILE_SIZE_MAX = 256 * 1024;
const FILES_MAX = 5000;

/**
 * Looks through cron's files, and through services that a timer starts.
 * @param root where the file system begins
 * @param home of the user who asks; its own units are looked at too
 */
export function findScheduledCommands(root: string, home: string): ScheduledCommand[] {
  const cron = [
    ...CRON_FILES.map((file) => path.join(root, file)),
    ...CRON_FOLDERS.flatMap((one) => filesIn(path.join(root, one))),
  ];
  const units = [...UNIT_FOLDERS.map((one) => path.join(root, one)), path.join(home, '.config/systemd/user')];
  return distinct([
    ...cron.flatMap((file) => commandsIn(file, 'cron')),
    ...units
      .flatMap(filesIn)
      .filter(isTimedService)
      .flatMap((file) => commandsIn(file, 'systemd')),
  ]);
}

function isTimedService(file: string): boolean {
  return file.endsWith('.service') && fs.existsSync(file.replace(/\.service$/, '.timer'));
}

function commandsIn(file: string, kind: ScheduledCommand['kind']): ScheduledCommand[] {
  const lines = readText(file).replaceAll('\\\n', ' ').split('\n');
  const env: Record<string, string> = {};
  return lines.flatMap((line, index) => {
    const set = assignment(line);
    if (set) env[set.name] = set.value;
    if (set || /^\s*(?:#|;|$)/.test(line)) return [];
    const words = kind === 'systemd' ? execWords(line) : readCommandWords(line);
    return commandsAmong(words).map(({ tool, command, own }) => ({
      place: `${file}:${index + 1}`,
      kind,
      tool,
      words: command,
      env: { ...env, ...own },
    }));
  });
}

function execWords(line: string): string[] {
  const command = /^\s*Exec(?:Start|StartPre|StartPost)=[-@:+!]*(.*)$/.exec(line)?.[1];
  return command === undefined ? [] : readCommandWords(command).flatMap(insideShell);
}

/** `sh -c '…'` hands its words over as one. */
const insideShell = (word: string): string[] => (/\s/.test(word) ? readCommandWords(word) : [word]);

/** `NAME=value` of cron and scripts, `Environment=NAME=value` of systemd. */
function assignment(line: string): { name: string; value: string } | null {
  const [, name = '', value = ''] =
    /^\s*(?:export\s+|Environment=["']?)?([A-Z][A-Z0-9_]*)=(.*?)["']?\s*$/.exec(line) ?? [];
  if (name === '' || /\s/.test(value.trim())) return null;
  return { name, value: value.trim().replace(/^["']/, '') };
}

interface Found {
  tool: BackupTool;
  command: string[];
  own: Record<string, string>;
}

function commandsAmong(words: readonly string[]): Found[] {
  const at = words.findIndex((word) => toolNamed(word) !== null);
  const tool = toolNamed(words[at] ?? '');
  if (at < 0 || tool === null) return [];
  const end = words.findIndex((word, index) => index > at && /^(?:[|;&]+|\d?>.*)$/.test(word));
  const own = words.slice(0, at).flatMap((word) => {
    const set = assignment(word);
    return set ? [[set.name, set.value] as const] : [];
  });
  return [{ tool, command: words.slice(at, end < 0 ? undefined : end), own: Object.fromEntries(own) }];
}

function toolNamed(word: string): BackupTool | null {
  const name = path.basename(word);
  return BACKUP_TOOLS.find((tool) => tool === name) ?? null;
}

function distinct(found: readonly ScheduledCommand[]): ScheduledCommand[] {
  return [
    ...new Map(
      found.map((one) => [fs.realpathSync(one.place.replace(/:\d+$/, '')) + one.words.join(' '), one]),
    ).values(),
  ];
}

function filesIn(folder: string): string[] {
  try {
    return fs
      .readdirSync(folder, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => path.join(folder, entry.name))
      .slice(0, FILES_MAX);
  } catch {
    return [];
  }
}

function readText(file: string): string {
  try {
    const stat = fs.statSync(file);
    return stat.isFile() && stat.size <= FILE_SIZE_MAX ? fs.readFileSync(file, 'utf8') : '';
  } catch {
    return '';
  }
}
