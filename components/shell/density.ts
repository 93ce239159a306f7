export const DENSITY_COOKIE = 'holdfast-density';

/** How close rows stand: 30 px instead of 36. */
const COMPACT = 'compact';
export type Density = typeof COMPACT;

/** What a person chose; null: comfortable. */
export function densityOf(cookie: string | undefined): Density | null {
  return cookie === COMPACT ? COMPACT : null;
}
