import { clsx } from 'clsx';
import { Children, type ComponentProps, type ReactNode } from 'react';
import { isLong, Rows, RowsNote } from './rows';

/**
 * A table of records. Where there is little room each row becomes a block of two columns, in which cells say with `at` which
 * place they take. Of more than a hundred rows only those in sight are in the page.
 */
export function Table({ head, children }: { head: ReactNode; children: ReactNode }) {
  const rowCount = isLong(children) ? Children.count(children) + 1 : undefined;
  return (
    <div className="@container relative -mx-1 overflow-x-auto px-1">
      <table className="text-13 w-full border-collapse @max-2xl:block" aria-rowcount={rowCount}>
        <thead className="@max-2xl:hidden">
          <tr aria-rowindex={rowCount && 1}>{head}</tr>
        </thead>
        <Rows
          as="tbody"
          rowHeight={ROW_HEIGHT}
          className="@max-2xl:border-line-2 @max-2xl:block @max-2xl:border-t"
        >
          {children}
        </Rows>
      </table>
      <RowsNote>{children}</RowsNote>
    </div>
  );
}

/** With its border, where there is room. */
const ROW_HEIGHT = 37;

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
        '@max-2xl:border-line @max-2xl:grid @max-2xl:grid-cols-[minmax(0,1fr)_auto] @max-2xl:gap-x-3 @max-2xl:gap-y-0.5 @max-2xl:py-2',
        isOpenBelow ? '@max-2xl:pb-1 [&>td]:border-b-0' : '@max-2xl:border-b',
        className,
      )}
    />
  );
}

/** Where a cell goes when there is little room; `fourth`: over both columns; `hidden`: it does not. */
export type Place =
  'first' | 'first-right' | 'second' | 'second-right' | 'third' | 'third-right' | 'fourth' | 'hidden';

const PLACES: Readonly<Record<Place, string>> = {
  first: '@max-2xl:col-start-1 @max-2xl:row-start-1',
  'first-right': '@max-2xl:col-start-2 @max-2xl:row-start-1 @max-2xl:text-right',
  second: '@max-2xl:col-start-1 @max-2xl:row-start-2',
  'second-right': '@max-2xl:col-start-2 @max-2xl:row-start-2 @max-2xl:text-right',
  third: '@max-2xl:col-start-1 @max-2xl:row-start-3',
  'third-right': '@max-2xl:col-start-2 @max-2xl:row-start-3 @max-2xl:text-right',
  fourth: '@max-2xl:col-span-2 @max-2xl:col-start-1 @max-2xl:row-start-4',
  hidden: '@max-2xl:hidden',
};

export function Td({ at, className, ...rest }: ComponentProps<'td'> & { at: Place }) {
  return (
    <td
      {...rest}
      className={clsx(
        'border-line border-b py-(--row-pad) pr-3 last:pr-0 @max-2xl:border-0 @max-2xl:p-0 @2xl:h-(--row-height) @2xl:whitespace-nowrap',
        PLACES[at],
        className,
      )}
    />
  );
}
