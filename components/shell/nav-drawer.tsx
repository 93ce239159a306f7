'use client';

import { Menu } from 'lucide-react';
import { usePathname } from 'next/navigation';
import { lazy, type ReactNode, Suspense, useRef, useState } from 'react';
import { useWasOpened } from '../ui/use-was-opened';

const load = async () => ({ default: (await import('./nav-panel')).NavPanel });
const NavPanel = lazy(load);

/** The navigation on narrow screens: a button that slides it in; going somewhere closes it. */
export function NavDrawer({ children }: { children: ReactNode }) {
  const path = usePathname();
  const [openOn, setOpenOn] = useState<string | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const isOpen = openOn === path;
  const wasOpened = useWasOpened(isOpen);
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-label="Menu"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onPointerEnter={() => void load()}
        onFocus={() => void load()}
        onClick={() => setOpenOn(path)}
        className="text-ink hover:bg-bg-3 -ml-2.5 grid size-10 flex-none place-items-center rounded-md lg:hidden"
      >
        <Menu size={18} aria-hidden="true" />
      </button>
      {wasOpened && (
        <Suspense>
          <NavPanel
            isOpen={isOpen}
            onOpenChange={(open) => setOpenOn(open ? path : null)}
            opener={() => button.current}
          >
            {children}
          </NavPanel>
        </Suspense>
      )}
    </>
  );
}
