import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { AgentError, exitCode } from '@/agent/agent-error';
import type { AgentSchedule } from '@/agent/installation/agent-schedule';
import { cronLine, withCronLine } from '@/agent/installation/cron-line';
import { systemdUnits } from '@/agent/installation/systemd-units';
import {
  createTaskArguments,
  DELETE_TASK_ARGUMENTS,
  shownForWindows,
} from '@/agent/installation/windows-task';

export type Scheduler = 'systemd' | 'cron' | 'windows';

/** Where things are put. */
export interface InstallPlace {
  scheduler: Scheduler;
  /** Where the file system begins: `/`, or an image that is being made. */
  root: string;
  isRoot: boolean;
  home: string;
}

/** What is to be done, so that it can be shown before: files (null: is taken away), then commands. */
export interface InstallPlan {
  files: { file: string; content: string | null }[];
  commands: { program: string; args: readonly string[]; input: string | null }[];
}

const TIMER = 'holdfast-agent.timer';
const TIME_LIMIT_MILLISECONDS = 30_000;

/** @param schedule null takes everything away again */
export function planInstall(place: InstallPlace, schedule: AgentSchedule | null): InstallPlan {
  switch (place.scheduler) {
    case 'systemd':
      return systemdPlan(place, schedule);
    case 'cron':
      return cronPlan(place, schedule);
    case 'windows': {
      const args = schedule ? createTaskArguments(schedule) : DELETE_TASK_ARGUMENTS;
      return { files: [], commands: [{ program: 'schtasks', args, input: null }] };
    }
  }
}

function systemdPlan(place: InstallPlace, schedule: AgentSchedule | null): InstallPlan {
  const folder = place.isRoot
    ? path.join(place.root, 'etc/systemd/system')
    : path.join(place.home, '.config/systemd/user');
  const units = systemdUnits(schedule ?? { command: [], env: {}, everyMinutes: 60 });
  const files = Object.entries(units).map(([name, content]) => ({
    file: path.join(folder, name),
    content: schedule ? content : null,
  }));
  const systemctl = (...args: string[]): InstallPlan['commands'][number] => ({
    program: 'systemctl',
    args: [...scopeOf(place), ...args],
    input: null,
  });
  if (isImage(place)) return { files, commands: [systemctl(schedule ? 'enable' : 'disable', TIMER)] };
  const commands = schedule
    ? [systemctl('daemon-reload'), systemctl('enable', '--now', TIMER)]
    : [systemctl('disable', '--now', TIMER)];
  return { files, commands };
}

function scopeOf({ isRoot, root }: InstallPlace): string[] {
  if (!isRoot) return ['--user'];
  return root === '/' ? [] : [`--root=${root}`];
}

const isImage = ({ root, isRoot }: InstallPlace): boolean => isRoot && root !== '/';

function cronPlan(place: InstallPlace, schedule: AgentSchedule | null): InstallPlan {
  if (place.isRoot) {
    const file = path.join(place.root, 'etc/cron.d/holdfast-agent');
    return { files: [{ file, content: schedule && `${cronLine(schedule, 'root')}\n` }], commands: [] };
  }
  const before = spawnSync('crontab', ['-l'], { encoding: 'utf8', timeout: TIME_LIMIT_MILLISECONDS });
  const own = before.status === 0 ? before.stdout : '';
  const wanted = withCronLine(own, schedule && cronLine(schedule, null));
  const isSame = own === wanted;
  return { files: [], commands: isSame ? [] : [{ program: 'crontab', args: ['-'], input: wanted }] };
}

/** The plan in words: each file with its content, each command as one would type it. */
export function shownPlan({ files, commands }: InstallPlan): string {
  return [
    ...files.map(({ file, content }) => (content === null ? `remove ${file}` : `write ${file}:\n${content}`)),
    ...commands.map(({ program, args, input }) =>
      [`run ${shownForWindows(program, args)}`, ...(input === null ? [] : [input])].join('\n'),
    ),
  ].join('\n');
}

/**
 * Does what was planned; a file that is already as it should be is left alone.
 * @returns what was done, a line each
 * @throws AgentError that says what to do instead
 */
export function carryOut(plan: InstallPlan, isRemoval: boolean): string[] {
  // Units are stopped before they are taken away.
  const commands = (): string[] => plan.commands.map((one) => runCommand(one, isRemoval));
  const stopped = isRemoval ? commands() : [];
  const written = plan.files.map(({ file, content }) => putFile(file, content));
  return [...stopped, ...written, ...(isRemoval ? [] : commands())];
}

function putFile(file: string, content: string | null): string {
  const before = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : null;
  if (before === content) return `${file}: ${content === null ? 'not there' : 'as it should be'}`;
  if (content === null) {
    fs.rmSync(file);
    return `${file}: removed`;
  }
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(`${file}.new`, content, { mode: 0o644 });
  fs.renameSync(`${file}.new`, file);
  return `${file}: written`;
}

function runCommand({ program, args, input }: InstallPlan['commands'][number], isRemoval: boolean): string {
  const outcome = spawnSync(program, [...args], {
    encoding: 'utf8',
    timeout: TIME_LIMIT_MILLISECONDS,
    ...(input !== null && { input }),
  });
  const shown = shownForWindows(program, args);
  if (outcome.status === 0) return `${shown}: done`;
  // What was never there cannot be stopped, and need not be.
  if (isRemoval) return `${shown}: not needed`;
  throw new AgentError(
    exitCode.failure,
    `\`${shown}\` did not work: ${(outcome.error?.message ?? outcome.stderr).trim()}`,
    'Choose another way to start the agent (--cron, --systemd), or look at what `--dry-run` prints and do it by hand.',
  );
}
