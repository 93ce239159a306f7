import type { SelectableFile } from '@/domain/restore-test/select-files';

/** A regular file of a recovery point. */
export interface ListedFile extends SelectableFile {
  /** Nanoseconds since 1970 as far as the tool keeps them; null: not known. */
  modifiedNs: bigint | null;
  /** How finely the tool keeps it, in nanoseconds. */
  modifiedStepNs: bigint;
  /** Where the tool puts it, below the folder that it restores to. */
  restoredAs: string;
  /** Another path of the point under which its contents are kept, for a hard link; null: its own. */
  sameAs: string | null;
  /** The tool may have written another letter for one of its name's: not found, it says nothing. */
  isDoubtful: boolean;
  /** Where it lies on the machine that was backed up; null when the tool does not say. */
  sourcePath: string | null;
}

/** The regular files of a recovery point, and how many of them bear a name that no listing can spell. */
export interface PointListing {
  files: readonly ListedFile[];
  unspellableCount: number;
}

/** restic writes U+FFFD for bytes that are no UTF-8, so such a file cannot be asked for by its name. */
export function isSpellable(path: string): boolean {
  return !path.includes('\uFFFD');
}

/** Whether a path lies in one of some folders, or is one of them. */
export function liesIn(file: string, folders: readonly string[]): boolean {
  return folders.some(
    (folder) => file === folder || file.startsWith(folder.endsWith('/') ? folder : `${folder}/`),
  );
}

/** Nanoseconds since 1970 of an RFC 3339 time with any number of digits; null when it is none. */
export function nanosecondsOf(instant: string): bigint | null {
  const [, whole = '', digits = '', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?$/.exec(instant) ?? [];
  const milliseconds = Date.parse(`${whole}${zone}`);
  if (Number.isNaN(milliseconds)) return null;
  return BigInt(milliseconds) * 1_000_000n + BigInt(digits.padEnd(9, '0').slice(0, 9));
}
