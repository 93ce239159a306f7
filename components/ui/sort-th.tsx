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

/** The head of a column by which a list can be ordered: a click orders, the next one turns it round. */
export function SortTh<Key extends string>({ name, by, sorting, className }: Props<Key>) {
  if (!sorting) return <Th className={className}>{name}</Th>;
  const isOn = sorting.key === by;
  const Arrow = sorting.isReversed ? ArrowUp : ArrowDown;
  const direction = sorting.isReversed ? 'descending' : 'ascending';
  return (
    <Th aria-sort={isOn ? direction : undefined} className={className}>
      <Link
        href={sorting.hrefOf(by, isOn && !sorting.isReversed)}
        scroll={false}
        className={clsx('inline-flex items-center gap-1 hover:underline', isOn && 'text-ink')}
      >
        {name}
        {isOn && <Arrow size={12} aria-hidden="true" />}
      </Link>
    </Th>
  );
}
