import { clsx } from 'clsx';
import type { ComponentProps } from 'react';

const BASE =
  'inline-flex h-8 items-center justify-center gap-1.5 rounded-md border px-3 text-13 font-medium whitespace-nowrap disabled:opacity-60';
const KINDS = {
  plain: 'border-line-2 bg-bg text-ink hover:bg-bg-3',
  primary: 'border-accent bg-accent text-accent-ink',
  quiet: 'border-transparent bg-transparent text-ink-2 hover:bg-bg-3',
} as const;
export type ButtonKind = keyof typeof KINDS;

/** The look of a button, for links that act and for parts of other libraries. */
export function buttonClass(kind: ButtonKind = 'plain', extra?: string): string {
  return clsx(BASE, KINDS[kind], extra);
}

export function Button({
  kind = 'plain',
  className,
  ...rest
}: ComponentProps<'button'> & { kind?: ButtonKind }) {
  return <button type="button" {...rest} className={buttonClass(kind, className)} />;
}
