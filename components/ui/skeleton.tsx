import { clsx } from 'clsx';
import type { ReactNode } from 'react';

/** Stands for a part of the page that is being made, of the same height. Readers are told so once, and nothing of its shapes. */
export function Skeleton({ className, children }: { className?: string; children: ReactNode }) {
  return (
    <div aria-busy="true" data-skeleton="" className={className}>
      <span className="sr-only">This is being put together.</span>
      <noscript>
        <p className="text-13 text-ink-2 py-2">
          This takes longer than usual, and comes by script. Turn scripts on, or load the page again.
        </p>
      </noscript>
      <div aria-hidden="true">{children}</div>
    </div>
  );
}

/** A line of text that is not there yet, in a box as high as its line. */
export function Blank({ className }: { className?: string }) {
  return <span className={clsx('blank', className)} />;
}

/** The rows of a list, each as high as one that holds text. */
export function BlankRows({ count }: { count: number }) {
  return (
    <div className="border-line-2 mt-7 border-t">
      {Array.from({ length: count }, (_, index) => (
        <div
          key={index}
          className="border-line flex h-9 items-center gap-4 border-b max-md:h-20 max-md:items-start max-md:pt-2.5"
        >
          <Blank className="w-24 flex-none" />
          <Blank className="w-36 flex-none max-md:w-28" />
          <Blank className="max-w-80 flex-1 max-md:hidden" />
          <Blank className="ml-auto w-[329px] flex-none max-xl:w-[180px] max-md:hidden" />
        </div>
      ))}
    </div>
  );
}

/** A section with its heading, which is known before what stands under it. */
export function BlankSection({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="mt-7">
      <p className="text-ink-3 mb-2 text-sm font-semibold">{title}</p>
      {children}
    </div>
  );
}
