import type { RepositoryAccess } from '@/agent/collectors/repository-access';
import type { LimitSettings, RepositorySettings } from '@/agent/config/agent-config';
import type { Environment } from '@/agent/places';
import { makeRedact, secretsOfEnvironment, secretsOfLocation } from '@/agent/redact';
import { runProgram, type ProgramOutcome } from '@/agent/tools/run-program';

/** Access to a tool that is told all on its command line, and needs no password of the agent's to list what there is. */
export function plainAccess(
  program: string,
  settings: RepositorySettings,
  limits: LimitSettings,
  given: Environment,
): RepositoryAccess {
  const { HOLDFAST_TOKEN: _token, ...left } = given;
  const env = {
    ...left,
    ...settings.env,
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
    // Nobody sits here to answer: whoever would ask on a screen must fail at once.
    SSH_ASKPASS_REQUIRE: 'never',
  };
  const secrets = [
    ...secretsOfEnvironment({ ...given, ...settings.env }),
    ...secretsOfLocation(settings.repo),
  ];
  return { program, settings, limits, env, redact: makeRedact(secrets) };
}

/** Asks the tool one thing, from a folder that every user may enter. */
export function askPlain(
  { program, env, limits }: RepositoryAccess,
  args: readonly string[],
  timeLimitSeconds = limits.command_seconds,
): Promise<ProgramOutcome> {
  return runProgram({ program, args, env, timeLimitSeconds, cwd: '/' });
}
