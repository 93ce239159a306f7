'use client';

import { Toast } from '@base-ui/react/toast';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';

/** Short notices at the edge of the page, read out politely, with one thing to do at most. */
export function Toaster({ children }: { children: ReactNode }) {
  return (
    <Toast.Provider timeout={8000}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className="fixed right-4 bottom-4 z-50 flex w-[340px] max-w-[calc(100vw-32px)] flex-col gap-2">
          <Toasts />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function Toasts() {
  const { toasts } = Toast.useToastManager();
  return toasts.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      aria-label="Notice"
      className="border-line-2 bg-bg text-13 shadow-pop flex items-center gap-3 rounded-lg border px-3.5 py-2.5"
    >
      <Toast.Content className="flex flex-1 items-center gap-3">
        <Toast.Description className="flex-1" />
        <Toast.Action className="text-accent font-medium hover:underline" />
        <Toast.Close
          aria-label="Dismiss"
          className="text-ink-3 hover:bg-bg-3 grid size-6 place-items-center rounded"
        >
          <X size={14} aria-hidden="true" />
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ));
}

export interface Notice {
  text: string;
  /** Offers to take back what was done. */
  undo?: () => void;
  /** Offers to do again what came to nothing; not beside `undo`. */
  tryAgain?: () => void;
}

/** Shows a notice; what it offers is done once, and the notice goes. */
export function useNotify(): (notice: Notice) => void {
  const { add, close } = Toast.useToastManager();
  return ({ text, undo, tryAgain }) => {
    const act = undo ?? tryAgain;
    const id = add({
      description: text,
      // What came to nothing should not be missed.
      ...(tryAgain && { timeout: 20_000 }),
      ...(act && {
        actionProps: {
          children: undo ? 'Undo' : 'Try again',
          onClick: () => {
            close(id);
            act();
          },
        },
      }),
    });
  };
}
