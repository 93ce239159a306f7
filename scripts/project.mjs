// Where things are in this checkout, and whether they changed.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

export const ROOT = path.resolve(import.meta.dirname, '..');

/** Bundles are kept inside the project whatever the data folder is: they look for `node_modules` upwards. */
export const BUILD_DIR = path.join(ROOT, '.data/build');

const TYPESCRIPT = [
  'contract',
  'domain',
  'server',
  'workers',
  'ingest',
  'agent',
  'prisma',
  'scripts',
  'verify',
  'tsconfig.json',
];
const WEB = [
  'app',
  'components',
  'contract',
  'domain',
  'server',
  'verify',
  'public',
  'proxy.ts',
  'instrumentation.ts',
];
const WEB_SETTINGS = [
  'next.config.ts',
  'postcss.config.mjs',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
  'prisma/migrations',
  'prisma/schema.prisma',
];

/** What the bundles of the processes are made from. */
export const BUNDLE_SOURCES = [...TYPESCRIPT, 'package.json', 'package-lock.json'];
/** What `next build` reads. */
export const WEB_SOURCES = [...WEB, ...WEB_SETTINGS];

/**
 * A hash over names and contents of files and folders of the project. Tests and generated files do not count.
 * @param {readonly string[]} names relative to the project; what does not exist is skipped
 */
export function fingerprint(names) {
  const hash = createHash('sha256');
  for (const name of names) hash.update(digestOf(name));
  return hash.digest('hex');
}

/** Each is read once a process: several things are made from the same folders, and what changes meanwhile is for the next start. */
const digests = new Map();

function digestOf(name) {
  if (!digests.has(name)) {
    const hash = createHash('sha256');
    addTo(hash, name);
    digests.set(name, hash.digest('hex'));
  }
  return digests.get(name);
}

function addTo(hash, name) {
  const file = path.join(ROOT, name);
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (stat?.isDirectory())
    for (const child of fs.readdirSync(file).toSorted())
      if (child !== 'generated') addTo(hash, `${name}/${child}`);
  if (stat?.isFile() && !/\.test\.tsx?$/.test(name))
    hash.update(`${name}\n${stat.size}\n`).update(fs.readFileSync(file));
}

/**
 * Does something only when its inputs changed since the last time, and remembers them when it went well.
 * @param {string} stampFile
 * @param {string} key
 * @param {() => Promise<void>} work
 * @returns {Promise<boolean>} whether it was done
 */
export async function whenChanged(stampFile, key, work) {
  if (readIfThere(stampFile) === key) return false;
  fs.rmSync(stampFile, { force: true });
  await work();
  fs.mkdirSync(path.dirname(stampFile), { recursive: true });
  fs.writeFileSync(stampFile, key);
  return true;
}

/**
 * @param {string} file
 * @returns {string | null} null when it does not exist
 */
export function readIfThere(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Writes a file that only its owner may read, whole or not at all.
 * @param {string} file
 * @param {unknown} content written as JSON
 */
export function writePrivately(file, content) {
  const partial = `${file}.${process.pid}`;
  fs.writeFileSync(partial, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  fs.renameSync(partial, file);
}
