'use client';

import { useCauseWork } from './cause-work';

const BOX = 'accent-accent size-4 align-middle max-md:size-5';

/** Selects one cause of the list. */
export function CauseSelect({ causeId, title }: { causeId: string; title: string }) {
  const { selected, select } = useCauseWork();
  return (
    <input
      type="checkbox"
      aria-label={`Select ${title}`}
      className={BOX}
      checked={selected.has(causeId)}
      onChange={(event) => select([causeId], event.currentTarget.checked)}
    />
  );
}

/** Selects all causes of the list, or none. */
export function CauseSelectAll({ causeIds }: { causeIds: readonly string[] }) {
  const { selected, select } = useCauseWork();
  const isAll = causeIds.length > 0 && causeIds.every((id) => selected.has(id));
  return (
    <input
      type="checkbox"
      aria-label="Select all on this page"
      className={BOX}
      checked={isAll}
      ref={(box) => {
        if (box) box.indeterminate = !isAll && selected.size > 0;
      }}
      onChange={(event) => select(causeIds, event.currentTarget.checked)}
    />
  );
}
