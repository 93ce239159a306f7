import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { exitCode } from '@/agent/agent-error';
import { readEveryMinutes, type AgentSchedule } from '@/agent/installation/agent-schedule';
import {
  carryOut,
  planInstall,
  shownPlan,
  type InstallPlace,
  type Scheduler,
} from '@/agent/installation/install-plan';
import type { Environment } from '@/agent/places';
import { parseCommandLine, print, usageError, type Command, type CommandContext } from './command';

const WHERE = `  --systemd, --cron, --windows
                   what starts it: a systemd timer, a cron line, a scheduled task of Windows (default: what is there)
  --root FOLDER    into the file system below this folder, such as an image (default /)
  --dry-run        only print what would be written and run`;

const INSTALL_HELP = `holdfast-agent install [options]

Has 'holdfast-agent report' started by itself: for the whole machine when root, else for the user who asks. May be repeated:
what is already as it should be is left alone.

  --every MINUTES  how often: 5 to 60 in even parts of an hour, or whole hours of a day (default 60)
${WHERE}
`;
const UNINSTALL_HELP = `holdfast-agent uninstall [options]

Takes away what 'install' made. The configuration, the key and the spool stay.

${WHERE}
`;

export const install: Command = {
  summary: 'have reports made by itself',
  help: INSTALL_HELP,
  run: runInstall,
};
export const uninstall: Command = {
  summary: 'no longer have reports made by itself',
  help: UNINSTALL_HELP,
  run: runUninstall,
};

const PLACE_OPTIONS = {
  systemd: { type: 'boolean', default: false },
  cron: { type: 'boolean', default: false },
  windows: { type: 'boolean', default: false },
  root: { type: 'string', default: '/' },
  'dry-run': { type: 'boolean', default: false },
} as const;

async function runInstall({ args, env }: CommandContext): Promise<number> {
  const { values } = parseCommandLine('install', args, {
    ...PLACE_OPTIONS,
    every: { type: 'string', default: '60' },
  });
  const everyMinutes = readEveryMinutes(values.every);
  if (everyMinutes === null)
    throw usageError(
      'install',
      '--every must be minutes that divide an hour (5, 10, 15, 20, 30, 60) or hours that divide a day (120, 180, …)',
    );
  const schedule: AgentSchedule = { command: ownCommand(), env: placesIn(env), everyMinutes };
  return carryOutOrShow(placeOf('install', values, env), schedule, values['dry-run']);
}

async function runUninstall({ args, env }: CommandContext): Promise<number> {
  const { values } = parseCommandLine('uninstall', args, PLACE_OPTIONS);
  return carryOutOrShow(placeOf('uninstall', values, env), null, values['dry-run']);
}

async function carryOutOrShow(
  place: InstallPlace,
  schedule: AgentSchedule | null,
  isDryRun: boolean,
): Promise<number> {
  const plan = planInstall(place, schedule);
  await print(isDryRun ? shownPlan(plan) : carryOut(plan, schedule === null).join('\n'));
  return exitCode.ok;
}

function placeOf(
  name: string,
  values: { systemd: boolean; cron: boolean; windows: boolean; root: string },
  env: Environment,
): InstallPlace {
  const asked = (['systemd', 'cron', 'windows'] as const).filter((one) => values[one]);
  if (asked.length > 1) throw usageError(name, 'give only one of --systemd, --cron, --windows');
  return {
    scheduler: asked[0] ?? schedulerOfMachine(),
    root: path.resolve(values.root),
    isRoot: process.getuid?.() === 0,
    home: env['HOME'] ?? os.homedir(),
  };
}

function schedulerOfMachine(): Scheduler {
  if (process.platform === 'win32') return 'windows';
  return fs.existsSync('/run/systemd/system') ? 'systemd' : 'cron';
}

function ownCommand(): string[] {
  return [process.execPath, path.resolve(process.argv[1] ?? ''), 'report'];
}

/** Only where things lie: a token or a password has no place in a unit that everybody may read. */
function placesIn(env: Environment): Record<string, string> {
  const names = ['HOLDFAST_CONFIG', 'HOLDFAST_STATE_DIR', 'HOLDFAST_SPOOL_DIR'];
  return Object.fromEntries(
    names.flatMap((name) => (env[name] ? [[name, path.resolve(env[name])] as const] : [])),
  );
}
