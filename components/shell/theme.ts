export const THEME_COOKIE = 'holdfast-theme';

const THEMES = ['light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** What a person chose; null: as the device has it. */
export function themeOf(cookie: string | undefined): Theme | null {
  return THEMES.find((theme) => theme === cookie) ?? null;
}
