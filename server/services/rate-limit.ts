/** How often something may happen: `perSecond` in the long run, `burst` at once. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Token buckets by key, in the memory of this process. */
export interface RateLimit {
  /** Takes one; 0, or the whole seconds to wait when there is none left (nothing is taken then). */
  take(key: string, nowMs: number): number;
  /** How many there are left, whole. */
  left(key: string, nowMs: number): number;
}

const KEYS_MAX = 50_000;

export function createRateLimit({ perSecond, burst }: Rate): RateLimit {
  const buckets = new Map<string, { left: number; atMs: number }>();
  const filled = (key: string, nowMs: number): number => {
    const bucket = buckets.get(key) ?? { left: burst, atMs: nowMs };
    return Math.min(burst, bucket.left + (Math.max(0, nowMs - bucket.atMs) / 1000) * perSecond);
  };
  return {
    left: (key, nowMs) => Math.floor(filled(key, nowMs)),
    take: (key, nowMs) => {
      if (buckets.size >= KEYS_MAX && !buckets.has(key)) buckets.clear();
      const bucket = { left: filled(key, nowMs), atMs: nowMs };
      buckets.set(key, bucket);
      if (bucket.left < 1) return Math.max(1, Math.ceil((1 - bucket.left) / perSecond));
      bucket.left -= 1;
      return 0;
    },
  };
}
