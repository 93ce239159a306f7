'use client';

import { usePathname, useSearchParams } from 'next/navigation';
import { lazy, Suspense } from 'react';
import { TOUR_PARAMETER } from './tour-stops';

/** Most pages are looked at without it. */
const TourCard = lazy(async () => ({ default: (await import('./tour-card')).TourCard }));

/** The tour, where the address says that somebody is on it. */
export function Tour() {
  const path = usePathname();
  const stop = Number(useSearchParams().get(TOUR_PARAMETER));
  if (!Number.isInteger(stop) || stop < 1) return null;
  return (
    <Suspense>
      <TourCard key={`${path} ${stop}`} stop={stop} />
    </Suspense>
  );
}
