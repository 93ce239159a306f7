/** What was looked up, for a while: it may be changed through another process. */
export interface ShortMemory<Value> {
  /** undefined: it was never kept, or too long ago. */
  recall(name: string): Value | undefined;
  keep(name: string, value: Value): void;
  forget(name: string): void;
}

const KEPT_MAX = 20_000;
const AGE_MS_MAX = 60_000;

/** Keeps each of at most 20,000 values for a minute; one more makes it forget them all. */
export function createShortMemory<Value>(): ShortMemory<Value> {
  const known = new Map<string, { readonly value: Value; readonly keptMs: number }>();
  return {
    recall: (name) => {
      const kept = known.get(name);
      if (kept && performance.now() - kept.keptMs < AGE_MS_MAX) return kept.value;
      known.delete(name);
      return undefined;
    },
    keep: (name, value) => {
      if (known.size >= KEPT_MAX) known.clear();
      known.set(name, { value, keptMs: performance.now() });
    },
    forget: (name) => void known.delete(name),
  };
}
