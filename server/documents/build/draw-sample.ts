import { createHash } from 'node:crypto';

/**
 * Draws a sample that anybody can draw again: the members with the lowest SHA-256 over the seed, a line feed and their id.
 * @returns at most `size` ids, in the order of their hashes
 */
export function drawSample(ids: readonly string[], seed: string, size: number): string[] {
  return ids
    .map((id) => ({ id, rank: createHash('sha256').update(`${seed}\n${id}`).digest('hex') }))
    .toSorted((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, size)
    .map(({ id }) => id);
}

/** SHA-256 of a list, one id a line, hexadecimal. */
export function listSha256(ids: readonly string[]): string {
  return createHash('sha256')
    .update(ids.map((id) => `${id}\n`).join(''))
    .digest('hex');
}
