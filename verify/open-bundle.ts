import fs from 'node:fs';
import path from 'node:path';
import { createInflateRaw } from 'node:zlib';
import { Broken } from './broken';
import type { Entry, Files } from './bundle-files';

/** The files of a folder, a zip or an ASiC-E file. */
export function openBundle(bundle: string): Files {
  if (!fs.statSync(bundle).isDirectory()) return openZip(bundle);
  const files = new Map<string, Entry>();
  for (const one of fs.readdirSync(bundle, { withFileTypes: true, recursive: true })) {
    const whole = path.join(one.parentPath, one.name);
    const name = path.relative(bundle, whole).split(path.sep).join('/');
    if (one.isFile()) files.set(name, { name, read: () => fs.createReadStream(whole) });
    else if (!one.isDirectory()) throw new Broken(name, null, 'is neither a file nor a folder');
  }
  return files;
}

async function* nothing(): AsyncGenerator<Buffer> {}

/** A zip of stored and deflated files below 4 GiB, which is what bundles are. */
function openZip(bundle: string): Files {
  const broken = (why: string): Broken => new Broken(path.basename(bundle), null, why);
  const file = fs.openSync(bundle, 'r');
  const { size } = fs.fstatSync(file);
  const part = (start: number, length: number): Buffer => {
    if (start < 0 || start + length > size) throw broken('the zip is cut off');
    const bytes = Buffer.alloc(length);
    fs.readSync(file, bytes, 0, length, start);
    return bytes;
  };
  const tail = part(Math.max(0, size - 65_557), Math.min(size, 65_557));
  const end = tail.lastIndexOf('PK\x05\x06');
  if (end < 0 || end + 22 > tail.length) throw broken('this is no zip file');
  const count = tail.readUInt16LE(end + 10);
  const directory = part(tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  const files = new Map<string, Entry>();
  for (let at = 0, index = 0; index < count; index++) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== 0x02014b50)
      throw broken('its directory is damaged');
    const [flags, method] = [directory.readUInt16LE(at + 8), directory.readUInt16LE(at + 10)];
    const [packed, nameLength] = [directory.readUInt32LE(at + 20), directory.readUInt16LE(at + 28)];
    const name = directory.toString('utf8', at + 46, at + 46 + nameLength);
    const start = directory.readUInt32LE(at + 42);
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
    if (name.endsWith('/')) continue;
    if (files.has(name)) throw new Broken(name, null, 'is in the zip twice');
    const header = part(start, 30);
    if (
      header.readUInt32LE(0) !== 0x04034b50 ||
      part(start + 30, header.readUInt16LE(26)).toString() !== name
    )
      throw new Broken(name, null, 'is another file than the directory of the zip says');
    if ((flags & 1) !== 0 || (method !== 0 && method !== 8))
      throw new Broken(name, null, 'is packed in an unknown way');
    const from = start + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
    const read = (): AsyncIterable<Buffer> => {
      if (packed === 0) return nothing();
      const stored = fs.createReadStream(bundle, { start: from, end: from + packed - 1 });
      return method === 0 ? stored : stored.pipe(createInflateRaw());
    };
    files.set(name, { name, read });
  }
  fs.closeSync(file);
  return files;
}
