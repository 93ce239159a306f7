import { randomInt, randomUUID } from 'node:crypto';
import path from 'node:path';
import { AgentError, exitCode } from '@/agent/agent-error';
import {
  isRestorable,
  loadConfig,
  testedRepositoryOf,
  type AgentConfig,
  type TestedRepository,
} from '@/agent/config/agent-config';
import { configuredRepositories } from '@/agent/report/configured-repositories';
import { evidenceText, type RestoreEvidence } from '@/agent/restore-test/evidence';
import { withTestLock } from '@/agent/restore-test/one-at-a-time';
import { testPostgres } from '@/agent/restore-test/test-postgres';
import { testRepository } from '@/agent/restore-test/test-repository';
import { SAMPLE_FILES_MAX, SEED_MAX, type SelectionRule } from '@/domain/restore-test/select-files';
import { acceptGiven, chosenRepositories, toolGiven } from './chosen-repositories';
import { parseCommandLine, print, usageError, type Command, type CommandContext } from './command';

const HELP = `holdfast-agent restore-test [--tool restic|borg] --repo R [options]
holdfast-agent restore-test --tool pgbackrest [--stanza S] [options]

Restores files of a recovery point into a folder of its own, compares them, removes them, and prints what that proved.
Never restores over anything that is there. Sends nothing. R is as for 'collect'.

  --json                   print the evidence as JSON (the default prints a summary)
  --tool TOOL              restic (the default), borg, or pgbackrest: restores a backup, starts it with a socket only, and asks the
                           queries that restore_tests.postgres of the configuration names
  --point ID               the recovery point (default: the newest)
  --rule RULE              sample (2 largest, the newest, others by chance) or full
  --files N                files of a sample (default 20)
  --seed N                 makes the same choice again (default: a new one, which is printed)
  --scratch FOLDER         where to make the folder (default: in the state folder)
  --time-limit MINUTES     for all of it (default 120)
  --bandwidth KIB          per second, of what restic reads, and borg from another machine
  --keep-free MB           must stay free beside what is restored (default 1024)
  --manifest FILE          hashes as sha256sum writes them, made before the backup
  --script FILE            called with the folder that holds what was restored: 0 passed, 1 failed, 77 skipped
  --password-file FILE, --password-command CMD, --accept WHAT   as for 'collect'

It ends with 0 when the test passed, 1 when it did not; 'result' says: failed, error or skipped, and why.
`;

export const restoreTest: Command = {
  summary: 'restore a sample elsewhere, compare it, print what that proved',
  help: HELP,
  run: runRestoreTest,
};

async function runRestoreTest({ args, env, places }: CommandContext): Promise<number> {
  const { values } = parseCommandLine('restore-test', args, {
    tool: { type: 'string' },
    repo: { type: 'string' },
    json: { type: 'boolean', default: false },
    point: { type: 'string', default: 'newest' },
    rule: { type: 'string' },
    files: { type: 'string' },
    seed: { type: 'string' },
    stanza: { type: 'string' },
    scratch: { type: 'string' },
    'time-limit': { type: 'string' },
    bandwidth: { type: 'string' },
    'keep-free': { type: 'string' },
    manifest: { type: 'string' },
    script: { type: 'string' },
    'password-file': { type: 'string' },
    'password-command': { type: 'string' },
    accept: { type: 'string', multiple: true, default: [] },
  });
  const loaded = loadConfig(places.configFile);
  if (values.tool === 'pgbackrest') return testStanza(loaded, values, { args, env, places });
  if (values.repo === undefined) throw usageError('restore-test', 'restore-test needs --repo');
  const configured = await configuredRepositories(loaded, env);
  const [settings] = chosenRepositories('restore-test', configured, values.repo, {
    tool: toolGiven('restore-test', values.tool),
    passwordFile: values['password-file'],
    passwordCommand: values['password-command'],
    accept: acceptGiven('restore-test', values.accept),
  });
  if (!settings) throw usageError('restore-test', 'there is no such repository');
  if (!isRestorable(settings))
    throw usageError('restore-test', `the agent does not restore from repositories of ${settings.tool}`);
  const tested = {
    ...testedRepositoryOf(loaded, settings),
    ...(values.manifest !== undefined && { manifest: path.resolve(values.manifest) }),
    ...(values.script !== undefined && { script: path.resolve(values.script) }),
  };
  const config = withOptions(loaded, tested, values);
  const asked = {
    settings,
    point: values.point,
    jobKey: null,
    rule: ruleGiven(values.rule, values.files, tested),
    seed: numberGiven('seed', values.seed, 0, SEED_MAX) ?? randomInt(SEED_MAX),
    trigger: 'manual',
    requestId: null,
    isDrill: false,
    askedPointKey: null,
    rtoSeconds: null,
  } as const;
  const evidence = await withTestLock(config, places, () => testRepository(asked, { config, env, places }));
  return tell(evidence, values.json);
}

