'use client';

import { type ReactNode, useEffect } from 'react';

/**
 * Keys for lists: j and k move between rows (`[data-row]`, by the link in it), → and ← open and close one (`[data-toggle]`), Enter
 * follows the link by itself, / goes to the filter (`[data-filter]`).
 */
export function RowKeys({ children }: { children: ReactNode }) {
  useEffect(() => {
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return children;
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target))
    return;
  if (document.querySelector('[data-covers-page]')) return;
  switch (event.key) {
    case 'j':
      move(1);
      break;
    case 'k':
      move(-1);
      break;
    case 'ArrowRight':
      toggle('false');
      break;
    case 'ArrowLeft':
      toggle('true');
      break;
    case '/':
      document.querySelector<HTMLElement>('[data-filter]')?.focus();
      break;
    default:
      return;
  }
  event.preventDefault();
}

/** A box to tick takes no letters. */
export function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return target.type !== 'checkbox';
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(SELECT|TEXTAREA)$/.test(target.tagName))
  );
}

function move(by: number): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')];
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const next = here === -1 ? rows[by > 0 ? 0 : rows.length - 1] : rows[here + by];
  next?.querySelector<HTMLElement>('[data-row-link]')?.focus();
}

/** Opens or closes the row that has the focus, if it is not so already. */
function toggle(expanded: 'true' | 'false'): void {
  document.activeElement
    ?.closest('[data-row]')
    ?.querySelector<HTMLElement>(`[data-toggle][aria-expanded="${expanded}"]`)
    ?.click();
}
