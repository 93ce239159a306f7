/**
 * A path of this site to go to after sign-in, or `/`: anything that a browser could read as another site's address
 * (scheme, `//`, back-slash, control characters) becomes `/`.
 */
export function safePath(asked: string | null | undefined): string {
  if (!asked || asked.length > 2000 || !asked.startsWith('/')) return '/';
  // eslint-disable-next-line no-control-regex -- control characters are what it looks for
  if (asked.startsWith('//') || /[\\\u0000-\u001f\u007f]/.test(asked)) return '/';
  const base = 'http://here.invalid';
  if (!URL.canParse(asked, base)) return '/';
  const { origin, pathname, search } = new URL(asked, base);
  return origin === base && !pathname.startsWith('//') ? `${pathname}${search}` : '/';
}
