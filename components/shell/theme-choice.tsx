'use client';

import { useRouter } from 'next/navigation';
import { type Theme, THEME_COOKIE } from './theme';

const CHOICES = [
  ['', 'as the device'],
  ['light', 'light'],
  ['dark', 'dark'],
] as const;

/** Light, dark, or as the device has it; kept in a cookie, so that the first paint is right. */
export function ThemeChoice({ theme }: { theme: Theme | null }) {
  const router = useRouter();

  function choose(value: string) {
    const age = value === '' ? 0 : 31_536_000;
    document.cookie = `${THEME_COOKIE}=${value}; Path=/; Max-Age=${age}; SameSite=Lax`;
    if (value === '') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = value;
    router.refresh();
  }

  return (
    <label className="text-13 flex items-center justify-between gap-3">
      Colours
      <select
        defaultValue={theme ?? ''}
        onChange={(event) => choose(event.currentTarget.value)}
        className="border-line-2 bg-bg h-7 rounded-md border px-1.5"
      >
        {CHOICES.map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
