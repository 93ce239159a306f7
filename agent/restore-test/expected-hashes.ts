import fs from 'node:fs';
import path from 'node:path';
import { hashFile } from '@/agent/restore-test/hash-file';
import type { ListedFile } from '@/agent/restore-test/listed-file';

/** Where it is known from what a file should hold, best first (`backup-tools.md`, section 2). */
export const MANIFEST_ORIGINS = ['at_backup', 'unchanged_source', 'repository'] as const;
export type FileOrigin = (typeof MANIFEST_ORIGINS)[number];

export interface ExpectedFile {
  sha256: string;
  origin: FileOrigin;
}

/** What some files of a recovery point should hold, by path; files of which nothing says it are not in it. */
export type ExpectedFiles = ReadonlyMap<string, ExpectedFile>;

/**
 * Looks first into a manifest that was written before the backup, then at the files where they came from, as long as size and
 * time are those of the backup.
 * @param isThisMachine whether the recovery point is of this machine; the files of another are never looked for here
 */
export async function expectedFiles(
  files: readonly ListedFile[],
  point: { takenAt: string },
  manifestFile: string | null,
  isThisMachine: boolean,
  isOver: () => boolean,
): Promise<ExpectedFiles> {
  const listed = manifestFile === null ? null : readManifest(manifestFile, point.takenAt);
  const expected = new Map<string, ExpectedFile>();
  for (const file of files) {
    const kept = listed && hashIn(listed, file);
    if (kept) {
      expected.set(file.path, { sha256: kept, origin: 'at_backup' });
    } else if (isThisMachine && !isOver()) {
      const sha256 = await unchangedSource(file);
      if (sha256 !== null) expected.set(file.path, { sha256, origin: 'unchanged_source' });
    }
  }
  return expected;
}

/** What restored files hold that the tool has just read back and found as the repository says. */
export async function hashesOf(folder: string, files: readonly ListedFile[]): Promise<ExpectedFiles> {
  const hashes = new Map<string, ExpectedFile>();
  for (const file of files) {
    const restored = await hashFile(path.join(folder, file.restoredAs));
    if (restored) hashes.set(file.path, { sha256: restored.sha256, origin: 'repository' });
  }
  return hashes;
}

interface Manifest {
  writtenNs: bigint;
  hashes: ReadonlyMap<string, string>;
}

/** null: it cannot be read, or was written after the backup began, so that it may speak of later contents. */
function readManifest(file: string, takenAt: string): Manifest | null {
  try {
    const { mtimeNs } = fs.statSync(file, { bigint: true });
    if (mtimeNs > BigInt(Date.parse(takenAt)) * 1_000_000n) return null;
    return { writtenNs: mtimeNs, hashes: parseSums(fs.readFileSync(file, 'utf8')) };
  } catch {
    return null;
  }
}

/** The lines of `sha256sum`: hash, a space, a space or `*`, the name; with `\` before the hash, `\\` and `\n` stand for those. */
function parseSums(text: string): Map<string, string> {
  const hashes = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, escaped, sha256 = '', name = ''] = /^(\\?)([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
    if (name === '') continue;
    const listed = escaped ? name.replaceAll(/\\([\\nr])/g, (_, one: string) => UNESCAPED[one] ?? one) : name;
    hashes.set(listed, sha256);
  }
  return hashes;
}

const UNESCAPED: Readonly<Record<string, string>> = { n: '\n', r: '\r', '\\': '\\' };

/** A file that was changed after the manifest was written holds something else by the time of the backup. */
function hashIn({ writtenNs, hashes }: Manifest, { sourcePath, modifiedNs }: ListedFile): string | null {
  if (sourcePath === null || modifiedNs === null || modifiedNs > writtenNs) return null;
  return hashes.get(sourcePath) ?? null;
}

async function unchangedSource(file: ListedFile): Promise<string | null> {
  if (file.sourcePath === null || file.modifiedNs === null || !isUnchanged(file, file.sourcePath))
    return null;
  const hashed = await hashFile(file.sourcePath);
  return hashed && hashed.bytes === file.bytes ? hashed.sha256 : null;
}

/** Looked at before it is read: reading what has changed would be for nothing. */
function isUnchanged({ bytes, modifiedNs, modifiedStepNs: step }: ListedFile, source: string): boolean {
  const stat = fs.lstatSync(source, { bigint: true, throwIfNoEntry: false });
  if (!stat?.isFile() || modifiedNs === null || Number(stat.size) !== bytes) return false;
  // A tool that keeps less than nanoseconds may round up or down.
  const apart = stat.mtimeNs - modifiedNs;
  return apart < step && -apart < step;
}
