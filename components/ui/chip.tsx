import { clsx } from 'clsx';
import type { ReactNode } from 'react';
import { Link } from './link';

interface Props {
  href: string;
  isOn: boolean;
  count?: number;
  children: ReactNode;
}

/** A filter that lives in the address: on or off, with how many it has. */
export function Chip({ href, isOn, count, children }: Props) {
  return (
    <Link
      href={href}
      scroll={false}
      aria-current={isOn ? 'true' : undefined}
      className={clsx(
        'text-13 inline-flex h-7 max-w-full items-center gap-1.5 rounded-full border px-2.5 font-medium',
        isOn ? 'border-accent-line bg-accent-bg text-accent' : 'border-line-2 bg-bg text-ink-2 hover:bg-bg-3',
      )}
    >
      <span className="truncate">{children}</span>
      {count !== undefined && <span className="font-normal tabular-nums">{count}</span>}
    </Link>
  );
}
