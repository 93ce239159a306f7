import { compare } from '../text/compare';

/** What a draw needs beside the list: SHA-256 of a text's UTF-8 bytes, in lower-case hexadecimal. */
export type Sha256 = (text: string) => string;

/** A member of the population with the value that decided about it. */
export interface DrawnMember {
  readonly key: string;
  /** SHA-256 of `seed:key`, hexadecimal. */
  readonly drawValue: string;
}

/**
 * Draws `size` members of a population: those with the smallest SHA-256 of `seed:key`. Whoever knows the seed and the list gets the
 * same ones with any tool, and nobody can steer the draw once the seed stands in the log. A population that is smaller is drawn whole.
 * The order of `keys` does not matter; each is taken once.
 */
export function drawSample(
  keys: readonly string[],
  seed: string,
  size: number,
  sha256: Sha256,
): DrawnMember[] {
  return [...new Set(keys)]
    .map((key) => ({ key, drawValue: sha256(`${seed}:${key}`) }))
    .toSorted((a, b) => compare(a.drawValue, b.drawValue) || compare(a.key, b.key))
    .slice(0, size);
}

/** The population as a file: one key a line, in the order of the list. Its SHA-256 is the hash of the list. */
export function populationText(keys: readonly string[]): string {
  return keys.map((key) => `${key}\n`).join('');
}

/** One line of shell that repeats a draw from `population.txt`. The seed holds nothing that a shell would read (`SEED_SHAPE`). */
export function repeatLine(seed: string, size: number): string {
  return `while read -r k; do echo "$(printf %s "${seed}:$k" | sha256sum | cut -c1-64) $k"; done < population.txt | LC_ALL=C sort | head -${size}`;
}

/** What a seed is made of: 1 to 100 letters, digits, dots, dashes and underscores. */
export const SEED_SHAPE = /^[A-Za-z0-9._-]{1,100}$/;

export const SAMPLE_SIZE_MAX = 500;
