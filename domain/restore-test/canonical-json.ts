/**
 * A value as JSON text that is the same whenever the value is: keys sorted by code unit at every depth, nothing left out but
 * `undefined`, no white space. Hashes of records are of its UTF-8 bytes.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  // Without a prototype, so that a key called `__proto__` is a key.
  const ordered = Object.create(null) as Record<string, unknown>;
  for (const [key, one] of Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    ordered[key] = sorted(one);
  return ordered;
}
