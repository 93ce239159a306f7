import { exitCode } from '@/agent/agent-error';
import {
  loadConfig,
  repositoryOf,
  type AgentConfig,
  type CheckSettings,
  type RepositorySettings,
} from '@/agent/config/agent-config';
import { fitReport } from '@/agent/delivery/fit-report';
import { collectRepositories } from '@/agent/report/collect-repositories';
import { makeReport, NOBODY_ID, numberReport, type UnnumberedReport } from '@/agent/report/make-report';
import { speakerFor } from '@/agent/report/send-collection';
import { readEnrolment } from '@/agent/state/enrolment';
import { readMemory } from '@/agent/state/memory';
import { parseCommandLine, print, usageError, type Command, type CommandContext } from './command';

const HELP = `holdfast-agent collect --tool restic --repo R [options]

Reads a repository and prints the report. Sends nothing, keeps nothing, needs no enrolment.
R is an address as for 'restic -r', or the name of a repository in the configuration file; without --repo, all of them.
The password comes from RESTIC_PASSWORD, RESTIC_PASSWORD_FILE or RESTIC_PASSWORD_COMMAND, or from the configuration.

  --json                   print the report as JSON (the default prints a summary)
  --password-file FILE     where the password is
  --password-command CMD   what prints the password
  --check DEPTH            check now: structure, all, or a share of the data such as 10%
  --no-stats               leave out the size of the repository
  --time-limit SECONDS     for one reading command (default 120)

It ends with 0 when the report could be made, whatever the report says.
`;

export const collect: Command = {
  summary: 'read a repository and print the report',
  help: HELP,
  run: runCollect,
};

async function runCollect({ args, env, places }: CommandContext): Promise<number> {
  const { values } = parseCommandLine('collect', args, {
    tool: { type: 'string', default: 'restic' },
    repo: { type: 'string' },
    json: { type: 'boolean', default: false },
    'password-file': { type: 'string' },
    'password-command': { type: 'string' },
    check: { type: 'string' },
    'no-stats': { type: 'boolean', default: false },
    'time-limit': { type: 'string' },
  });
  if (values.tool !== 'restic')
    throw usageError('collect', `"${values.tool}" is not a tool that this version reads; restic is`);
  const config = withTimeLimit(loadConfig(places.configFile), values['time-limit']);
  const check = checkSettings(values.check);
  const repositories = chosenRepositories(
    config,
    values.repo,
    values['password-file'],
    values['password-command'],
  );
  const collected = await collectRepositories({
    config,
    env,
    repositories: values['no-stats'] ? repositories.map((one) => ({ ...one, stats: false })) : repositories,
    memory: readMemory(places.stateDir),
    checkFor: () => check,
  });
  const speaker = speakerFor(readEnrolment(places.stateDir), places.stateDir);
  const report = makeReport(collected.collection, collected.toolVersion, speaker, new Date());
  await print(values.json ? reportJson(report) : summaryOf(report));
  return exitCode.ok;
}

/** A report that is only looked at has no place in a stream. */
function reportJson(report: UnnumberedReport): string {
  return fitReport(
    (candidate) => numberReport(candidate, { epoch: NOBODY_ID, sequence: 1, previous_report_sha256: null }),
    report,
  );
}

function withTimeLimit(config: AgentConfig, text: string | undefined): AgentConfig {
  if (text === undefined) return config;
  const seconds = Number(text);
  if (!(seconds > 0)) throw usageError('collect', '--time-limit must be a number of seconds');
  return {
    ...config,
    limits: { command_seconds: seconds, stats_seconds: Math.min(seconds, config.limits.stats_seconds) },
  };
}

function checkSettings(depth: string | undefined): CheckSettings | null {
  if (depth === undefined) return null;
  if (depth !== 'structure' && depth !== 'all' && !/^\d{1,3}(\.\d+)?%$/.test(depth))
    throw usageError('collect', '--check must be structure, all or a percentage such as 10%');
  return { read_data: depth, every_hours: 1, time_limit_minutes: 240 };
}

function chosenRepositories(
  config: AgentConfig,
  repo: string | undefined,
  passwordFile: string | undefined,
  passwordCommand: string | undefined,
): RepositorySettings[] {
  if (repo === undefined) {
    if (config.repositories.length === 0)
      throw usageError('collect', 'collect needs --repo: the configuration names no repository');
    return config.repositories;
  }
  if (passwordFile !== undefined && passwordCommand !== undefined)
    throw usageError('collect', 'give --password-file or --password-command, not both');
  const password = {
    ...(passwordFile !== undefined && { password_file: passwordFile }),
    ...(passwordCommand !== undefined && { password_command: passwordCommand }),
  };
  const configured = config.repositories.find((one) => one.name === repo || one.repo === repo);
  if (configured && Object.keys(password).length === 0) return [configured];
  return [repositoryOf({ tool: 'restic', repo: configured?.repo ?? repo, ...password })];
}

function summaryOf(report: UnnumberedReport): string {
  const repositories = report.repositories.map((one) => {
    const points = report.recovery_points.filter((point) => point.repository_key === one.repository_key);
    const newest = points[0] ? `newest ${points[0].taken_at}` : 'none';
    const state = one.problem ? `${one.problem.code}: ${one.problem.message ?? ''}` : 'readable';
    return `${one.location}\n  ${state}\n  ${points.length} recovery points, ${newest}`;
  });
  const checks = report.verifications.map(
    (one) => `check (${one.kind}): ${one.result}, ${one.errors ?? '?'} errors`,
  );
  const problems = report.problems.map((one) => `${one.severity}: ${one.message ?? one.code}`);
  return [...repositories, ...checks, ...problems].join('\n');
}
