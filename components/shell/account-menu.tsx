'use client';

import { Popover } from '@base-ui/react/popover';
import { ChevronsUpDown } from 'lucide-react';
import { buttonClass } from '../ui/button';
import { TextLink } from '../ui/text-link';
import type { Theme } from './theme';
import { ThemeChoice } from './theme-choice';

interface Props {
  name: string;
  email: string;
  role: string;
  theme: Theme | null;
}

/** Who is signed in, their colours, and the ways out. */
export function AccountMenu({ name, email, role, theme }: Props) {
  return (
    <Popover.Root>
      <Popover.Trigger
        aria-label={`Account of ${name}`}
        className="hover:bg-bg-3 flex w-full items-center gap-2 rounded-md p-1.5 text-left"
      >
        <span
          aria-hidden="true"
          className="border-line-2 bg-bg-3 text-ink-2 grid size-6 flex-none place-items-center rounded-full border text-[10px] font-semibold"
        >
          {initials(name)}
        </span>
        <span className="text-13 min-w-0 flex-1 font-medium">
          <span className="block truncate">{name}</span>
          <span className="text-ink-3 block text-xs font-normal">{role}</span>
        </span>
        <ChevronsUpDown size={14} aria-hidden="true" className="text-ink-3" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner side="top" align="start" sideOffset={6} className="z-50">
          <Popover.Popup className="border-line-2 bg-bg shadow-pop flex w-[240px] flex-col gap-3 rounded-lg border p-3.5">
            <Popover.Title className="text-13 truncate font-medium">{email}</Popover.Title>
            <ThemeChoice theme={theme} />
            <TextLink href="/account">Password, codes and sessions</TextLink>
            <form method="post" action="/api/v1/sign-out">
              <button type="submit" className={buttonClass('plain', 'w-full')}>
                Sign out
              </button>
            </form>
            <form method="post" action="/api/v1/sign-out-everywhere">
              <button type="submit" className={buttonClass('quiet', 'w-full')}>
                Sign out everywhere
              </button>
            </form>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  return `${words[0]?.[0] ?? ''}${words.length > 1 ? (words.at(-1)?.[0] ?? '') : ''}`.toUpperCase();
}