interface StanzaValues extends Given {
  stanza?: string | undefined;
  point: string;
  json: boolean;
}

async function testStanza(
  loaded: AgentConfig,
  values: StanzaValues,
  { env, places }: CommandContext,
): Promise<number> {
  const { postgres } = loaded.restore_tests;
  const stanza = postgres.find((one) => values.stanza === undefined || one.stanza === values.stanza);
  if (!stanza)
    throw usageError(
      'restore-test',
      'restore-test --tool pgbackrest needs a stanza that restore_tests.postgres of the configuration names, with its queries',
    );
  const config = withOptions(loaded, null, values);
  const asked = {
    stanza,
    point: values.point,
    testKey: randomUUID(),
    trigger: 'manual',
    request: null,
  } as const;
  const evidence = await withTestLock(config, places, () => testPostgres(asked, { config, env, places }));
  return tell(evidence, values.json);
}

async function tell(evidence: RestoreEvidence | null, isJson: boolean): Promise<number> {
  if (!evidence)
    throw new AgentError(
      exitCode.failure,
      'Another restore test is running on this machine',
      'Wait until it has ended: two at once would measure each other, and fill the disk.',
    );
  await print(isJson ? evidenceText(evidence).text.trimEnd() : summaryOf(evidence));
  return evidence.result === 'passed' ? exitCode.ok : exitCode.failure;
}

type Given = Partial<Record<'scratch' | 'time-limit' | 'bandwidth' | 'keep-free', string | undefined>>;

/** The configuration as if it said what the command line says. */
function withOptions(config: AgentConfig, tested: TestedRepository | null, given: Given): AgentConfig {
  const minutes = numberGiven('time-limit', given['time-limit'], 0.001, 10_080);
  const bandwidth = numberGiven('bandwidth', given.bandwidth, 1, Number.MAX_SAFE_INTEGER);
  const keepFree = numberGiven('keep-free', given['keep-free'], 0, Number.MAX_SAFE_INTEGER);
  return {
    ...config,
    restore_tests: {
      ...config.restore_tests,
      ...(given.scratch !== undefined && { scratch: path.resolve(given.scratch) }),
      ...(minutes !== null && { time_limit_minutes: minutes }),
      ...(bandwidth !== null && { bandwidth_kib_per_second: bandwidth }),
      ...(keepFree !== null && { keep_free_mb: keepFree }),
      ...(tested && { repositories: [tested, ...config.restore_tests.repositories] }),
    },
  };
}

function ruleGiven(
  rule: string | undefined,
  files: string | undefined,
  tested: TestedRepository,
): SelectionRule {
  if (rule !== undefined && rule !== 'sample' && rule !== 'full')
    throw usageError('restore-test', '--rule must be sample or full');
  const count = numberGiven('files', files, 1, SAMPLE_FILES_MAX);
  if ((rule ?? tested.rule) === 'full') return { kind: 'all' };
  return { kind: 'sample', files: count ?? tested.files };
}

function numberGiven(name: string, text: string | undefined, min: number, max: number): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  const isWhole = name === 'time-limit' || Number.isInteger(value);
  if (text.trim() !== '' && isWhole && value >= min && value <= max) return value;
  throw usageError('restore-test', `--${name} must be a number from ${min} to ${max}`);
}

function summaryOf(evidence: RestoreEvidence): string {
  const { result, message, point, files, selection, restore_seconds: seconds, manifest } = evidence;
  const lines = [
    `${result}${message === null ? '' : `: ${message}`}`,
    ...(point ? [`point ${point.key} of ${point.taken_at}`] : []),
    ...(selection ? [`${selection.rule}, seed ${selection.seed ?? '-'}: ${selection.files} files`] : []),
    ...(files
      ? [
          `${files.matched} the same, ${files.mismatched} differ, ${files.missing} missing, ${files.unverifiable} not comparable`,
        ]
      : []),
    ...(seconds === null ? [] : [`restored in ${seconds} s`]),
    ...(manifest ? [`compared with: ${manifest.origin}`] : []),
    ...evidence.queries.map(
      ({ name, expected, answer }) =>
        `${name}: ${answer ?? 'no answer'}${expected === null ? '' : ` (${expected})`}`,
    ),
    ...evidence.problems,
  ];
  return lines.join('\n');
}
