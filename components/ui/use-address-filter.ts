import { usePathname, useRouter } from 'next/navigation';

/** Where in a list one is, and what was asked of it once: another filter begins anew. */
const PLACES = ['page', 'before', 'check'];

/**
 * Sets a filter that lives in the address (an empty text takes it away), beside those that stand there when it is called, not those
 * of when the page was made.
 */
export function useAddressFilter(): (name: string, text: string) => void {
  const router = useRouter();
  const path = usePathname();
  return (name, text) => {
    const next = new URLSearchParams(window.location.search);
    if (text) next.set(name, text);
    else next.delete(name);
    for (const place of PLACES) next.delete(place);
    router.replace(`${path}${next.size > 0 ? `?${next}` : ''}`, { scroll: false });
  };
}
