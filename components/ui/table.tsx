import { clsx } from 'clsx';
import type { ComponentProps, ReactNode } from 'react';

/** A table of records. On narrow screens each row becomes a block of two columns, where cells say with `at` which place they take. */
export function Table({ head, children }: { head: ReactNode; children: ReactNode }) {
  return (
    <table className="text-13 w-full border-collapse max-md:block">
      <thead className="max-md:hidden">
        <tr>{head}</tr>
      </thead>
      <tbody className="max-md:border-line-2 max-md:block max-md:border-t">{children}</tbody>
    </table>
  );
}

export function Th({ className, ...rest }: ComponentProps<'th'>) {
  return (
    <th
      scope="col"
      {...rest}
      className={clsx(
        'border-line-2 text-ink-3 h-7 border-b pr-3 text-left text-xs font-medium whitespace-nowrap last:pr-0',
        className,
      )}
    />
  );
}

/** `isOpenBelow`: more of the same record follows in the next row. */
export function Tr({
  isOpenBelow = false,
  className,
  ...rest
}: ComponentProps<'tr'> & { isOpenBelow?: boolean }) {
  return (
    <tr
      {...rest}
      className={clsx(
        'max-md:border-line max-md:grid max-md:grid-cols-[minmax(0,1fr)_auto] max-md:gap-x-3 max-md:gap-y-0.5 max-md:py-2',
        isOpenBelow ? 'max-md:pb-1 [&>td]:border-b-0' : 'max-md:border-b',
        className,
      )}
    />
  );
}

/** Where a cell goes on narrow screens; `hidden`: it does not. */
export type Place = 'first' | 'first-right' | 'second' | 'second-right' | 'third' | 'third-right' | 'hidden';

const PLACES: Readonly<Record<Place, string>> = {
  first: 'max-md:col-start-1 max-md:row-start-1',
  'first-right': 'max-md:col-start-2 max-md:row-start-1 max-md:text-right',
  second: 'max-md:col-start-1 max-md:row-start-2',
  'second-right': 'max-md:col-start-2 max-md:row-start-2 max-md:text-right',
  third: 'max-md:col-start-1 max-md:row-start-3',
  'third-right': 'max-md:col-start-2 max-md:row-start-3 max-md:text-right',
  hidden: 'max-md:hidden',
};

export function Td({ at, className, ...rest }: ComponentProps<'td'> & { at: Place }) {
  return (
    <td
      {...rest}
      className={clsx(
        'border-line border-b py-1.5 pr-3 last:pr-0 max-md:border-0 max-md:p-0 md:h-9 md:whitespace-nowrap',
        PLACES[at],
        className,
      )}
    />
  );
}
