import path from 'node:path';
import type { AgentRun, RunKind } from '@/contract/report';
import { endedBySignal, type BackupOutput, type BackupResult } from '@/agent/collectors/backup-result';
import { hasLostMost } from '@/agent/collectors/rdiff-backup/rdiff-points';
import { rdiffTexts } from '@/agent/collectors/rdiff-backup/rdiff-problem';
import { countIn, statisticsIn, type SessionStatistics } from '@/agent/collectors/session-statistics';

/** What the command line of an rdiff-backup says about where it works. */
export interface RdiffCommand {
  repo: string | null;
  sourcePaths: readonly string[];
  kind: RunKind;
}

const KINDS: ReadonlyMap<string, RunKind> = new Map([
  ['backup', 'backup'],
  ['restore', 'restore'],
  ['verify', 'verify'],
  ['remove', 'prune'],
]);

/** null when the command is not rdiff-backup itself. Before 2.2 there were no actions: two places were a backup. */
export function readRdiffCommand(command: readonly string[]): RdiffCommand | null {
  if (!/^rdiff-backup(?:[-_.].*)?$/.test(path.basename(command[0] ?? ''))) return null;
  const words = command.slice(1);
  const action = words.find((word) => ACTIONS.test(word));
  // Options may take values: only where nothing follows them are the last two words source and repository.
  const [source = '', repo = ''] = words.slice(-2);
  const isBackup = (action ?? 'backup') === 'backup';
  const arePlaces = isBackup && !source.startsWith('-') && !repo.startsWith('-') && source !== action;
  if (action === undefined && (!arePlaces || words.some((word) => OLD_ACTION.test(word))))
    return { repo: null, sourcePaths: [], kind: 'maintenance' };
  return {
    repo: arePlaces && repo ? repo : null,
    sourcePaths: arePlaces && source.startsWith('/') ? [source] : [],
    kind: KINDS.get(action ?? 'backup') ?? 'maintenance',
  };
}

const ACTIONS = /^(?:backup|calculate|compare|complete|info|list|regress|remove|restore|server|test|verify)$/;
const OLD_ACTION =
  /^(?:-[lrVh]$|--(?:list|restore|remove|verify|compare|check|test|server|version|calculate))/;

/**
 * Reads how rdiff-backup ended. It ends with 0 though files could not be read: only `--print-statistics`, or what it says on
 * stderr, tells.
 */
export function readRdiffResult(output: BackupOutput, kind: RunKind | null): BackupResult {
  const statistics = statisticsIn(output.stdout, 'Session');
  const texts = rdiffTexts(output.stderr);
  const failed = countIn(statistics, 'Errors') ?? texts.filter((text) => FAILED_FILE.test(text)).length;
  const isShort = failed > 0 || (statistics !== null && hasLostMost(statistics));
  const status = statusOf(output, isShort, texts);
  return {
    run: {
      status,
      partial: status === 'warning' && isShort,
      bytes: statistics && bytesOf(statistics),
      files: statistics && filesOf(statistics),
      errors: status === 'failed' ? Math.max(1, failed) : failed,
      warnings: status === 'warning' ? Math.max(1, failed) : 0,
      exit_code: output.exitCode,
      error_code: status === 'failed' ? errorCode(texts.join('\n')) : null,
    },
    pointId: null,
    missingPaths: [],
    notRemovedCount: 0,
    isAppendOnly: false,
    isDryRun: kind === 'maintenance',
  };
}

const FAILED_FILE = /^(?:WARNING: +)?(?:ListError|UpdateError|SpecialFileError): /;

/** Whether it speaks as rdiff-backup does, though a script may have started it. */
export function isOfRdiff({ stdout }: BackupOutput): boolean {
  return statisticsIn(stdout, 'Session') !== null;
}

/** Since 2.2 the code is a sum: 1 an error, 2 a warning, 4 and 8 the same of single files (its manual page). */
function statusOf(output: BackupOutput, isShort: boolean, texts: readonly string[]): AgentRun['status'] {
  const ended = endedBySignal(output);
  if (ended) return ended;
  const { exitCode } = output;
  if (exitCode === null || exitCode % 2 === 1) return 'failed';
  // A bug of its own that it did not survive; 2.2.2 was seen to end with 0 all the same.
  if (texts.some((text) => text.startsWith('Traceback '))) return 'failed';
  return exitCode > 0 || isShort ? 'warning' : 'success';
}

function errorCode(said: string): string | null {
  if (/Repository is locked by file/.test(said)) return 'repository_locked';
  if (/Source path .* does not exist/.test(said)) return 'source_missing';
  return /no space left on device/i.test(said) ? 'disk_full' : null;
}

function bytesOf(statistics: SessionStatistics): AgentRun['bytes'] {
  return {
    source: countIn(statistics, 'SourceFileSize'),
    read: null,
    transferred: null,
    stored: countIn(statistics, 'TotalDestinationSizeChange'),
  };
}

function filesOf(statistics: SessionStatistics): AgentRun['files'] {
  return {
    total: countIn(statistics, 'SourceFiles'),
    new: countIn(statistics, 'NewFiles'),
    changed: countIn(statistics, 'ChangedFiles'),
    unchanged: null,
    failed: countIn(statistics, 'Errors'),
    deleted: countIn(statistics, 'DeletedFiles'),
  };
}
