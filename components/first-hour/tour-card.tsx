'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { sendJson } from '../forms/send-json';
import { Button } from '../ui/button';
import { useNotify } from '../ui/toaster';
import { TOUR_STOPS, tourHrefs } from './tour-stops';

const LOOK_EVERY_MS = 150;
const LOOKS_MAX = 30;

/** A stop of the tour, beside what it tells of: the page stays usable, Escape ends the tour, and a reader hears each stop as it comes. */
export function TourCard({ stop: number }: { stop: number }) {
  const router = useRouter();
  const notify = useNotify();
  const heading = useRef<HTMLHeadingElement>(null);
  const systemId = useTourSystem();
  const stop = TOUR_STOPS[number - 1];
  const stops = tourHrefs(systemId === undefined ? '' : systemId);
  const place = stops.findIndex((one) => one.stop === stop);
  const before = stops[place - 1];
  const after = stops[place + 1];

  async function end(how: 'finished' | 'skipped') {
    const sent = await sendJson('PUT', '/api/v1/tour', { how });
    if (!sent.isOk) notify({ text: sent.refusal.sentence });
    else if (how === 'skipped') notify({ text: 'The tour is under Go to, whenever you like.' });
    router.replace(how === 'finished' ? '/' : window.location.pathname);
    document
      .getElementById('content')
      ?.querySelector<HTMLElement>('a, button')
      ?.focus({ preventScroll: true });
  }

  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  useOutline(stop?.selector);
  useEscape(() => void end('skipped'));

  if (!stop) return null;
  return (
    <dialog
      open
      aria-labelledby="tour-title"
      aria-describedby="tour-text"
      className="border-accent-line bg-bg text-ink shadow-pop fixed top-auto right-4 bottom-4 left-auto z-30 m-0 w-[360px] rounded-xl border p-4 max-sm:inset-x-3 max-sm:bottom-3 max-sm:w-auto print:hidden"
    >
      <p className="text-ink-3 text-xs">
        Tour, stop {place + 1} of {stops.length}
      </p>
      <h2 id="tour-title" ref={heading} tabIndex={-1} className="outline-none">
        {stop.title}
      </h2>
      <p id="tour-text" className="text-13 text-ink-2 mt-1">
        {stop.text}
      </p>
      <div className="mt-3 flex gap-1.5">
        {after && (
          <Button kind="quiet" className="-ml-3" onClick={() => void end('skipped')}>
            Skip the tour
          </Button>
        )}
        <span className="ml-auto flex gap-1.5">
          {before && <Button onClick={() => router.push(before.href)}>Back</Button>}
          {after ? (
            <Button kind="primary" disabled={systemId === undefined} onClick={() => router.push(after.href)}>
              Next
            </Button>
          ) : (
            <Button kind="primary" onClick={() => void end('finished')}>
              Done
            </Button>
          )}
        </span>
      </div>
    </dialog>
  );
}

/** The system that the tour shows; null: there is none; undefined: not known yet. */
function useTourSystem(): string | null | undefined {
  const [systemId, setSystemId] = useState<string | null>();
  useEffect(() => {
    const ending = new AbortController();
    const ask = async (): Promise<string | null> => {
      const response = await fetch('/api/v1/tour', { signal: ending.signal });
      // The route's own answer.
      return response.ok ? ((await response.json()) as { systemId: string | null }).systemId : null;
    };
    // Without an answer the tour goes on without a system.
    void ask()
      .catch(() => null)
      .then((found) => {
        if (!ending.signal.aborted) setSystemId(found);
      });
    return () => ending.abort();
  }, []);
  return systemId;
}

/** Draws a line around what is told of, once it is there. */
function useOutline(selector: string | undefined): void {
  useEffect(() => {
    if (selector === undefined) return;
    let shown: Element | null = null;
    let looks = 0;
    const timer = setInterval(() => {
      shown = document.querySelector(selector);
      shown?.setAttribute('data-tour-stop', '');
      if (shown || ++looks >= LOOKS_MAX) clearInterval(timer);
    }, LOOK_EVERY_MS);
    return () => {
      clearInterval(timer);
      shown?.removeAttribute('data-tour-stop');
    };
  }, [selector]);
}

/** Escape, unless it closes something that covers the page. */
function useEscape(onEscape: () => void): void {
  const newest = useRef(onEscape);
  // With the card itself, not after it was painted: an Escape in between would be that of the stop before.
  useLayoutEffect(() => {
    newest.current = onEscape;
  });
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector('[data-covers-page]'))
        return;
      newest.current();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}
