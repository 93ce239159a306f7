'use client';

// oxlint-disable-next-line no-restricted-imports -- part of the one place that wraps it
import { useLinkStatus } from 'next/link';
import { useEffect } from 'react';

/** A page that comes at once needs no word about waiting. */
const QUIET_MS = 150;

/** Within a link: marks the document while the page that it leads to is being made; `globals.css` shows it. */
export function LinkPending() {
  const { pending } = useLinkStatus();
  useEffect(() => {
    if (!pending) return;
    const { dataset } = document.documentElement;
    const timer = setTimeout(() => (dataset['waiting'] = ''), QUIET_MS);
    return () => {
      clearTimeout(timer);
      delete dataset['waiting'];
    };
  }, [pending]);
  return null;
}
