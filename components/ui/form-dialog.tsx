'use client';

import {
  cloneElement,
  type ComponentProps,
  lazy,
  type ReactElement,
  type ReactNode,
  Suspense,
  useState,
} from 'react';
import { useWasOpened } from './use-was-opened';

interface Props {
  title: string;
  description?: ReactNode;
  /** The button that opens it. */
  trigger: ReactElement<ComponentProps<'button'>>;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  children: ReactNode;
}

const load = async () => ({ default: (await import('./dialog-panel')).DialogPanel });
const DialogPanel = lazy(load);

/**
 * A dialog over the page; Escape and a click outside close it, the focus comes back to its button. It comes when it is about to be
 * asked for: the pointer or the focus is on its button.
 */
export function FormDialog({ trigger, isOpen, onOpenChange, ...panel }: Props) {
  const wasOpened = useWasOpened(isOpen);
  const [opener, setOpener] = useState<HTMLElement | null>(null);
  return (
    <>
      {cloneElement(trigger, {
        'aria-haspopup': 'dialog',
        'aria-expanded': isOpen,
        onPointerEnter: () => void load(),
        onFocus: () => void load(),
        onClick: (event) => {
          setOpener(event.currentTarget);
          onOpenChange(true);
        },
      })}
      {wasOpened && (
        <Suspense>
          <DialogPanel {...panel} isOpen={isOpen} onOpenChange={onOpenChange} opener={opener} />
        </Suspense>
      )}
    </>
  );
}
