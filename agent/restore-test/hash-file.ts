import { createHash } from 'node:crypto';
import fs from 'node:fs';

export interface HashedFile {
  sha256: string;
  bytes: number;
  /** What it takes up, without the holes of a sparse file. */
  bytesOnDisk: number;
  modifiedNs: bigint;
}

/**
 * Reads a regular file through. null: it is not there, is no regular file (a link is not followed, a FIFO not waited for), cannot
 * be read, or changed meanwhile.
 */
export async function hashFile(file: string): Promise<HashedFile | null> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
  const handle = await fs.promises.open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => null);
  if (handle === null) return null;
  try {
    const before = await handle.stat({ bigint: true });
    if (!before.isFile()) return null;
    const hash = createHash('sha256');
    for await (const chunk of handle.createReadStream({ autoClose: false, highWaterMark: 1024 * 1024 }))
      hash.update(chunk as Buffer);
    const after = await handle.stat({ bigint: true });
    if (after.size !== before.size || after.mtimeNs !== before.mtimeNs) return null;
    return {
      sha256: hash.digest('hex'),
      bytes: Number(after.size),
      bytesOnDisk: Number(after.blocks) * 512,
      modifiedNs: after.mtimeNs,
    };
  } catch {
    return null;
  } finally {
    await handle.close();
  }
}
