import { clsx } from 'clsx';
import { Link } from './link';
import type { ReactNode } from 'react';

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
        'text-13 inline-flex h-7 items-center gap-1.5 rounded-full border px-2.5 font-medium whitespace-nowrap',
        isOn ? 'border-accent-line bg-accent-bg text-accent' : 'border-line-2 bg-bg text-ink-2 hover:bg-bg-3',
      )}
    >
      {children}
      {count !== undefined && <span className="font-normal tabular-nums">{count}</span>}
    </Link>
  );
}
