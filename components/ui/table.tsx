import clsx from 'clsx';
import type { ComponentProps } from 'react';

/** A plain table of records; columns that a phone has no room for carry `max-md:hidden`. */
export function Table({ className, ...rest }: ComponentProps<'table'>) {
  return (
    <div className="overflow-x-auto" tabIndex={-1}>
      <table {...rest} className={clsx('text-13 w-full border-collapse', className)} />
    </div>
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

export function Td({ className, ...rest }: ComponentProps<'td'>) {
  return (
    <td
      {...rest}
      className={clsx('border-line h-9 border-b py-1.5 pr-3 whitespace-nowrap last:pr-0', className)}
    />
  );
}
