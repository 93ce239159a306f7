import { exitCode } from '@/agent/agent-error';
import {
  loadConfig,
  repositoryOf,
  toolName,
  type AgentConfig,
  type CheckSettings,
  type RepositorySettings,
  type ToolName,
} from '@/agent/config/agent-config';
import { fitReport } from '@/agent/delivery/fit-report';
import { collectRepositories } from '@/agent/report/collect-repositories';
import { configuredRepositories, type ConfiguredRepositories } from '@/agent/report/configured-repositories';
import { makeReport, NOBODY_ID, numberReport, type UnnumberedReport } from '@/agent/report/make-report';
import { speakerFor } from '@/agent/report/send-collection';
import { readEnrolment } from '@/agent/state/enrolment';
import { readMemory } from '@/agent/state/memory';
import { parseCommandLine, print, usageError, type Command, type CommandContext } from './command';

const HELP = `holdfast-agent collect [--tool restic|borg] --repo R [options]

Reads a repository and prints the report. Sends nothing, keeps nothing but borg's cache, needs no enrolment.
R is an address as the tool takes it, or the name of a repository in the configuration file; without --repo, all of them.
The password comes from the tool's own variables (RESTIC_PASSWORD, BORG_PASSPHRASE, …), or from the configuration.

  --tool TOOL              restic (the default) or borg, for a repository that the configuration does not name
  --json                   print the report as JSON (the default prints a summary)
  --password-file FILE     where the password is
  --password-command CMD   what prints the password
  --check DEPTH            check now: structure, all, or (restic) a share of the data such as 10%
  --accept WHAT            borg: unencrypted, relocated; what you know to be right of this repository
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
    tool: { type: 'string' },
    repo: { type: 'string' },
    json: { type: 'boolean', default: false },
    'password-file': { type: 'string' },
    'password-command': { type: 'string' },
    check: { type: 'string' },
    accept: { type: 'string', multiple: true, default: [] },
    'no-stats': { type: 'boolean', default: false },
    'time-limit': { type: 'string' },
  });
  const config = withTimeLimit(loadConfig(places.configFile), values['time-limit']);
  const check = checkSettings(values.check);
  const configured = await configuredRepositories(config, env);
  const repositories = chosenRepositories(configured, values.repo, {
    tool: toolGiven(values.tool),
    passwordFile: values['password-file'],
    passwordCommand: values['password-command'],
    accept: acceptGiven(values.accept),
  });
  if (check?.read_data?.endsWith('%') && repositories.some(({ tool }) => tool === 'borg'))
    throw usageError('collect', 'borg cannot check a share of the data: give --check structure or all');
  const collected = await collectRepositories({
    config,
    env,
    stateDir: places.stateDir,
    repositories: values['no-stats'] ? repositories.map((one) => ({ ...one, stats: false })) : repositories,
    retention: configured.retention,
    memory: readMemory(places.stateDir),
    checkFor: () => check,
  });
  const { collection } = collected;
  const problems = values.repo === undefined ? configured.problems : [];
  const found = { ...collection, problems: [...problems, ...collection.problems] };
  const speaker = speakerFor(readEnrolment(places.stateDir), places.stateDir);
  const report = makeReport(found, collected.toolVersion, speaker, new Date());
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

interface GivenAccess {
  tool: ToolName | null;
  passwordFile: string | undefined;
  passwordCommand: string | undefined;
  accept: RepositorySettings['accept'];
}

function toolGiven(text: string | undefined): ToolName | null {
  if (text === undefined) return null;
  const parsed = toolName.safeParse(text);
  if (parsed.success) return parsed.data;
  throw usageError(
    'collect',
    `"${text}" is not a tool that this version reads; ${toolName.options.join(' and ')} are`,
  );
}

function acceptGiven(texts: readonly string[]): RepositorySettings['accept'] {
  return texts.map((text) => {
    if (text === 'unencrypted' || text === 'relocated') return text;
    throw usageError('collect', '--accept must be unencrypted or relocated');
  });
}

function chosenRepositories(
  { repositories, problems }: ConfiguredRepositories,
  repo: string | undefined,
  given: GivenAccess,
): RepositorySettings[] {
  const { tool, passwordFile, passwordCommand, accept } = given;
  if (repo === undefined) {
    const all = repositories.filter((one) => tool === null || one.tool === tool);
    if (all.length + problems.length === 0)
      throw usageError('collect', 'collect needs --repo: the configuration names no such repository');
    return all;
  }
  if (passwordFile !== undefined && passwordCommand !== undefined)
    throw usageError('collect', 'give --password-file or --password-command, not both');
  const password = {
    ...(passwordFile !== undefined && { password_file: passwordFile }),
    ...(passwordCommand !== undefined && { password_command: passwordCommand }),
  };
  const known = repositories.find(
    (one) => (one.name === repo || one.repo === repo) && (tool === null || one.tool === tool),
  );
  if (known && Object.keys(password).length === 0)
    return [{ ...known, accept: [...known.accept, ...accept] }];
  const place = known?.repo ?? repo;
  return [repositoryOf({ tool: known?.tool ?? tool ?? 'restic', repo: place, accept, ...password })];
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
