import { usePathname, useSearchParams } from 'next/navigation';
import { useEffect, useEffectEvent } from 'react';

/** The parameter of an address that opens something on its page. */
const PARAMETER = 'do';

/** Opens something once where the address says so (`?do=name`), as the palette's actions do; the address forgets it at once. */
export function useOpenedByAddress(name: string, open: () => void): void {
  const path = usePathname();
  const query = useSearchParams();
  const isAsked = query.get(PARAMETER) === name;
  const onAsked = useEffectEvent(() => {
    const rest = new URLSearchParams(query);
    rest.delete(PARAMETER);
    window.history.replaceState(null, '', rest.size > 0 ? `${path}?${rest}` : path);
    open();
  });
  useEffect(() => {
    if (isAsked) onAsked();
  }, [isAsked]);
}
