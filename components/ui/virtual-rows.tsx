'use client';

import { defaultRangeExtractor, type Range, useWindowVirtualizer } from '@tanstack/react-virtual';
import {
  type FocusEvent,
  Fragment,
  type ReactNode,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { flushSync } from 'react-dom';
import type { LongRowsProps } from './long-rows';

/** Beyond what is in sight, so that a turn of the wheel does not outrun it. */
const OVERSCAN = 12;
/** What the server assumes; the browser knows better once the page is there. */
const WINDOW_AT_FIRST = { width: 1440, height: 1500 };

/**
 * The rows in sight of a list of any length, that scrolls with the page. The row that has the focus and its neighbours stay, so
 * that the keys lead on from it wherever one scrolls; a print has all of them.
 */
export function VirtualRows({ as: Body, rowHeight, className, rows, keys }: LongRowsProps) {
  const body = useRef<HTMLTableSectionElement & HTMLUListElement>(null);
  const [top, setTop] = useState(0);
  const [focusedKey, setFocusedKey] = useState<string | null>(null);
  const isPrinting = useIsPrinting();
  const focused = focusedKey === null ? -1 : keys.indexOf(focusedKey);
  // oxlint-disable-next-line react/incompatible-library -- nothing here is memoised
  const layout = useWindowVirtualizer({
    count: rows.length,
    getItemKey: (index) => keys[index] ?? index,
    estimateSize: () => rowHeight,
    rangeExtractor: (range) => indexesIn(range, focused, top > 0),
    scrollMargin: top,
    overscan: OVERSCAN,
    initialRect: WINDOW_AT_FIRST,
    initialOffset: 0,
  });
  const shown = layout.getVirtualItems();

  // After every change: what stands above the list may have grown, and rows are as high as their words.
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- it settles: the same place again changes nothing
  useLayoutEffect(() => {
    if (!body.current || isPrinting) return;
    setTop(Math.round(body.current.getBoundingClientRect().top + window.scrollY));
    const elements = [...body.current.children].filter((element) => !element.hasAttribute('data-gap'));
    for (const [place, element] of elements.entries()) {
      name(element, shown[place]?.index ?? 0, rows.length);
      layout.measureElement(element);
    }
    layout.measureElement(null);
  });

  function keepFocused({ target }: FocusEvent) {
    const index = target.closest('[data-index]')?.getAttribute('data-index');
    setFocusedKey(index ? (keys[Number(index)] ?? null) : null);
  }

  const parts: ReactNode[] = [];
  let end = top;
  for (const { index, key, start, end: ownEnd } of shown) {
    if (start > end) parts.push(<Gap key={`before ${key}`} as={Body} height={start - end} />);
    parts.push(<Fragment key={key}>{rows[index]}</Fragment>);
    end = ownEnd;
  }
  const rest = top + layout.getTotalSize() - end;
  if (rest > 0) parts.push(<Gap key="rest" as={Body} height={rest} />);
  return (
    <Body ref={body} className={className} onFocus={keepFocused}>
      {isPrinting ? rows.map((row, index) => <Fragment key={keys[index]}>{row}</Fragment>) : parts}
    </Body>
  );
}

/** What is in sight, what j and k lead to from the row that has the focus, and, where none has it, from outside the list. */
function indexesIn(range: Range, focused: number, isLaidOut: boolean): number[] {
  const indexes = new Set(defaultRangeExtractor(range));
  const reached = isLaidOut ? [0, range.count - 1] : [];
  if (focused >= 0) reached.push(focused - 1, focused, focused + 1);
  for (const index of reached) if (index >= 0 && index < range.count) indexes.add(index);
  return [...indexes].toSorted((a, b) => a - b);
}

/** Which row of how many it is: for readers, and for the layout that finds it again. */
function name(element: Element, index: number, count: number): void {
  element.setAttribute('data-index', String(index));
  if (element.tagName === 'TR') {
    // the first is the head
    element.setAttribute('aria-rowindex', String(index + 2));
    return;
  }
  element.setAttribute('aria-posinset', String(index + 1));
  element.setAttribute('aria-setsize', String(count));
}

/** Room for rows that are out of sight. Without scripts they would never come, so that there is none. */
function Gap({ as, height }: { as: LongRowsProps['as']; height: number }) {
  if (as === 'ul')
    return <li data-gap="" aria-hidden="true" className="noscript:hidden" style={{ height }} />;
  return (
    <tr data-gap="" aria-hidden="true" className="@max-2xl:block noscript:hidden" style={{ height }}>
      <td />
    </tr>
  );
}

function useIsPrinting(): boolean {
  const [isPrinting, setIsPrinting] = useState(false);
  useEffect(() => {
    // The browser takes its picture right after the event.
    const before = (): void => flushSync(() => setIsPrinting(true));
    const after = (): void => setIsPrinting(false);
    window.addEventListener('beforeprint', before);
    window.addEventListener('afterprint', after);
    return () => {
      window.removeEventListener('beforeprint', before);
      window.removeEventListener('afterprint', after);
    };
  }, []);
  return isPrinting;
}
