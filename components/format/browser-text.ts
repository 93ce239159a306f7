/** Most telling first: what imitates another's name comes before it. */
const BROWSERS = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\//, 'Firefox'],
  [/Chrom(e|ium)\//, 'Chrome'],
  [/Safari\//, 'Safari'],
] as const;
const PLATFORMS = [
  [/iPhone|iPad/, 'iOS'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X|Macintosh/, 'macOS'],
  [/Linux|X11/, 'Linux'],
] as const;

/** A browser's name for itself as people say it: `Firefox on Linux`; null or unheard of: an unknown program. */
export function browserText(userAgent: string | null): string {
  const name = (table: readonly (readonly [RegExp, string])[]) =>
    table.find(([pattern]) => pattern.test(userAgent ?? ''))?.[1];
  const [browser, platform] = [name(BROWSERS), name(PLATFORMS)];
  if (browser && platform) return `${browser} on ${platform}`;
  return browser ?? platform ?? 'Unknown program';
}
