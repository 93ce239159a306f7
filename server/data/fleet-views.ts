import type { Tx } from './database';

/** A view of the fleet that a person keeps: filters and order, as the query of the fleet's address. */
export interface FleetViewKept {
  readonly name: string;
  readonly query: string;
}

/** How many a person may keep. */
export const FLEET_VIEWS_MAX = 30;

/** A person's views by name. */
export async function listFleetViews(tx: Tx, mspId: string, personId: string): Promise<FleetViewKept[]> {
  return tx.fleetView.findMany({
    where: { mspId, personId, removedAt: null },
    select: { name: true, query: true },
    orderBy: { name: 'asc' },
    take: FLEET_VIEWS_MAX,
  });
}

/** Keeps a view; one of this name, removed or not, is replaced. */
export async function putFleetView(
  tx: Tx,
  mspId: string,
  personId: string,
  { name, query }: FleetViewKept,
  savedAt: Date,
): Promise<void> {
  await tx.fleetView.upsert({
    where: { mspId_personId_name: { mspId, personId, name } },
    create: { mspId, personId, name, query, savedAt },
    update: { query, savedAt, removedAt: null },
  });
}

/** Takes a view away; false: there is none of this name. */
export async function removeFleetView(
  tx: Tx,
  mspId: string,
  personId: string,
  name: string,
  removedAt: Date,
): Promise<boolean> {
  const { count } = await tx.fleetView.updateMany({
    where: { mspId, personId, name, removedAt: null },
    data: { removedAt },
  });
  return count === 1;
}
