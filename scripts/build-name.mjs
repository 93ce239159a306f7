// What a program is built from, in a line: the version, and the newest migration that it knows.
import fs from 'node:fs';
import path from 'node:path';

/**
 * @param {string} root of the project
 * @returns {string} such as `0.1.0 20261202000000_has_migration`
 */
export function buildName(root) {
  const { version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  const newest = fs
    .readdirSync(path.join(root, 'prisma/migrations'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted()
    .at(-1);
  return `${version} ${newest}`;
}
