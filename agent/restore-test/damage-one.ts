import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { ReportedRestoreDrill } from '@/contract/report';
import { chooseDamage } from '@/domain/restore-test/drill';
import type { ExpectedFiles } from '@/agent/restore-test/expected-hashes';
import type { ListedFile } from '@/agent/restore-test/listed-file';

/** Every bit of the byte is turned. */
const FLIP = 0xff;

/**
 * Damages one restored file of which it is known what it should hold: one byte, chosen by the seed. Only a regular file with no other
 * name is touched, and only where it really lies in the folder, so that neither a link nor the source can be reached.
 * @param folder where the files were restored to, a scratch folder of ours
 * @returns what was done; null: there is no such file
 */
export async function damageOne(
  folder: string,
  files: readonly ListedFile[],
  expected: ExpectedFiles,
  seed: number,
): Promise<ReportedRestoreDrill['damaged']> {
  const inside = `${fs.realpathSync(folder)}${path.sep}`;
  const known = files.filter((file) => expected.has(file.path));
  const own = known.filter((file) => isOwn(path.join(folder, file.restoredAs), inside, file.bytes));
  const chosen = chooseDamage(own, seed, (text) => createHash('sha256').update(text).digest('hex'));
  if (!chosen) return null;
  const { file, offset } = chosen;
  const restored = path.join(folder, file.restoredAs);
  // Restored rights may forbid it; the file is thrown away in a moment.
  fs.chmodSync(restored, 0o600);
  const handle = await fs.promises.open(restored, fs.constants.O_RDWR | fs.constants.O_NOFOLLOW);
  try {
    const byte = Buffer.alloc(1);
    await handle.read(byte, 0, 1, offset);
    const was = byte.readUInt8(0);
    const became = was ^ FLIP;
    await handle.write(Buffer.of(became), 0, 1, offset);
    return { path: file.path, offset, was, became };
  } finally {
    await handle.close();
  }
}

function isOwn(file: string, inside: string, bytes: number): boolean {
  const stat = fs.lstatSync(file, { throwIfNoEntry: false });
  if (!stat?.isFile() || stat.nlink !== 1 || stat.size !== bytes) return false;
  return fs.realpathSync(file).startsWith(inside);
}
