import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { type ReactNode, useRef } from 'react';

interface Props {
  title: string;
  description?: ReactNode;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  /** Has the focus when it closes, asked then, since it may be gone; null: what had it before. */
  opener: HTMLElement | null | (() => HTMLElement | null);
  /** The focus begins in the form, not at the button that closes: for what is opened by a key. */
  startsInForm?: boolean;
  children: ReactNode;
}

/** What is chosen already, else the first field. */
const FIRST_FIELD = 'input:checked, select, textarea, input:not([type=radio])';

/** What `FormDialog` opens: in a file of its own, since most pages are looked at without it. */
export function DialogPanel(props: Props) {
  const { title, description, isOpen, onOpenChange, opener, startsInForm = false, children } = props;
  const popup = useRef<HTMLDivElement>(null);
  return (
    <Dialog.Root open={isOpen} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-[rgb(10_11_14/0.5)]" />
        <Dialog.Viewport className="fixed inset-0 z-40 grid justify-items-center overflow-y-auto p-4 sm:p-10">
          <Dialog.Popup
            ref={popup}
            data-covers-page=""
            initialFocus={() =>
              (startsInForm && popup.current?.querySelector<HTMLElement>(FIRST_FIELD)) || true
            }
            finalFocus={() => (typeof opener === 'function' ? opener() : opener) ?? true}
            className="border-line-2 bg-bg shadow-pop my-auto w-full max-w-[520px] rounded-xl border p-5"
          >
            <header className="mb-3 flex items-start justify-between gap-4">
              <div>
                <Dialog.Title className="text-base font-semibold">{title}</Dialog.Title>
                {description && (
                  <Dialog.Description className="text-13 text-ink-2 mt-0.5">{description}</Dialog.Description>
                )}
              </div>
              <Dialog.Close
                aria-label="Close"
                className="text-ink-3 hover:bg-bg-3 -mt-1 -mr-1 grid size-8 flex-none place-items-center rounded-md"
              >
                <X size={16} aria-hidden="true" />
              </Dialog.Close>
            </header>
            {children}
          </Dialog.Popup>
        </Dialog.Viewport>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
