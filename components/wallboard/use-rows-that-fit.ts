import { type RefObject, useEffect, useRef, useState } from 'react';

/** How many rows of one height fit into a list's own height: its first child tells the height of a row. At least 1. */
export function useRowsThatFit(): { ref: RefObject<HTMLUListElement | null>; fitting: number } {
  const ref = useRef<HTMLUListElement>(null);
  const [fitting, setFitting] = useState(1);
  useEffect(() => {
    const list = ref.current;
    if (!list) return undefined;
    const measure = (): void => {
      const row = list.firstElementChild?.getBoundingClientRect().height ?? 0;
      if (row > 0) setFitting(Math.max(1, Math.floor((list.clientHeight + 1) / row)));
    };
    const sizes = new ResizeObserver(measure);
    sizes.observe(list);
    const rows = new MutationObserver(measure);
    rows.observe(list, { childList: true });
    measure();
    return () => {
      sizes.disconnect();
      rows.disconnect();
    };
  }, []);
  return { ref, fitting };
}
