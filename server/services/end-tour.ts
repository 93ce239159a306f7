import { z } from 'zod';
import { ownScreensScope } from '../auth/system-scope';
import { appendAuditEvent } from '../data/audit';
import type { Database } from '../data/database';
import { keepTourEnd, TOUR_ENDS, type TourEnd } from '../data/ended-tours';
import type { TenantScope } from '../tenancy/tenant-scope';

/** How somebody left the tour. */
export const tourEndForm = z.strictObject({ how: z.enum(TOUR_ENDS) });

/** Keeps that a person was through the tour, or wants none: it is not offered to them again. */
export async function endTour(
  database: Database,
  scope: TenantScope,
  personId: string,
  how: TourEnd,
  nowMs: number,
): Promise<void> {
  await database.inScope(ownScreensScope(scope), async (tx) => {
    await keepTourEnd(tx, scope.mspId, personId, { how, endedAt: new Date(nowMs) });
    await appendAuditEvent(tx, { action: `tour.${how}`, target: { personId }, details: {} });
  });
}
