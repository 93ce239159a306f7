'use client';

import { type ReactNode, useEffect, useRef } from 'react';

/** From here on the panel stands beside the list, where the focus stays. */
const BESIDE = '(min-width: 1280px)';

/** Moves the focus to a cause that was just opened in place of the list, so that keyboard and reader go on there. */
export function PanelFocus({ children }: { children: ReactNode }) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // A page that is opened with it has not been asked by the reader to jump; the link that opened it is gone from sight.
    if (matchMedia(BESIDE).matches || window.scrollY === 0) return;
    ref.current?.focus();
    ref.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <div ref={ref} tabIndex={-1}>
      {children}
    </div>
  );
}
