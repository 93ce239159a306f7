'use client';

import { Search } from 'lucide-react';
import { useSearchParams } from 'next/navigation';
import { useEffect, useRef } from 'react';
import { useAddressFilter } from './use-address-filter';

const QUIET_MS = 250;

/**
 * A search that lives in the address as `q`; while somebody types, it waits for a pause, or until they turn to something else: what
 * they do next must not be overtaken by it.
 */
export function FilterField({ label }: { label: string }) {
  const setFilter = useAddressFilter();
  const query = useSearchParams();
  const asked = query.get('q') ?? '';
  const field = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const waiting = useRef<string | null>(null);

  // Going back, or taking a filter away, changes the address without the field.
  useEffect(() => {
    if (field.current && field.current.value.trim() !== asked && document.activeElement !== field.current)
      field.current.value = asked;
  }, [asked, query]);
  useEffect(() => () => clearTimeout(timer.current), []);

  function ask(text: string) {
    clearTimeout(timer.current);
    waiting.current = text.trim();
    timer.current = setTimeout(askNow, QUIET_MS);
  }

  function askNow() {
    clearTimeout(timer.current);
    if (waiting.current !== null) setFilter('q', waiting.current);
    waiting.current = null;
  }

  return (
    <search className="border-edge text-ink-3 flex h-8 w-[248px] items-center gap-1.5 rounded-md border px-2 max-md:w-full">
      <Search size={14} aria-hidden="true" className="flex-none" />
      <input
        ref={field}
        type="search"
        name="q"
        defaultValue={asked}
        aria-label={label}
        placeholder={label}
        data-filter=""
        maxLength={200}
        onChange={(event) => ask(event.currentTarget.value)}
        onBlur={askNow}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.currentTarget.value = '';
          ask('');
          event.currentTarget.blur();
        }}
        className="text-ink placeholder:text-ink-3 text-13 w-full bg-transparent outline-offset-4"
      />
    </search>
  );
}
