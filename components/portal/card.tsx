import { clsx } from 'clsx';
import type { ReactNode } from 'react';

interface Props {
  id: string;
  title: string;
  /** Under the title. */
  note?: ReactNode;
  /** Something is asked of the reader. */
  isAsking?: boolean;
  children: ReactNode;
}

/** One answer of the portal, under a heading of its own. */
export function Card({ id, title, note, isAsking = false, children }: Props) {
  return (
    <section
      aria-labelledby={`${id}-title`}
      id={id}
      className={clsx('bg-bg rounded-lg border p-4 sm:p-5', isAsking ? 'border-accent' : 'border-line')}
    >
      <h2 id={`${id}-title`}>{title}</h2>
      {note !== undefined && <p className="text-ink-3 mt-0.5 text-xs">{note}</p>}
      <div className="mt-3">{children}</div>
    </section>
  );
}
