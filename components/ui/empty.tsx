import type { ReactNode } from 'react';

/** Says that there is nothing, why, and what the next step is. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="border-line-2 text-13 text-ink-2 rounded-lg border border-dashed px-5 py-4">
      <p className="text-ink font-medium">{title}</p>
      {children && <div className="mt-1 max-w-[70ch]">{children}</div>}
    </div>
  );
}
