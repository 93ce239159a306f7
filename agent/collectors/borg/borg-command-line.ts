import path from 'node:path';
import type { RunKind } from '@/contract/report';
import type { Environment } from '@/agent/places';

/** What the command line of a borg says about where it works. */
export interface BorgCommand {
  repo: string | null;
  /** What `borg create` was told to read; empty when something else tells it (stdin, a file of patterns, a command). */
  sourcePaths: readonly string[];
  /** `maintenance` for what neither makes, removes nor proves a recovery point, such as a dry run. */
  kind: RunKind;
}

const KINDS: ReadonlyMap<string, RunKind> = new Map([
  ['create', 'backup'],
  ['check', 'check'],
  ['extract', 'restore'],
  ['prune', 'prune'],
  ['delete', 'prune'],
]);

/** Options of borg, and of its `create`, `prune` and `check`, that take a value. */
const WITH_VALUE = new Set(
  (
    '--lock-wait --umask --remote-path --remote-ratelimit --upload-ratelimit --remote-buffer --upload-buffer ' +
    '--debug-topic --debug-profile --rsh --socket -e --exclude --exclude-from --pattern --patterns-from ' +
    '--exclude-if-present --filter --comment --timestamp -c --checkpoint-interval --chunker-params -C --compression ' +
    '--stdin-name --stdin-user --stdin-group --stdin-mode --files-cache --files-changed --checkpoint-volume ' +
    '-P --prefix -a --glob-archives --sort-by --first --last --max-duration --strip-components --keep-within ' +
    '--keep-last --keep-secondly --keep-minutely -H --keep-hourly -d --keep-daily -w --keep-weekly -m --keep-monthly ' +
    '-y --keep-yearly'
  ).split(' '),
);

/** null when the command is not borg itself (a script may still run it). */
export function readBorgCommand(command: readonly string[], env: Environment): BorgCommand | null {
  if (!/^borg(?:[-_.].*)?$/.test(path.basename(command[0] ?? ''))) return null;
  const separator = command.indexOf('--');
  const options = command.slice(1, separator < 0 ? undefined : separator);
  const [name = '', ...words] = positionals(options);
  const after = separator < 0 ? [] : command.slice(separator + 1);
  const [place = '', ...paths] = [...words, ...(readsOthers(options) ? [] : after)];
  const repo = repositoryIn(place);
  const isDryRun = options.some((one) => one === '--dry-run' || /^-[npsvx]*n[npsvx]*$/.test(one));
  return {
    repo: repo || (env['BORG_REPO'] ?? null),
    sourcePaths: name === 'create' && !readsOthers(options) ? paths.filter((one) => one !== '-') : [],
    kind: isDryRun ? 'maintenance' : (KINDS.get(name) ?? 'maintenance'),
  };
}

/** What follows `--` is then a command, or there are no paths. */
function readsOthers(options: readonly string[]): boolean {
  return options.some((one) => /^--(?:content|paths)-from-/.test(one));
}

function positionals(options: readonly string[]): string[] {
  return options.filter((one, at) => !isOption(one) && !WITH_VALUE.has(options[at - 1] ?? ''));
}

const isOption = (word: string): boolean => word.startsWith('-') && word !== '-';

/** Of `REPO::ARCHIVE`; the name of an archive may hold colons, and so may an address. */
function repositoryIn(place: string): string {
  return place.split('::', 1)[0] ?? '';
}
