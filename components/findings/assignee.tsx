import { clsx } from 'clsx';
import { initialsOf } from '../format/initials';

/** Who has a cause, as initials with the name for readers and on hover; null: nobody has. */
export function AssigneeMark({ name }: { name: string | null }) {
  return (
    <span
      title={name ?? 'Nobody'}
      className={clsx(
        'inline-grid size-6 place-items-center rounded-full border align-middle text-[10px] font-semibold',
        name === null ? 'border-edge border-dashed' : 'border-line-2 bg-bg-3 text-ink-2',
      )}
    >
      {name !== null && <span aria-hidden="true">{initialsOf(name)}</span>}
      <span className="sr-only">assigned to {name ?? 'nobody'}</span>
    </span>
  );
}
