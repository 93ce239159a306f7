import { clsx } from 'clsx';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { Link } from './link';
import { Th } from './table';

/** The order of a list, as its address has it. */
export interface Sorting<Key extends string> {
  readonly key: Key;
  readonly isReversed: boolean;
  readonly hrefOf: (key: Key, isReversed: boolean) => string;
}

interface Props<Key extends string> {
  name: string;
  by: Key;
  /** null: the list has one order. */
  sorting: Sorting<Key> | null;
  className?: string;
}

/** The head of a column by which a list can be ordered. */
export function SortTh<Key extends string>({ name, by, sorting, className }: Props<Key>) {
  if (!sorting) return <Th className={className}>{name}</Th>;
  return (
    <Th aria-sort={ariaSort(sorting, by)} className={className}>
      <SortLink name={name} by={by} sorting={sorting} />
    </Th>
  );
}

/** What `aria-sort` says of a column; undefined: the list is not ordered by it. */
export function ariaSort<Key extends string>(sorting: Sorting<Key>, by: Key) {
  if (sorting.key !== by) return undefined;
  return sorting.isReversed ? 'descending' : 'ascending';
}

/** Within the head of a column: a click orders by it, the next one turns the order round. */
export function SortLink<Key extends string>({
  name,
  by,
  sorting,
}: {
  name: string;
  by: Key;
  sorting: Sorting<Key>;
}) {
  const isOn = sorting.key === by;
  const Arrow = sorting.isReversed ? ArrowUp : ArrowDown;
  return (
    <Link
      href={sorting.hrefOf(by, isOn && !sorting.isReversed)}
      scroll={false}
      className={clsx('inline-flex items-center gap-1 hover:underline', isOn && 'text-ink')}
    >
      {name}
      {isOn && <Arrow size={12} aria-hidden="true" />}
    </Link>
  );
}
