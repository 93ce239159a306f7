import path from 'node:path';
import { exitCode } from '@/agent/agent-error';
import { collectDumps } from '@/agent/collectors/dumps/collect-dumps';
import {
  dumpFolderOf,
  isRestorable,
  loadConfig,
  type AgentConfig,
  type CheckSettings,
  type DumpFolderSettings,
} from '@/agent/config/agent-config';
import { CONFIDENCE_WORDS, TOOL_READINGS } from '@/agent/collectors/tool-reading';
import { fitReport } from '@/agent/delivery/fit-report';
import {
  collectOthers,
  hasOthers,
  onlyOther,
  OTHER_READINGS,
  otherTool,
} from '@/agent/report/collect-others';
import { collectRepositories } from '@/agent/report/collect-repositories';
import { mergeCollections, type Collection } from '@/agent/report/collection';
import { configuredRepositories } from '@/agent/report/configured-repositories';
import { makeReport, NOBODY_ID, numberReport, type UnnumberedReport } from '@/agent/report/make-report';
import { speakerFor } from '@/agent/report/send-collection';
import { collectStanzas } from '@/agent/restore-test/stanza-collection';
import { readEnrolment } from '@/agent/state/enrolment';
import { readMemory } from '@/agent/state/memory';
import { acceptGiven, chosenRepositories, toolGiven } from './chosen-repositories';
import { parseCommandLine, print, usageError, type Command, type CommandContext } from './command';

const TOLD_READINGS = Object.entries(TOOL_READINGS)
  .map(
    ([tool, { confidence, versions }]) =>
      `  ${tool.padEnd(12)} ${CONFIDENCE_WORDS[confidence]} (${versions})`,
  )
  .join('\n');

const HELP = `holdfast-agent collect [--tool TOOL] --repo R [options]

Reads a repository and prints the report. Sends nothing, keeps nothing but borg's cache, needs no enrolment.
R is an address as the tool takes it, or the name of a repository in the configuration file; without --repo, all of them.
The password comes from the tool's own variables (RESTIC_PASSWORD, BORG_PASSPHRASE, …), or from the configuration.

  --tool TOOL              restic (the default), borg, rdiff-backup, duplicity: for a repository that the configuration does
                           not name; rsnapshot: R is its configuration file; barman: R is the name of a server;
                           dumps: R is a folder of dumps
${Object.entries(OTHER_READINGS)
  .map(([tool, reading]) => `                           ${tool}: R is ${reading}`)
  .join('\n')}
  --pattern PATTERN        dumps: which files, such as 'shop-*.sql.gz' (default: all)
  --json                   print the report as JSON (the default prints a summary)
  --password-file FILE     where the password is
  --password-command CMD   what prints the password
  --check DEPTH            check now: structure, all (pgbackrest: this alone), or (restic) a share of the data such as 10%
  --accept WHAT            borg: unencrypted, relocated; what you know to be right of this repository
  --no-stats               leave out the size of the repository
  --time-limit SECONDS     for one reading command (default 120)

It ends with 0 when the report could be made, whatever the report says.

How each tool is read was made from:
${TOLD_READINGS}
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
    pattern: { type: 'string' },
    accept: { type: 'string', multiple: true, default: [] },
    'no-stats': { type: 'boolean', default: false },
    'time-limit': { type: 'string' },
  });
  const config = withTimeLimit(loadConfig(places.configFile), values['time-limit']);
  const memory = readMemory(places.stateDir);
  const speaker = speakerFor(readEnrolment(places.stateDir), places.stateDir);
  const tell = async (collection: Collection, toolVersion: string | null): Promise<number> => {
    const report = makeReport(collection, toolVersion, speaker, new Date());
    await print(values.json ? reportJson(report) : summaryOf(report));
    return exitCode.ok;
  };
  const dumpsOf = (folders: readonly DumpFolderSettings[]) =>
    collectDumps({ folders, env, memory, now: new Date() });
  const check = checkSettings(values.check);
  const othersOf = async (chosen: AgentConfig): Promise<Collection> => {
    // `pgbackrest verify` reads all of it or nothing.
    const stanzaCheck = check?.read_data === 'all' ? check : null;
    const stanzas = await collectStanzas(chosen, env, memory, () => stanzaCheck);
    const others = await collectOthers({ config: chosen, env, memory, now: new Date() });
    return mergeCollections([stanzas.collection, others.collection]);
  };
  if (values.tool === 'dumps') {
    const { collection } = await dumpsOf(chosenDumpFolders(config, values.repo, values.pattern));
    return tell(collection, null);
  }
  if (values.pattern !== undefined) throw usageError('collect', '--pattern belongs to --tool dumps');
  const other = otherTool.safeParse(values.tool).data;
  if (other !== undefined) {
    if (check && (other !== 'pgbackrest' || check.read_data !== 'all'))
      throw usageError(
        'collect',
        other === 'pgbackrest'
          ? 'pgBackRest verifies all or nothing: give --check all'
          : `the agent does not check ${other}`,
      );
    const chosen = onlyOther(config, other, values.repo);
    if (typeof chosen === 'string') throw usageError('collect', `collect --tool ${other}: ${chosen}`);
    return tell(await othersOf(chosen), null);
  }
  const isAll = values.repo === undefined && values.tool === undefined;
  const hasNoRepository = config.repositories.length + config.borgmatic_configs.length === 0;
  const hasMore = config.dump_folders.length + config.restore_tests.postgres.length > 0 || hasOthers(config);
  if (isAll && hasNoRepository && hasMore) {
    const dumps = await dumpsOf(config.dump_folders);
    return tell(mergeCollections([dumps.collection, await othersOf(config)]), null);
  }
  const configured = await configuredRepositories(config, env);
  const repositories = chosenRepositories('collect', configured, values.repo, {
    tool: toolGiven('collect', values.tool),
    passwordFile: values['password-file'],
    passwordCommand: values['password-command'],
    accept: acceptGiven('collect', values.accept),
  });
  const unchecked = check && repositories.find((one) => !isRestorable(one));
  if (unchecked) throw usageError('collect', `the agent does not check repositories of ${unchecked.tool}`);
  if (check?.read_data?.endsWith('%') && repositories.some(({ tool }) => tool === 'borg'))
    throw usageError('collect', 'borg cannot check a share of the data: give --check structure or all');
  const collected = await collectRepositories({
    config,
    env,
    stateDir: places.stateDir,
    repositories: values['no-stats'] ? repositories.map((one) => ({ ...one, stats: false })) : repositories,
    retention: configured.retention,
    memory,
    checkFor: () => check,
  });
  const more = isAll ? [(await dumpsOf(config.dump_folders)).collection, await othersOf(config)] : [];
  const collection = mergeCollections([collected.collection, ...more]);
  const problems = values.repo === undefined ? configured.problems : [];
  return tell({ ...collection, problems: [...problems, ...collection.problems] }, collected.toolVersion);
}

function chosenDumpFolders(
  { dump_folders: configured }: AgentConfig,
  folder: string | undefined,
  pattern: string | undefined,
): readonly DumpFolderSettings[] {
  if (folder === undefined && configured.length === 0)
    throw usageError(
      'collect',
      'collect --tool dumps needs --repo: the configuration names no folder of dumps',
    );
  if (folder === undefined) return configured;
  const known = configured.filter((one) => one.name === folder || one.folder === folder);
  if (known.length > 0 && pattern === undefined) return known;
  const given = { folder: path.resolve(folder), ...(pattern !== undefined && { pattern }) };
  return [dumpFolderOf(given)];
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
