import type { ReactNode } from 'react';

interface Props {
  id: string;
  title: string;
  aside?: ReactNode;
  children: ReactNode;
}

/** A part of a page under a heading of its own, that a link can name. */
export function Section({ id, title, aside, children }: Props) {
  return (
    <section aria-labelledby={`${id}-title`} id={id} className="mt-7 scroll-mt-16">
      <div className="text-13 mb-2 flex flex-wrap items-baseline justify-between gap-x-3">
        <h2 id={`${id}-title`}>{title}</h2>
        {aside !== undefined && <div className="text-ink-3">{aside}</div>}
      </div>
      {children}
    </section>
  );
}
