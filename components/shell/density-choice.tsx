'use client';

import { DENSITY_COOKIE } from './density';

const CHOICES = [
  ['', 'comfortable'],
  ['compact', 'compact'],
] as const;

/** How close rows stand; kept in a cookie as the colours are, so that the first paint is right. */
export function DensityChoice() {
  return (
    <label className="text-13 flex items-center justify-between gap-3">
      Rows
      <select
        defaultValue={document.documentElement.dataset['density'] ?? ''}
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

function choose(value: string) {
  const age = value === '' ? 0 : 31_536_000;
  document.cookie = `${DENSITY_COOKIE}=${value}; Path=/; Max-Age=${age}; SameSite=Lax`;
  if (value === '') delete document.documentElement.dataset['density'];
  else document.documentElement.dataset['density'] = value;
}
