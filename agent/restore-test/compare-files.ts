import { createHash } from 'node:crypto';
import path from 'node:path';
import type { FileCounts } from '@/domain/restore-test/judge-restore';
import {
  MANIFEST_ORIGINS,
  type ExpectedFile,
  type ExpectedFiles,
  type FileOrigin,
} from '@/agent/restore-test/expected-hashes';
import { hashFile } from '@/agent/restore-test/hash-file';
import type { ListedFile } from '@/agent/restore-test/listed-file';

export interface Comparison {
  counts: FileCounts;
  bytesRestored: number;
  bytesOnDisk: number;
  /** The weakest origin that any match rests on, how many rest on which, and SHA-256 over what was compared with. */
  manifest: { origin: FileOrigin; origins: Record<FileOrigin, number>; sha256: string } | null;
  /** The first that are not as they should be, in words. */
  problems: string[];
  /** The paths of all that differ or are missing. */
  unlike: string[];
}

const PROBLEMS_MAX = 20;

/**
 * Compares what was restored, file by file.
 * @param isReadBack whether the tool itself read all of it back and found it as the repository says
 */
export async function compareFiles(
  folder: string,
  files: readonly ListedFile[],
  expected: ExpectedFiles,
  isReadBack: boolean,
): Promise<Comparison> {
  const counts = { matched: 0, mismatched: 0, missing: 0, unverifiable: 0 };
  const origins = { at_backup: 0, unchanged_source: 0, repository: 0 };
  const lines: string[] = [];
  const problems: string[] = [];
  const unlike: string[] = [];
  let bytesRestored = 0;
  let bytesOnDisk = 0;
  for (const file of files) {
    const restored = await hashFile(path.join(folder, file.restoredAs));
    const wanted = expected.get(file.path) ?? (isReadBack ? asRepository(restored) : null);
    bytesRestored += restored?.bytes ?? 0;
    bytesOnDisk += restored?.bytesOnDisk ?? 0;
    const verdict = verdictOf(file, restored, wanted?.sha256 ?? null);
    counts[verdict] += 1;
    if (wanted) lines.push(`${wanted.sha256}  ${JSON.stringify(file.path)}\n`);
    if (wanted && verdict === 'matched') origins[wanted.origin] += 1;
    if (verdict !== 'matched') problems.push(`${verdict}: ${JSON.stringify(file.path)}`);
    if (verdict === 'mismatched' || verdict === 'missing') unlike.push(file.path);
  }
  const weakest = MANIFEST_ORIGINS.findLast((origin) => origins[origin] > 0);
  const sha256 = createHash('sha256').update(lines.join('')).digest('hex');
  return {
    counts,
    bytesRestored,
    bytesOnDisk,
    manifest: weakest === undefined ? null : { origin: weakest, origins, sha256 },
    problems: problems.slice(0, PROBLEMS_MAX),
    unlike,
  };
}

function asRepository(restored: { sha256: string } | null): ExpectedFile | null {
  return restored && { sha256: restored.sha256, origin: 'repository' };
}

/** A size other than the one that was backed up is enough to tell that a file differs. */
function verdictOf(
  file: ListedFile,
  restored: { bytes: number; sha256: string } | null,
  wanted: string | null,
): keyof FileCounts {
  if (restored === null) return file.isDoubtful ? 'unverifiable' : 'missing';
  if (restored.bytes !== file.bytes) return 'mismatched';
  if (wanted === null) return 'unverifiable';
  return restored.sha256 === wanted ? 'matched' : 'mismatched';
}
