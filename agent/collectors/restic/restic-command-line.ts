import fs from 'node:fs';
import path from 'node:path';
import type { RunKind } from '@/contract/report';
import type { Environment } from '@/agent/places';

/** What the command line of a restic says about where it works. */
export interface ResticCommand {
  repo: string | null;
  passwordFile: string | null;
  passwordCommand: string | null;
  kind: RunKind;
}

const KINDS: Readonly<Record<string, RunKind>> = {
  backup: 'backup',
  copy: 'copy',
  check: 'check',
  restore: 'restore',
  prune: 'prune',
  forget: 'prune',
};

/** null when the command is not restic itself (a script may still run it). */
export function readResticCommand(command: readonly string[], env: Environment): ResticCommand | null {
  if (!/^restic(?:[-_.].*)?$/.test(path.basename(command[0] ?? ''))) return null;
  const args = command.slice(1);
  const repoFile = valueOf(args, ['--repository-file']) ?? env['RESTIC_REPOSITORY_FILE'] ?? null;
  return {
    repo:
      valueOf(args, ['-r', '--repo']) ??
      (repoFile === null ? (env['RESTIC_REPOSITORY'] ?? null) : readLine(repoFile)),
    passwordFile: valueOf(args, ['-p', '--password-file']),
    passwordCommand: valueOf(args, ['--password-command']),
    kind: args.map((arg) => KINDS[arg]).find((kind) => kind !== undefined) ?? 'maintenance',
  };
}

function valueOf(args: readonly string[], names: readonly string[]): string | null {
  for (const [index, arg] of args.entries()) {
    if (names.includes(arg)) return args[index + 1] ?? null;
    const name = names.find((one) => one.startsWith('--') && arg.startsWith(`${one}=`));
    if (name) return arg.slice(name.length + 1);
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
