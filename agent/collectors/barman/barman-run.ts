import path from 'node:path';
import type { AgentRun, RunKind } from '@/contract/report';
import { endedBySignal, type BackupOutput, type BackupResult } from '@/agent/collectors/backup-result';
import { complaintsIn } from '@/agent/collectors/barman/barman-output';

/** What the command line of a barman says about what it does. */
export interface BarmanCommand {
  /** Its server; null: several, or none is named. */
  repo: string | null;
  kind: RunKind;
}

const KINDS: ReadonlyMap<string, RunKind> = new Map([
  ['backup', 'backup'],
  ['recover', 'restore'],
  ['restore', 'restore'],
  ['verify', 'verify'],
  ['verify-backup', 'verify'],
  ['delete', 'prune'],
]);

/** null when the command is not barman itself. */
export function readBarmanCommand(command: readonly string[]): BarmanCommand | null {
  if (path.basename(command[0] ?? '') !== 'barman') return null;
  const at = command.findIndex((word) => KINDS.has(word));
  const kind = KINDS.get(command[at] ?? '') ?? 'maintenance';
  const words = at < 0 ? [] : command.slice(at + 1);
  const named = words.filter(
    (word, index) => !word.startsWith('-') && !WITH_VALUE.has(words[index - 1] ?? ''),
  );
  const [server, ...others] = named;
  // Of other commands the words behind the server name a backup or a folder.
  const isOne = server !== undefined && server !== 'all' && (kind !== 'backup' || others.length === 0);
  return { repo: isOne ? server : null, kind };
}

const WITH_VALUE = new Set(
  '--name --reuse-backup --retry-times --retry-sleep --jobs -j --bwlimit --wait-timeout --jobs-start-batch-period --jobs-start-batch-size --keepalive-interval --incremental'.split(
    ' ',
  ),
);

/** Reads how barman ended. A backup whose log has not arrived yet cannot be restored, though barman ends with 0. */
export function readBarmanResult(output: BackupOutput, kind: RunKind | null): BackupResult {
  const said = `${output.stdout}\n${output.stderr}`;
  const isWaiting = said.includes('classified as WAITING_FOR_WALS');
  const isRestoredShort = said.includes('The backup we have recovered IS NOT VALID');
  const complaints = complaintsIn(output.stdout.trim().split('\n').at(-1) ?? '');
  const status = statusOf(output, complaints.length > 0 || isRestoredShort, isWaiting);
  return {
    run: {
      status,
      partial: false,
      bytes: null,
      files: null,
      errors: status === 'failed' ? Math.max(1, complaints.length) : 0,
      warnings: status === 'warning' ? 1 : 0,
      exit_code: output.exitCode,
      error_code: null,
    },
    pointId: status === 'failed' ? null : idIn(output.stdout),
    missingPaths: [],
    notRemovedCount: 0,
    isAppendOnly: false,
    isDryRun: kind === 'maintenance',
  };
}

function statusOf(output: BackupOutput, hasFailed: boolean, isWaiting: boolean): AgentRun['status'] {
  const ended = endedBySignal(output);
  if (ended) return ended;
  if (output.exitCode !== 0 || hasFailed) return 'failed';
  return isWaiting ? 'warning' : 'success';
}

/** Of the backup that was made; of several none is the one. */
function idIn(stdout: string): string | null {
  const found = [
    ...stdout.matchAll(/Starting backup using \S+ method for server \S+ in \S*\/(\d{8}T\d{6})\b/g),
  ];
  const ids = new Set(found.map(([, id = '']) => id));
  return ids.size === 1 ? ([...ids][0] ?? null) : null;
}
