import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/**
 * Names, rights, times and contents of all that lies in a folder.
 * @param leftOut names of what may change; the times of folders are then left out as well
 */
export function fingerprintOf(folder: string, leftOut: RegExp | null = null): string {
  const hash = createHash('sha256');
  for (const name of fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((one) => leftOut === null || !leftOut.test(one))
    .toSorted((a, b) => (a < b ? -1 : 1))) {
    const stat = fs.lstatSync(path.join(folder, name));
    const times = stat.isFile() || leftOut === null ? `${stat.mtimeMs} ${stat.ctimeMs}` : '';
    hash.update(`${name}\n${stat.mode} ${times}\n`);
    if (stat.isFile()) hash.update(fs.readFileSync(path.join(folder, name)));
  }
  return hash.digest('hex');
}
