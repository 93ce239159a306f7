'use client';

import { Dialog } from '@base-ui/react/dialog';
import { Menu } from 'lucide-react';
import { usePathname } from 'next/navigation';
import { type ReactNode, useState } from 'react';

/** The navigation on narrow screens: a button that slides it in; going somewhere closes it. */
export function NavDrawer({ children }: { children: ReactNode }) {
  const path = usePathname();
  const [openOn, setOpenOn] = useState<string | null>(null);
  return (
    <Dialog.Root open={openOn === path} onOpenChange={(isOpen) => setOpenOn(isOpen ? path : null)}>
      <Dialog.Trigger
        aria-label="Menu"
        className="text-ink hover:bg-bg-3 -ml-2.5 grid size-10 flex-none place-items-center rounded-md lg:hidden"
      >
        <Menu size={18} aria-hidden="true" />
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-[rgb(10_11_14/0.5)]" />
        <Dialog.Popup
          data-covers-page=""
          className="border-line bg-bg-2 fixed inset-y-0 left-0 z-40 flex w-[260px] max-w-[85vw] flex-col border-r p-3"
        >
          <Dialog.Title className="sr-only">Menu</Dialog.Title>
          {children}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
