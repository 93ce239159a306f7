import fs from 'node:fs';

/** The end of a file, at most so many bytes; null: it cannot be read. */
export function readText(file: string, bytesMax: number): string | null {
  let handle: number | null = null;
  try {
    if (!fs.statSync(file).isFile()) return null;
    handle = fs.openSync(file, 'r');
    const { size } = fs.fstatSync(handle);
    const bytes = Buffer.alloc(Math.min(size, bytesMax));
    const read = fs.readSync(handle, bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString('utf8', 0, read);
  } catch {
    return null;
  } finally {
    if (handle !== null) fs.closeSync(handle);
  }
}
