import { clsx } from 'clsx';
import { Link } from './link';
import type { ComponentProps } from 'react';

/** A link in running text or a table. */
export function TextLink({ className, ...rest }: ComponentProps<typeof Link>) {
  return <Link {...rest} className={clsx('text-accent hover:underline', className)} />;
}
