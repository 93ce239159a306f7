import path from 'node:path';
import type { RunKind } from '@/contract/report';
import { readBarmanCommand, readBarmanResult } from '@/agent/collectors/barman/barman-run';
import { readCommandResult, type BackupOutput, type BackupResult } from '@/agent/collectors/backup-result';
import { readBorgCommand } from '@/agent/collectors/borg/borg-command-line';
import { readBorgLines } from '@/agent/collectors/borg/borg-output';
import { isOfBorg, readBorgResult } from '@/agent/collectors/borg/borg-run';
import { readBorgmaticKind, readBorgmaticResult } from '@/agent/collectors/borgmatic/borgmatic-run';
import {
  isOfDuplicity,
  readDuplicityCommand,
  readDuplicityResult,
} from '@/agent/collectors/duplicity/duplicity-run';
import { isOfRdiff, readRdiffCommand, readRdiffResult } from '@/agent/collectors/rdiff-backup/rdiff-run';
import { readText } from '@/agent/collectors/read-text';
import { readResticCommand } from '@/agent/collectors/restic/restic-command-line';
import { readResticLines } from '@/agent/collectors/restic/restic-output';
import { isOfRestic, readResticResult } from '@/agent/collectors/restic/restic-run';
import { readRsnapshotCommand } from '@/agent/collectors/rsnapshot/rsnapshot-command-line';
import { isOfRsnapshot, readRsnapshotResult } from '@/agent/collectors/rsnapshot/rsnapshot-run';
import type { ToolName } from '@/agent/config/agent-config';
import type { Environment } from '@/agent/places';

/** What the command line of a backup says, when it is that of a tool we read. */
export interface BackupCommand {
  program: ToolName | 'borgmatic';
  /** Whose repositories it writes to. */
  tool: ToolName;
  repo: string | null;
  passwordFile: string | null;
  passwordCommand: string | null;
  /** As given, from where it ran; empty when something else tells them. */
  sourcePaths: readonly string[];
  kind: RunKind;
}

const NO_PASSWORD = { passwordFile: null, passwordCommand: null } as const;

/** null when the command is no tool of ours (a script may still run one). */
export function readBackupCommand(command: readonly string[], env: Environment): BackupCommand | null {
  const restic = readResticCommand(command, env);
  if (restic) return { ...restic, program: 'restic', tool: 'restic', sourcePaths: [] };
  const borg = readBorgCommand(command, env);
  if (borg) return { ...borg, ...NO_PASSWORD, program: 'borg', tool: 'borg' };
  const kind = readBorgmaticKind(command);
  if (kind) return { ...NO_PASSWORD, program: 'borgmatic', tool: 'borg', repo: null, sourcePaths: [], kind };
  return readPlainCommand(command);
}

const CONFIG_BYTES_MAX = 1024 * 1024;

function readPlainCommand(command: readonly string[]): BackupCommand | null {
  const duplicity = readDuplicityCommand(command);
  if (duplicity) return { ...NO_PASSWORD, ...duplicity, program: 'duplicity', tool: 'duplicity' };
  const rdiff = readRdiffCommand(command);
  if (rdiff) return { ...NO_PASSWORD, ...rdiff, program: 'rdiff-backup', tool: 'rdiff-backup' };
  const barman = readBarmanCommand(command);
  if (barman) return { ...NO_PASSWORD, ...barman, program: 'barman', tool: 'barman', sourcePaths: [] };
  const rsnapshot = readRsnapshotCommand(command, (file) => readText(file, CONFIG_BYTES_MAX));
  if (!rsnapshot) return null;
  const { configFile: repo, kind } = rsnapshot;
  return { ...NO_PASSWORD, program: 'rsnapshot', tool: 'rsnapshot', repo, sourcePaths: [], kind };
}

/** The tool whose backup it was: by its command line, or by how a script's output speaks; null when nobody can say. */
export function toolOf(command: BackupCommand | null, output: BackupOutput): ToolName | null {
  if (command) return command.tool;
  if (isOfBorg(output)) return 'borg';
  if (isOfDuplicity(output)) return 'duplicity';
  if (isOfRdiff(output)) return 'rdiff-backup';
  if (isOfRsnapshot(output)) return 'rsnapshot';
  return isOfRestic(output) ? 'restic' : null;
}

/** How it ended. Paths are given from where it ran; they are kept whole. */
export function readBackupResult(command: BackupCommand | null, output: BackupOutput): BackupResult {
  const result = readOwnResult(command, output);
  return { ...result, missingPaths: result.missingPaths.map((one) => path.resolve(one)) };
}

function readOwnResult(command: BackupCommand | null, output: BackupOutput): BackupResult {
  const kind = command?.kind ?? null;
  if (command?.program === 'borgmatic') return readBorgmaticResult(output, command.kind);
  switch (toolOf(command, output)) {
    case 'restic':
      return readResticResult(output, kind);
    case 'borg':
      return readBorgResult(output, kind, command?.sourcePaths ?? []);
    case 'rsnapshot':
      return readRsnapshotResult(output, kind);
    case 'rdiff-backup':
      return readRdiffResult(output, kind);
    case 'duplicity':
      return readDuplicityResult(output, kind);
    case 'barman':
      return readBarmanResult(output, kind);
    case null:
      return readCommandResult(output);
  }
}

/** What it wrote to stderr, in words. */
export function stderrTexts(tool: ToolName | null, stderr: string): readonly string[] {
  if (tool !== 'borg') return readResticLines(stderr).texts;
  const texts = readBorgLines(stderr).map(({ text }) => text);
  return texts.filter((text) => !text.startsWith('Traceback '));
}
