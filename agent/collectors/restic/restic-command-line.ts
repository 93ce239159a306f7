import fs from 'node:fs';
import path from 'node:path';
import type { RunKind } from '@/contract/report';
import type { Environment } from '@/agent/places';

/** What the command line of a restic says about where it works. */
export interface ResticCommand {
  repo: string | null;
  passwordFile: string | null;
  passwordCommand: string | null;
  /** `maintenance` for what neither makes, removes nor proves a recovery point, such as a dry run. */
  kind: RunKind;
}

const KINDS: ReadonlyMap<string, RunKind> = new Map([
  ['backup', 'backup'],
  ['copy', 'copy'],
  ['check', 'check'],
  ['restore', 'restore'],
  ['prune', 'prune'],
  ['forget', 'prune'],
]);

/** Options before the command that take a value, which is not the command then. */
const GLOBAL_WITH_VALUE: readonly string[] = [
  '-r',
  '--repo',
  '--repository-file',
  '-p',
  '--password-file',
  '--password-command',
  '--key-hint',
  '--cacert',
  '--cache-dir',
  '--compression',
  '--http-user-agent',
  '--limit-download',
  '--limit-upload',
  '-o',
  '--option',
  '--pack-size',
  '--retry-lock',
  '--stuck-request-timeout',
  '--tls-client-cert',
];

/** null when the command is not restic itself (a script may still run it). */
export function readResticCommand(command: readonly string[], env: Environment): ResticCommand | null {
  if (!/^restic(?:[-_.].*)?$/.test(path.basename(command[0] ?? ''))) return null;
  const args = optionsOf(command);
  const repoFile = valueOf(args, ['--repository-file']) ?? env['RESTIC_REPOSITORY_FILE'] ?? null;
  return {
    repo:
      valueOf(args, ['-r', '--repo']) ??
      (repoFile === null ? (env['RESTIC_REPOSITORY'] ?? null) : readLine(repoFile)),
    passwordFile: valueOf(args, ['-p', '--password-file']),
    passwordCommand: valueOf(args, ['--password-command']),
    kind: kindOf(args),
  };
}

/** What follows `--` are names of files, or a command of its own. */
function optionsOf(command: readonly string[]): readonly string[] {
  const end = command.indexOf('--');
  return command.slice(1, end < 0 ? undefined : end);
}

/** `-n`, also among other letters that take no value. */
const DRY_RUN = /^(?:--dry-run|-[cfqvx]*n[cfqvx]*)$/;

function kindOf(args: readonly string[]): RunKind {
  const index = args.findIndex(
    (arg, at) => !arg.startsWith('-') && !GLOBAL_WITH_VALUE.includes(args[at - 1] ?? ''),
  );
  if (args.some((arg) => DRY_RUN.test(arg))) return 'maintenance';
  return KINDS.get(args[index] ?? '') ?? 'maintenance';
}

/** `-r R`, `-rR`, `-r=R`, `--repo R` and `--repo=R` are the same to restic. */
function valueOf(args: readonly string[], names: readonly string[]): string | null {
  for (const [index, arg] of args.entries()) {
    if (names.includes(arg)) return args[index + 1] ?? null;
    const name = names.find((one) => arg.startsWith(one.startsWith('--') ? `${one}=` : one));
    if (name) return arg.slice(name.length).replace(/^=/, '');
  }
  return null;
}

function readLine(file: string): string | null {
  try {
    return fs.readFileSync(file, 'utf8').trim() || null;
  } catch {
    return null;
  }
}
