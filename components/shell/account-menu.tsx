'use client';

import { ChevronsUpDown } from 'lucide-react';
import { useId, useState } from 'react';
import { initialsOf } from '../format/initials';
import { buttonClass } from '../ui/button';
import { TextLink } from '../ui/text-link';
import type { Theme } from './theme';
import { DensityChoice } from './density-choice';
import { ThemeChoice } from './theme-choice';

interface Props {
  name: string;
  email: string;
  role: string;
  theme: Theme | null;
}

/**
 * Who is signed in, their colours, and the ways out. The browser's own popover: it closes itself and gives the focus back. Its button is
 * always in the lower left corner, so the popover stands above that.
 */
export function AccountMenu({ name, email, role, theme }: Props) {
  const id = useId();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        popoverTarget={id}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        aria-label={`Account of ${name}`}
        className="hover:bg-bg-3 flex w-full items-center gap-2 rounded-md p-1.5 text-left"
      >
        <span
          aria-hidden="true"
          className="border-line-2 bg-bg-3 text-ink-2 grid size-6 flex-none place-items-center rounded-full border text-[10px] font-semibold"
        >
          {initialsOf(name)}
        </span>
        <span className="text-13 min-w-0 flex-1 font-medium">
          <span className="block truncate">{name}</span>
          <span className="text-ink-3 block text-xs font-normal">{role}</span>
        </span>
        <ChevronsUpDown size={14} aria-hidden="true" className="text-ink-3" />
      </button>
      <dialog
        id={id}
        popover="auto"
        aria-label={email}
        tabIndex={-1}
        // Filled before it is seen, emptied after it gave the focus back.
        onBeforeToggle={(event) => {
          if (event.newState === 'open') setIsOpen(true);
        }}
        onToggle={(event) => {
          if (event.newState === 'open') event.currentTarget.focus();
          else setIsOpen(false);
        }}
        className="border-line-2 bg-bg text-ink shadow-pop fixed inset-auto bottom-16 left-3 m-0 w-[240px] rounded-lg border p-3.5"
      >
        {isOpen && (
          <div className="flex flex-col gap-3">
            <p className="text-13 truncate font-medium">{email}</p>
            <ThemeChoice theme={theme} />
            <DensityChoice />
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
          </div>
        )}
      </dialog>
    </>
  );
}
