'use client';

import { X } from 'lucide-react';
import { Shape } from '../backup/status-mark';
import type { Undone } from './use-foreseen';

/** Beside what an act came to nothing for: that it stands as before, why, and once more. The notice has said it to readers. */
export function UndoneMark({
  undone,
  of,
  onPutAway,
}: {
  undone: Undone | null;
  /** Its name, for readers. */
  of: string;
  onPutAway: () => void;
}) {
  if (undone === null) return null;
  return (
    <span
      data-undone=""
      className="bg-bad-bg text-bad mt-1 flex w-fit max-w-full flex-wrap items-center gap-x-1.5 rounded px-1.5 py-0.5 text-xs leading-4 whitespace-normal"
    >
      <span className="flex min-w-0 items-center gap-1.5">
        <Shape tone="bad" />
        <span className="min-w-0 [overflow-wrap:anywhere]">{undone.text}</span>
      </span>
      <button
        type="button"
        onClick={undone.tryAgain}
        aria-label={`Try again: ${of}`}
        className="min-h-6 font-medium underline"
      >
        Try again
      </button>
      <button
        type="button"
        onClick={onPutAway}
        aria-label={`Put this note away: ${of}`}
        className="grid size-6 place-items-center rounded"
      >
        <X size={12} aria-hidden="true" />
      </button>
    </span>
  );
}
