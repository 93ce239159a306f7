import { exitCode } from '@/agent/agent-error';
import { loadConfig } from '@/agent/config/agent-config';
import { EXAMPLE_CONFIG } from '@/agent/config/example-config';
import { parseCommandLine, print, type Command, type CommandContext } from './command';

const HELP = `holdfast-agent config [--example]

Checks the configuration file and says where it is.

  --example  print a configuration file with every setting explained
`;

export const config: Command = {
  summary: 'check the configuration, or print an example',
  help: HELP,
  run: runConfig,
};

async function runConfig({ args, places }: CommandContext): Promise<number> {
  const { values } = parseCommandLine('config', args, { example: { type: 'boolean', default: false } });
  if (values.example) {
    await print(EXAMPLE_CONFIG.trimEnd());
    return exitCode.ok;
  }
  const { repositories, borgmatic_configs: borgmatic } = loadConfig(places.configFile);
  const more = borgmatic.length === 0 ? '' : `, and those of ${borgmatic.length} borgmatic configurations`;
  await print(`${places.configFile} is right: ${repositories.length} repositories${more}.`);
  return exitCode.ok;
}
