// Archives in the oldest common form (ustar), so that any `tar` unpacks them when nothing else is left.
import fs from 'node:fs';
import path from 'node:path';
import { createGunzip } from 'node:zlib';
import { Failure } from '../failure.mjs';

const BLOCK = 512;
const NAME_BYTES_MAX = 100;

/**
 * @typedef {{ name: string, mode: number, mtime: Date, bytes: Uint8Array }} Bytes
 * @typedef {{ name: string, file: string }} File as long as it is when its turn comes: what is cut off meanwhile becomes zeros, what is
 *   added does not count. One that is gone by then is left out
 * @typedef {{ name: string, isFolder: true }} Folder
 */

/**
 * The bytes of an archive.
 * @param {AsyncIterable<Bytes | File | Folder> | Iterable<Bytes | File | Folder>} entries asked one by one
 * @param {{ size: number, files: number }} total receives what went in
 * @returns {AsyncGenerator<Uint8Array>}
 */
export async function* packed(entries, total) {
  for await (const entry of entries) {
    if (entry.isFolder)
      yield header({ name: `${entry.name}/`, mode: 0o700, size: 0, mtime: new Date(), type: '5' });
    else yield* entry.file ? packedFile(entry, total) : packedBytes(entry, total);
  }
  yield Buffer.alloc(2 * BLOCK);
}

function* packedBytes({ name, mode, mtime, bytes }, total) {
  yield header({ name, mode, size: bytes.length, mtime, type: '0' });
  yield bytes;
  yield Buffer.alloc(padding(bytes.length));
  count(total, bytes.length);
}

async function* packedFile({ name, file }, total) {
  const handle = await openUnlessGone(file);
  if (!handle) return;
  try {
    const { size, mode, mtime } = await handle.stat();
    yield header({ name, mode: mode & 0o700, size, mtime, type: '0' });
    let rest = size;
    if (size > 0)
      for await (const chunk of handle.createReadStream({ end: size - 1, autoClose: false })) {
        rest -= chunk.length;
        yield chunk;
      }
    for (; rest > 0; rest -= BLOCK) yield Buffer.alloc(Math.min(rest, BLOCK));
    yield Buffer.alloc(padding(size));
    count(total, size);
  } finally {
    await handle.close();
  }
}

/** A table may be dropped while we copy: the log tells recovery of that. */
async function openUnlessGone(file) {
  try {
    return await fs.promises.open(file, 'r');
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

function count(total, size) {
  total.size += size;
  total.files += 1;
}

const padding = (size) => (BLOCK - (size % BLOCK)) % BLOCK;

function header({ name, mode, size, mtime, type }) {
  if (Buffer.byteLength(name) > NAME_BYTES_MAX)
    throw new Failure(
      `${name} has too long a name to be backed up.`,
      'Move that file away: it is none of ours.',
    );
  const block = Buffer.alloc(BLOCK);
  const octal = (value, at, length) => block.write(value.toString(8).padStart(length - 1, '0'), at);
  block.write(name, 0);
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(Math.floor(mtime.getTime() / 1000), 136, 12);
  block.write(' '.repeat(8), 148);
  block.write(type, 156);
  block.write('ustar\u000000', 257);
  block.write(`${checksum(block).toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function checksum(block) {
  return block.reduce((sum, byte, index) => sum + (index >= 148 && index < 156 ? 32 : byte), 0);
}

/**
 * Unpacks a packed archive into a folder that is there and empty.
 * @param {string} archive
 * @param {string} folder
 * @throws {Failure} when it is cut off, or was made by something else
 */
export async function unpack(archive, folder) {
  const reader = new Reader(fs.createReadStream(archive).pipe(createGunzip()));
  for (;;) {
    const block = await reader.exactly(BLOCK);
    if (block.every((byte) => byte === 0)) return;
    const text = (at, length) => block.toString('utf8', at, at + length).replace(/\0.*$/s, '');
    const name = path.normalize(text(0, NAME_BYTES_MAX));
    const isOurs =
      Number.parseInt(text(148, 8), 8) === checksum(block) &&
      !path.isAbsolute(name) &&
      !name.startsWith('..');
    if (!isOurs) throw new Failure(`${archive} is no archive of ours.`, 'Use another backup.');
    const target = path.join(folder, name);
    if (text(156, 1) === '5') fs.mkdirSync(target, { mode: 0o700 });
    else
      await writeEntry(reader, target, Number.parseInt(text(124, 12), 8), Number.parseInt(text(100, 8), 8));
  }
}

async function writeEntry(reader, target, size, mode) {
  const handle = fs.openSync(target, 'wx', mode);
  try {
    for (let rest = size; rest > 0;) {
      const bytes = await reader.atMost(rest);
      fs.writeSync(handle, bytes);
      rest -= bytes.length;
    }
  } finally {
    fs.closeSync(handle);
  }
  await reader.exactly(padding(size));
}

/** Takes bytes off a stream as many as are asked for. */
class Reader {
  #chunks;
  #rest = Buffer.alloc(0);

  constructor(stream) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** Something, and not more than that. */
  async atMost(length) {
    if (this.#rest.length === 0) {
      const { value, done } = await this.#chunks.next();
      if (done) throw new Failure('An archive of the backup is cut off.', 'Use another backup.');
      this.#rest = value;
    }
    const taken = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(taken.length);
    return taken;
  }

  async exactly(length) {
    const parts = [];
    for (let rest = length; rest > 0;) {
      const part = await this.atMost(rest);
      parts.push(part);
      rest -= part.length;
    }
    return Buffer.concat(parts);
  }
}
