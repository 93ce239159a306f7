import { initialsOf } from '../format/initials';

/** Who has a cause, as initials with the name for readers and on hover; null: nobody has. */
export function AssigneeMark({ name }: { name: string | null }) {
  if (name === null)
    return (
      <span
        role="img"
        aria-label="assigned to nobody"
        title="Nobody"
        className="border-edge inline-block size-6 rounded-full border border-dashed align-middle"
      />
    );
  return (
    <span
      role="img"
      aria-label={`assigned to ${name}`}
      title={name}
      className="border-line-2 bg-bg-3 text-ink-2 inline-grid size-6 place-items-center rounded-full border align-middle text-[10px] font-semibold"
    >
      {initialsOf(name)}
    </span>
  );
}
