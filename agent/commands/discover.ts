import os from 'node:os';
import { exitCode } from '@/agent/agent-error';
import { findScheduledCommands } from '@/agent/discovery/find-schedules';
import { findBorgmaticConfigs, findOtherConfigs, findTools } from '@/agent/discovery/find-tools';
import { proposeConfig } from '@/agent/discovery/propose-config';
import { parseCommandLine, print, type Command, type CommandContext } from './command';

const HELP = `holdfast-agent discover

Looks for backup tools, their configurations, systemd timers and cron lines, and prints a configuration file for what it
found, with comments that say where. Sends nothing, changes nothing, runs none of the tools, prints no secret.

  --root FOLDER  look at the file system below this folder (default /)

  holdfast-agent discover > agent.jsonc
`;

export const discover: Command = {
  summary: 'look for backups on this machine',
  help: HELP,
  run: runDiscover,
};

async function runDiscover({ args, env }: CommandContext): Promise<number> {
  const { values } = parseCommandLine('discover', args, { root: { type: 'string', default: '/' } });
  const home = env['HOME'] ?? os.homedir();
  await print(
    proposeConfig({
      tools: findTools(env),
      borgmaticConfigs: findBorgmaticConfigs(values.root, home),
      otherConfigs: findOtherConfigs(values.root, home),
      commands: findScheduledCommands(values.root, home),
    }),
  );
  return exitCode.ok;
}
