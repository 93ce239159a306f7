/** A regular file of a recovery point, as its tool lists it. `modifiedAt` is milliseconds since 1970. */
export interface SelectableFile {
  readonly path: string;
  readonly bytes: number;
  readonly modifiedAt: number | null;
}

/** Which files a restore test brings back: all, or a sample of at most `files`. */
export type SelectionRule = { readonly kind: 'all' } | { readonly kind: 'sample'; readonly files: number };

/** How the rule stands in the evidence. */
export function selectionRuleName(rule: SelectionRule): string {
  return rule.kind === 'all' ? 'all' : 'largest2+newest1+random';
}

/** Greatest number of files of a sample, and the greatest seed (32 bits, unsigned). */
export const SAMPLE_FILES_MAX = 1000;
export const SEED_MAX = 2 ** 32 - 1;

const LARGEST = 2;
const NEWEST = 1;

/**
 * Selects the files of a test: the 2 largest, the newest of the others, and by chance until there are `rule.files`. Chance is
 * the order of SHA-256 over `<seed>:<path>` (UTF-8), so that whoever has the listing and the seed gets the same files.
 * Largest and newest break ties by the order of paths (by UTF-16 unit).
 * @returns in the order of paths
 */
export function selectFiles<T extends SelectableFile>(
  files: readonly T[],
  rule: SelectionRule,
  seed: number,
  sha256Hex: (text: string) => string,
): T[] {
  const byPath = files.toSorted((a, b) => comparePaths(a, b));
  if (rule.kind === 'all' || files.length <= rule.files) return byPath;
  const largest = byPath.toSorted((a, b) => b.bytes - a.bytes).slice(0, Math.min(LARGEST, rule.files));
  const others = byPath.filter((file) => !largest.includes(file));
  const newest = others
    .toSorted((a, b) => (b.modifiedAt ?? -Infinity) - (a.modifiedAt ?? -Infinity))
    .slice(0, Math.max(0, Math.min(NEWEST, rule.files - LARGEST)));
  const random = others
    .filter((file) => !newest.includes(file))
    .map((file) => ({ file, rank: sha256Hex(`${seed}:${file.path}`) }))
    .toSorted((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, Math.max(0, rule.files - largest.length - newest.length));
  return [...largest, ...newest, ...random.map(({ file }) => file)].toSorted((a, b) => comparePaths(a, b));
}

function comparePaths(a: SelectableFile, b: SelectableFile): number {
  if (a.path === b.path) return 0;
  return a.path < b.path ? -1 : 1;
}
