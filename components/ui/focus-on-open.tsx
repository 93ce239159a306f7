'use client';

import { type ReactNode, useEffect, useRef } from 'react';

/** Moves the focus to what has just been opened, so that keyboard and reader go on there; Escape follows its close link. */
export function FocusOnOpen({ children }: { children: ReactNode }) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // A page that is opened with it has not been asked by the reader to jump.
    if (document.activeElement !== document.body) ref.current?.focus({ preventScroll: true });
    const close = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      ref.current?.parentElement?.querySelector<HTMLElement>('[data-closes]')?.click();
    };
    document.addEventListener('keydown', close);
    return () => document.removeEventListener('keydown', close);
  }, []);
  return (
    <div ref={ref} tabIndex={-1}>
      {children}
    </div>
  );
}
