import fs from 'node:fs';
import path from 'node:path';
import { BACKUP_TOOLS, type BackupTool } from '@/agent/discovery/find-schedules';
import type { Environment } from '@/agent/places';

/** Where a program of that name lies on the PATH. */
export function findTools(env: Environment): { tool: BackupTool; file: string }[] {
  const folders = (env['PATH'] ?? '').split(path.delimiter).filter(Boolean);
  return BACKUP_TOOLS.flatMap((tool) => {
    const file = folders.map((folder) => path.join(folder, tool)).find(isProgram);
    return file === undefined ? [] : [{ tool, file }];
  });
}

/** Configuration files of borgmatic, which the agent reads through borgmatic. */
export function findBorgmaticConfigs(root: string, home: string): string[] {
  const single = [
    path.join(root, 'etc/borgmatic/config.yaml'),
    path.join(home, '.config/borgmatic/config.yaml'),
  ];
  const several = [path.join(root, 'etc/borgmatic.d'), path.join(home, '.config/borgmatic.d')];
  return [...single.filter((file) => fs.existsSync(file)), ...several.flatMap(yamlIn)];
}

/** Configurations of tools around restic and rclone; what they hold is for a person to look up. */
export function findOtherConfigs(root: string, home: string): { tool: BackupTool; file: string }[] {
  const places: readonly (readonly [BackupTool, string])[] = [
    ['resticprofile', path.join(root, 'etc/resticprofile/profiles.yaml')],
    ['resticprofile', path.join(root, 'etc/resticprofile/profiles.toml')],
    ['resticprofile', path.join(home, 'profiles.yaml')],
    ['resticprofile', path.join(home, '.config/resticprofile/profiles.yaml')],
    ['resticprofile', path.join(home, '.config/resticprofile/profiles.toml')],
    ['autorestic', path.join(home, '.autorestic.yml')],
    ['autorestic', path.join(home, '.config/autorestic/.autorestic.yml')],
    ['rclone', path.join(home, '.config/rclone/rclone.conf')],
  ];
  return places.filter(([, file]) => fs.existsSync(file)).map(([tool, file]) => ({ tool, file }));
}

function yamlIn(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder)
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => path.join(folder, name));
}

function isProgram(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
