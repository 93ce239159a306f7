// Files that must be whole after a power cut, and that nobody but their owner may read.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** Fast and a quarter of the size: pages of a database hold much emptiness. */
const LEVEL = 1;

/**
 * Packs bytes into a new file and waits until the disk has it.
 * @param {AsyncIterable<Uint8Array> | Iterable<Uint8Array>} chunks
 * @param {string} target must not exist
 * @returns {Promise<{ bytes: number, sha256: string }>} of the file as it is kept
 */
export async function storePacked(chunks, target) {
  const hash = createHash('sha256');
  let bytes = 0;
  await pipeline(
    chunks,
    createGzip({ level: LEVEL }),
    async function* hashed(parts) {
      for await (const part of parts) {
        bytes += part.length;
        hash.update(part);
        yield part;
      }
    },
    fs.createWriteStream(target, { mode: 0o600, flags: 'wx', flush: true }),
  );
  return { bytes, sha256: hash.digest('hex') };
}

/**
 * Size and hash of a file as it is kept.
 * @param {string} file
 * @returns {Promise<{ bytes: number, sha256: string } | null>} null: there is none
 */
export async function measureFile(file) {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of fs.createReadStream(file)) {
      bytes += chunk.length;
      hash.update(chunk);
    }
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
  return { bytes, sha256: hash.digest('hex') };
}

/**
 * Writes a small file that must not exist, and waits until the disk has it.
 * @param {string} file
 * @param {string} text
 */
export function writeDurably(file, text) {
  fs.writeFileSync(file, text, { mode: 0o600, flag: 'wx', flush: true });
}

/**
 * Adds to a file and waits until the disk has it.
 * @param {string} file
 * @param {string} text
 */
export function appendDurably(file, text) {
  fs.appendFileSync(file, text, { mode: 0o600, flush: true });
}

/**
 * Waits until the disk has the names in a folder.
 * @param {string} folder
 */
export function syncFolder(folder) {
  const handle = fs.openSync(folder, 'r');
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}
