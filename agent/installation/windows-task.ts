import type { AgentSchedule } from '@/agent/installation/agent-schedule';

const TASK = 'Holdfast agent';

/** Arguments of schtasks that make or replace the task. */
export function createTaskArguments({ command, everyMinutes }: AgentSchedule): string[] {
  const run = command.map((word) => `"${word}"`).join(' ');
  return ['/Create', '/F', '/TN', TASK, '/SC', 'MINUTE', '/MO', String(everyMinutes), '/TR', run];
}

export const DELETE_TASK_ARGUMENTS: readonly string[] = ['/Delete', '/F', '/TN', TASK];

/** As one would type it at the prompt of Windows. */
export function shownForWindows(program: string, args: readonly string[]): string {
  const words = args.map((word) => (/[\s"]/.test(word) ? `"${word.replaceAll('"', String.raw`\"`)}"` : word));
  return [program, ...words].join(' ');
}
