import { z } from 'zod';
import type { Tx } from './database';

/** How somebody left the tour. */
export const TOUR_ENDS = ['finished', 'skipped'] as const;
export type TourEnd = (typeof TOUR_ENDS)[number];

/** Whether a person was through the tour, or wanted none. */
export async function hasEndedTour(tx: Tx, mspId: string, personId: string): Promise<boolean> {
  return (await tx.endedTour.count({ where: { mspId, personId } })) > 0;
}

/** Keeps how a person left the tour, the last time. */
export async function keepTourEnd(
  tx: Tx,
  mspId: string,
  personId: string,
  end: { readonly how: TourEnd; readonly endedAt: Date },
): Promise<void> {
  await tx.endedTour.upsert({
    where: { mspId_personId: { mspId, personId } },
    create: { mspId, personId, ...end },
    update: end,
  });
}

/** The system that a tour shows: the worst of those that the scope sees; null: there is none. */
export async function findTourSystem(tx: Tx, mspId: string): Promise<string | null> {
  const rows = await tx.$queryRaw`SELECT y.system_id::text AS "systemId"
    FROM app.system y JOIN app.client c ON c.msp_id = ${mspId}::uuid AND c.client_id = y.client_id AND c.archived_at IS NULL
    JOIN app.system_status s ON s.msp_id = ${mspId}::uuid AND s.system_id = y.system_id
    WHERE y.msp_id = ${mspId}::uuid AND y.archived_at IS NULL
    ORDER BY array_position(ARRAY['non-compliant', 'at-risk', 'unknown', 'compliant'], s.status), y.system_id LIMIT 1`;
  return (
    z
      .array(z.object({ systemId: z.string() }))
      .max(1)
      .parse(rows)[0]?.systemId ?? null
  );
}
