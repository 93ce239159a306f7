/**
 * Keeps a stream below a rate: told of each piece that went by, it says how many milliseconds to wait before the next may. Time in which
 * nothing came is not saved up.
 * @param now milliseconds of a clock that never goes back
 */
export function pacer(bytesPerSecond: number): (bytes: number, now: number) => number {
  let freeAt = -Infinity;
  return (bytes, now) => {
    freeAt = Math.max(freeAt, now) + (bytes / bytesPerSecond) * 1000;
    return freeAt - now;
  };
}
