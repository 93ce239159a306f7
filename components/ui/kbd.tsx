import type { ReactNode } from 'react';

export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className="border-line-2 bg-bg text-11 text-ink-3 inline-block min-w-[18px] rounded border border-b-2 px-1 text-center font-mono font-medium">
      {children}
    </kbd>
  );
}
