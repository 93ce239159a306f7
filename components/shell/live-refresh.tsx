'use client';

import { useRouter } from 'next/navigation';
import { useEffect } from 'react';

/** Asks for the page's newest state while somebody looks at it; place and focus are kept. */
export function LiveRefresh({ everySeconds }: { everySeconds: number }) {
  const router = useRouter();
  useEffect(() => {
    const refresh = (): void => {
      // Not under an open dialog, whose form might lose what was typed.
      if (document.visibilityState === 'visible' && !document.querySelector('[data-covers-page]'))
        router.refresh();
    };
    const timer = setInterval(refresh, everySeconds * 1000);
    document.addEventListener('visibilitychange', refresh);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', refresh);
    };
  }, [router, everySeconds]);
  return null;
}
