import fs from 'node:fs';
import path from 'node:path';
import type { RepositoryAccess } from '@/agent/collectors/repository-access';
import type { LimitSettings, RepositorySettings } from '@/agent/config/agent-config';
import type { Environment } from '@/agent/places';
import { makeRedact, secretsOfEnvironment, secretsOfFile, secretsOfLocation } from '@/agent/redact';
import { runProgram, type ProgramOutcome, type ProgramRequest } from '@/agent/tools/run-program';

/** @param workFolder for borg's cache and what it knows of repositories; the user's own are left alone */
export function borgAccess(
  program: string,
  settings: RepositorySettings,
  limits: LimitSettings,
  given: Environment,
  workFolder: string,
): RepositoryAccess {
  const secrets = [
    ...secretsOfEnvironment({ ...given, ...settings.env }),
    ...(settings.password_env === undefined ? [] : [given[settings.password_env] ?? '']),
    ...secretsOfLocation(settings.repo),
    ...secretsOfFile(settings.password_file),
  ];
  const env = borgEnvironment(settings, given, workFolder);
  return { program, settings, limits, env, redact: makeRedact(secrets) };
}

/**
 * Asks borg one thing about the repository. The lock of the repository is neither waited for nor taken, whatever is asked;
 * the address goes through the environment.
 */
export function askBorg(
  access: RepositoryAccess,
  args: readonly string[],
  timeLimitSeconds = access.limits.command_seconds,
  more: Pick<ProgramRequest, 'cwd' | 'onStart' | 'onStdout'> = {},
): Promise<ProgramOutcome> {
  makeWorkFolders(access.env);
  return runProgram({
    program: access.program,
    // The wait is for the agent's own cache, which another agent process may be using.
    args: ['--log-json', '--bypass-lock', '--lock-wait', '30', ...args],
    env: access.env,
    timeLimitSeconds,
    ...more,
  });
}

/** The same access with a limit on what comes from another machine; what goes there is not limited. */
export function throttledBorg(access: RepositoryAccess, kibPerSecond: number): RepositoryAccess {
  const agent = [process.execPath, path.resolve(process.argv[1] ?? '')];
  const words = [...agent, 'throttle', String(kibPerSecond), '--'].map(quoted).join(' ');
  return { ...access, env: { ...access.env, BORG_RSH: `${words} ${access.env['BORG_RSH'] ?? 'ssh'}` } };
}

/** The version has no repository and takes no other option. */
export function askBorgVersion({ program, env, limits }: RepositoryAccess): Promise<ProgramOutcome> {
  return runProgram({ program, args: ['--version'], env, timeLimitSeconds: limits.command_seconds });
}

const PASSWORD_VARIABLES = ['BORG_PASSPHRASE', 'BORG_PASSCOMMAND', 'BORG_PASSPHRASE_FD'];
/** Not for the tool to see; a file descriptor is not handed on. */
const NOT_HANDED_ON = ['HOLDFAST_TOKEN', 'BORG_PASSPHRASE_FD', 'BORG_REPO'];

function borgEnvironment(settings: RepositorySettings, given: Environment, workFolder: string): Environment {
  const isOurs = settings.password_file ?? settings.password_command ?? settings.password_env;
  const left = Object.fromEntries(
    Object.entries(given).filter(
      ([name]) => !NOT_HANDED_ON.includes(name) && !(isOurs && PASSWORD_VARIABLES.includes(name)),
    ),
  );
  return {
    // Asking would be for nobody: there is no terminal.
    BORG_RSH: 'ssh -oBatchMode=yes',
    BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK: 'no',
    BORG_RELOCATED_REPO_ACCESS_IS_OK: 'no',
    ...left,
    ...settings.env,
    ...consent(settings),
    ...passwordVariable(settings, given),
    BORG_REPO: settings.repo,
    BORG_CACHE_DIR: path.join(workFolder, 'cache'),
    BORG_SECURITY_DIR: path.join(workFolder, 'security'),
    BORG_EXIT_CODES: 'modern',
    BORG_DISPLAY_PASSPHRASE: 'no',
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
  };
}

function consent({ accept }: RepositorySettings): Record<string, string> {
  return {
    ...(accept.includes('unencrypted') && { BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK: 'yes' }),
    ...(accept.includes('relocated') && { BORG_RELOCATED_REPO_ACCESS_IS_OK: 'yes' }),
  };
}

function passwordVariable(settings: RepositorySettings, given: Environment): Record<string, string> {
  if (settings.password_file) return { BORG_PASSCOMMAND: `cat -- ${quoted(settings.password_file)}` };
  if (settings.password_command) return { BORG_PASSCOMMAND: settings.password_command };
  if (settings.password_env) return { BORG_PASSPHRASE: given[settings.password_env] ?? '' };
  return {};
}

/** borg splits the command as a shell would. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'"'"'`)}'`;
}

function makeWorkFolders({ BORG_CACHE_DIR, BORG_SECURITY_DIR }: Environment): void {
  for (const folder of [BORG_CACHE_DIR, BORG_SECURITY_DIR])
    if (folder) fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
}
