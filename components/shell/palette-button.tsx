'use client';

import { Search } from 'lucide-react';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Button } from '../ui/button';
import { Kbd } from '../ui/kbd';
import { useWasOpened } from '../ui/use-was-opened';

/** Somewhere to go, or something to do, that is there whatever is called how. */
export interface PaletteAction {
  readonly name: string;
  readonly href: string;
  /** Left out: a screen. */
  readonly kind?: 'action';
}

/** Comes when it is about to be asked for: most pages are looked at without it, and who asks types on at once. */
const load = async () => ({ default: (await import('./command-palette')).CommandPalette });
const CommandPalette = lazy(load);

/** Opens the palette: by its button, by Ctrl or Cmd K, and by / where the page has no filter of its own. */
export function PaletteButton({ actions }: { actions: readonly PaletteAction[] }) {
  const [isOpen, setIsOpen] = useState(false);
  const wasOpened = useWasOpened(isOpen);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Control' || event.key === 'Meta') void load();
      if (!isForPalette(event)) return;
      event.preventDefault();
      setIsOpen(true);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return (
    <>
      <Button
        kind="quiet"
        onClick={() => setIsOpen(true)}
        onPointerEnter={() => void load()}
        aria-keyshortcuts="Control+K Meta+K"
        aria-label="Go to …"
        className="max-md:px-2"
      >
        <Search size={14} aria-hidden="true" />
        <span className="max-md:hidden">Go to</span>
        <span className="max-md:hidden">
          <Kbd>Ctrl K</Kbd>
        </span>
      </Button>
      {wasOpened && (
        <Suspense>
          <CommandPalette actions={actions} isOpen={isOpen} onOpenChange={setIsOpen} />
        </Suspense>
      )}
    </>
  );
}

function isForPalette(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || document.querySelector('[data-covers-page]')) return false;
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey)
    return event.key.toLowerCase() === 'k';
  const { target } = event;
  const isTyping =
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName));
  return event.key === '/' && !isTyping && !event.altKey && !document.querySelector('[data-filter]');
}
