'use client';

import { type FocusEvent, type KeyboardEvent, type MouseEvent, type ReactNode, useState } from 'react';

interface Tip {
  text: string;
  left: number;
  top: number;
}

/** Arrow keys and a tooltip for every day bar within. */
export function DayKeys({ className, children }: { className?: string | undefined; children: ReactNode }) {
  const [tip, setTip] = useState<Tip | null>(null);

  function show({ target }: MouseEvent | FocusEvent) {
    const day = target instanceof Element ? target.closest<HTMLElement>('[data-day]') : null;
    setTip(day ? tipOf(day) : null);
  }

  function move(event: KeyboardEvent) {
    const day = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-day]') : null;
    if (!day) return;
    if (event.key === 'Escape') setTip(null);
    const next = neighbour(day, event.key);
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    day.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }

  return (
    <div
      role="presentation"
      className={className}
      onMouseOver={show}
      onFocus={show}
      onBlur={() => setTip(null)}
      onMouseLeave={() => setTip(null)}
      onKeyDown={move}
    >
      {children}
      {tip && (
        <div
          aria-hidden="true"
          className="border-line-2 bg-bg text-ink-2 shadow-pop pointer-events-none fixed z-30 max-w-[308px] rounded-lg border px-3 py-2 text-xs"
          style={{ left: tip.left, top: tip.top }}
        >
          {tip.text}
        </div>
      )}
    </div>
  );
}

function tipOf(day: HTMLElement): Tip {
  const { left, bottom } = day.getBoundingClientRect();
  return {
    text: day.getAttribute('aria-label') ?? '',
    left: Math.max(8, Math.min(left - 140, window.innerWidth - 316)),
    top: bottom + 6,
  };
}

function neighbour(day: HTMLElement, key: string): HTMLElement | null {
  const bar = day.closest('[data-day-bar]');
  const days = [...(bar?.querySelectorAll<HTMLElement>('[data-day]') ?? [])];
  const index = days.indexOf(day);
  switch (key) {
    case 'ArrowLeft':
      return days[index - 1] ?? null;
    case 'ArrowRight':
      return days[index + 1] ?? null;
    case 'ArrowUp':
      return dayInMonth(days, day, -1);
    case 'ArrowDown':
      return dayInMonth(days, day, 1);
    case 'Home':
      return days[0] ?? null;
    case 'End':
      return days.at(-1) ?? null;
    default:
      return null;
  }
}

/** The same day of the next month or the one before, in a calendar, whose days have dates; a day that a month lacks is its last. */
function dayInMonth(days: readonly HTMLElement[], day: HTMLElement, step: 1 | -1): HTMLElement | null {
  const date = day.dataset['day'] ?? '';
  if (date === '') return null;
  const month = new Date(Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1 + step, 1))
    .toISOString()
    .slice(0, 7);
  const inMonth = days.filter((one) => one.dataset['day']?.startsWith(month));
  return inMonth.find((one) => one.dataset['day']?.slice(8) === date.slice(8)) ?? inMonth.at(-1) ?? null;
}
