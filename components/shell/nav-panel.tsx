import { Dialog } from '@base-ui/react/dialog';
import type { ReactNode } from 'react';

interface Props {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  /** Has the focus when it closes. */
  opener: () => HTMLElement | null;
  children: ReactNode;
}

/** What `NavDrawer` slides in: in a file of its own, since wide screens never do. */
export function NavPanel({ isOpen, onOpenChange, opener, children }: Props) {
  return (
    <Dialog.Root
      open={isOpen}
      onOpenChange={(open, details) => {
        // Escape is for what lies on top, such as the account's menu.
        if (details.reason === 'escape-key' && document.querySelector(':popover-open')) details.cancel();
        else onOpenChange(open);
      }}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-[rgb(10_11_14/0.5)]" />
        <Dialog.Popup
          data-covers-page=""
          finalFocus={() => opener() ?? true}
          className="border-line bg-bg-2 fixed inset-y-0 left-0 z-40 flex w-[260px] max-w-[85vw] flex-col border-r p-3"
        >
          <Dialog.Title className="sr-only">Menu</Dialog.Title>
          {children}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
