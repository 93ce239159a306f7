import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import type { ReportProblem } from '@/contract/report';
import type { BorgmaticSettings, LimitSettings, RepositorySettings } from '@/agent/config/agent-config';
import type { Environment } from '@/agent/places';
import { readPruneCall, type PlacedRetention } from './prune-call';
import { beginningOf } from '@/agent/report/shorten';
import { runProgram, type ProgramOutcome } from '@/agent/tools/run-program';

export interface BorgmaticAnswer {
  repositories: RepositorySettings[];
  /** What `prune` would keep, by the place that it was asked to look at. */
  retention: PlacedRetention[];
  problems: ReportProblem[];
}

interface Programs {
  borg: string;
  borgmatic: string;
}

/**
 * Asks borgmatic for the repositories of a configuration, and what borg needs to open each. borgmatic reads its own
 * configuration, in whatever form its version has; in place of borg it is given a listener that only repeats what it was
 * asked. So nothing is read and no hook of the configuration runs; the agent then asks borg itself. What it would keep is asked
 * the same way, as a dry run of `prune`: no hook runs then, and nobody is pinged.
 */
export async function askBorgmatic(
  settings: BorgmaticSettings,
  programs: Programs,
  limits: LimitSettings,
  given: Environment,
): Promise<BorgmaticAnswer> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-borgmatic-'));
  try {
    const env = { ...given, HOLDFAST_TOKEN: undefined, LC_ALL: 'C.UTF-8', TZ: 'UTC' };
    const ask = (args: readonly string[]): Promise<ProgramOutcome> =>
      runProgram({ program: programs.borgmatic, args, env, timeLimitSeconds: limits.command_seconds });
    const version = await ask(['--version']);
    const told = version.stdout.trim();
    const callsFile = path.join(folder, 'calls');
    const listener = writeListener(folder, programs.borg, callsFile);
    const overrides = ['--override', ...overridesFor(told, listener)];
    const outcome = await ask(['-c', settings.config, 'rlist', '--json', ...overrides]);
    const heard = outcome.exitCode === 0 ? readHeard(outcome.stdout) : null;
    if (!heard) return { repositories: [], retention: [], problems: [unreadable(settings, outcome)] };
    await ask(['-c', settings.config, '--dry-run', 'prune', ...overrides]);
    return {
      repositories: heard.map((one) => repositoryOf(settings, one)),
      retention: readRetention(callsFile),
      problems: blind(told),
    };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Takes the place of borg: says the real version, and else only what it was called with; of `prune` in a file. */
const LISTENER = (node: string, borg: string, callsFile: string): string => `#!${node}
const { appendFileSync, readFileSync } = require('node:fs');
const { execFileSync } = require('node:child_process');
const words = process.argv.slice(2);
if (words.includes('--version')) {
  process.stdout.write(execFileSync(${JSON.stringify(borg)}, ['--version']));
} else if (words.includes('prune')) {
  appendFileSync(${JSON.stringify(callsFile)}, JSON.stringify(words) + '\\n');
} else {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('BORG_')));
  const descriptor = env.BORG_PASSPHRASE_FD;
  if (descriptor) env.BORG_PASSPHRASE = readFileSync(Number(descriptor), 'utf8').replace(/\\n$/, '');
  process.stdout.write(JSON.stringify({ archives: [], repository: { location: words.at(-1) }, words, env }));
}
`;

function writeListener(folder: string, borg: string, callsFile: string): string {
  const file = path.join(folder, 'borg');
  fs.writeFileSync(file, LISTENER(process.execPath, borg, callsFile), { mode: 0o700 });
  return file;
}

/** Sections until 1.7, none since 1.8; hooks in a list of their own since 2.0. */
function overridesFor(version: string, listener: string): string[] {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isFlat = major > 1 || minor >= 8;
  const [location, hooks] = isFlat ? ['', ''] : ['location.', 'hooks.'];
  return [
    `${location}local_path=${listener}`,
    `${hooks}before_actions=[]`,
    `${hooks}after_actions=[]`,
    ...(major >= 2 ? ['commands=[]'] : []),
  ];
}

const heardCall = z.object({
  repository: z.object({ location: z.string().min(1).max(2000), label: z.string().nullish() }),
  words: z.array(z.string()),
  env: z.record(z.string(), z.string()),
});
type HeardCall = z.output<typeof heardCall>;

function readHeard(stdout: string): HeardCall[] | null {
  try {
    return z.array(heardCall).min(1).parse(JSON.parse(stdout));
  } catch {
    return null;
  }
}

/** None where borgmatic skips `prune`, or refuses to without anything to keep. */
function readRetention(callsFile: string): PlacedRetention[] {
  if (!fs.existsSync(callsFile)) return [];
  const lines = fs.readFileSync(callsFile, 'utf8').split('\n').filter(Boolean);
  return lines.flatMap((line) => readPruneCall(z.array(z.string()).parse(JSON.parse(line))) ?? []);
}

function repositoryOf(
  settings: BorgmaticSettings,
  { repository, words, env }: HeardCall,
): RepositorySettings {
  const { BORG_PASSPHRASE_FD: _descriptor, ...left } = env;
  const remotePath = words[words.indexOf('--remote-path') + 1];
  return {
    tool: 'borg',
    repo: repository.location,
    ...(repository.label && { name: repository.label.slice(0, 200) }),
    env: {
      ...left,
      ...(words.includes('--remote-path') && remotePath && { BORG_REMOTE_PATH: remotePath }),
    },
    jobs: [],
    ...(settings.check && { check: settings.check }),
    stats: settings.stats,
    accept: settings.accept,
  };
}

/** Before 2.1.2 a check that finds damage is a success to borgmatic, and to whoever gets its pings. */
function blind(version: string): ReportProblem[] {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  const isRepaired = major > 2 || (major === 2 && (minor > 1 || (minor === 1 && patch >= 2)));
  if (isRepaired) return [];
  return [
    {
      code: 'borgmatic_hides_damage',
      severity: 'warning',
      subject: 'borgmatic',
      message: `borgmatic ${version} may call a check that finds damage a success; 2.1.2 and later do not.`,
    },
  ];
}

/** borgmatic's own words may quote lines of the configuration, passphrases among them: they are not repeated. */
function unreadable({ config }: BorgmaticSettings, { startError, exitCode }: ProgramOutcome): ReportProblem {
  const reason =
    startError === null
      ? `borgmatic ended with ${exitCode ?? 'a signal'}; \`borgmatic -c ${config} rlist\` says why.`
      : 'borgmatic could not be started.';
  return {
    code: 'borgmatic_unreadable',
    severity: 'critical',
    subject: 'borgmatic',
    message: beginningOf(`The repositories of ${config} are not reported: ${reason}`),
  };
}
