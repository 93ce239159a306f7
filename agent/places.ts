import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Where the agent keeps what it has. */
export interface Places {
  configFile: string;
  stateDir: string;
  spoolDir: string;
}

/** Environment variables as given to the process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Root uses `/etc/holdfast` and `/var/lib/holdfast`, anyone else the folders of their home; `HOLDFAST_CONFIG`,
 * `HOLDFAST_STATE_DIR` and `HOLDFAST_SPOOL_DIR` decide before that.
 */
export function findPlaces(env: Environment): Places {
  const stateDir = path.resolve(env['HOLDFAST_STATE_DIR'] ?? defaultStateDir(env));
  return {
    configFile: path.resolve(env['HOLDFAST_CONFIG'] ?? defaultConfigFile(env)),
    stateDir,
    spoolDir: path.resolve(env['HOLDFAST_SPOOL_DIR'] ?? path.join(stateDir, 'spool')),
  };
}

const isRoot = (): boolean => process.getuid?.() === 0;
const home = (env: Environment): string => env['HOME'] ?? os.homedir();

function defaultConfigFile(env: Environment): string {
  const system = '/etc/holdfast/agent.jsonc';
  if (isRoot() || fs.existsSync(system)) return system;
  return path.join(env['XDG_CONFIG_HOME'] ?? path.join(home(env), '.config'), 'holdfast/agent.jsonc');
}

function defaultStateDir(env: Environment): string {
  if (isRoot()) return '/var/lib/holdfast';
  return path.join(env['XDG_STATE_HOME'] ?? path.join(home(env), '.local/state'), 'holdfast');
}
