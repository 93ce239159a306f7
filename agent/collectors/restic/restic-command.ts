import type { RepositoryAccess } from '@/agent/collectors/repository-access';
import type { LimitSettings, RepositorySettings } from '@/agent/config/agent-config';
import type { Environment } from '@/agent/places';
import { makeRedact, secretsOfEnvironment, secretsOfFile, secretsOfLocation } from '@/agent/redact';
import { runProgram, type ProgramOutcome } from '@/agent/tools/run-program';

export function resticAccess(
  program: string,
  settings: RepositorySettings,
  limits: LimitSettings,
  given: Environment,
): RepositoryAccess {
  const env = resticEnvironment(settings, given);
  const secrets = [
    ...secretsOfEnvironment(env),
    ...secretsOfLocation(settings.repo),
    ...secretsOfFile(env['RESTIC_PASSWORD_FILE']),
  ];
  return { program, settings, limits, env, redact: makeRedact(secrets) };
}

/**
 * Asks restic one thing. It takes no lock and leaves none, whatever is asked; the address goes through the environment,
 * where other users of the machine cannot read it.
 */
export function askRestic(
  access: RepositoryAccess,
  args: readonly string[],
  timeLimitSeconds = access.limits.command_seconds,
): Promise<ProgramOutcome> {
  const cache = hasCacheFolder(access.env) ? [] : ['--no-cache'];
  return runProgram({
    program: access.program,
    args: ['--no-lock', '--json', ...cache, ...args],
    env: access.env,
    timeLimitSeconds,
  });
}

function hasCacheFolder(env: Environment): boolean {
  return Boolean(env['RESTIC_CACHE_DIR'] ?? env['XDG_CACHE_HOME'] ?? env['HOME']);
}

const PASSWORD_VARIABLES = ['RESTIC_PASSWORD', 'RESTIC_PASSWORD_FILE', 'RESTIC_PASSWORD_COMMAND'];

function resticEnvironment(settings: RepositorySettings, given: Environment): Environment {
  const isOurs = settings.password_file ?? settings.password_command ?? settings.password_env;
  const left = Object.fromEntries(
    Object.entries(given).filter(
      ([name]) =>
        name !== 'HOLDFAST_TOKEN' &&
        name !== 'RESTIC_REPOSITORY_FILE' &&
        !(isOurs && PASSWORD_VARIABLES.includes(name)),
    ),
  );
  return {
    ...left,
    ...settings.env,
    ...passwordVariable(settings, given),
    RESTIC_REPOSITORY: settings.repo,
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
  };
}

function passwordVariable(settings: RepositorySettings, given: Environment): Record<string, string> {
  if (settings.password_file) return { RESTIC_PASSWORD_FILE: settings.password_file };
  if (settings.password_command) return { RESTIC_PASSWORD_COMMAND: settings.password_command };
  if (settings.password_env) return { RESTIC_PASSWORD: given[settings.password_env] ?? '' };
  return {};
}
