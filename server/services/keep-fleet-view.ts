import { z } from 'zod';
import { appendAuditEvent } from '../data/audit';
import type { Database, Tx } from '../data/database';
import { FLEET_VIEWS_MAX, listFleetViews, putFleetView, removeFleetView } from '../data/fleet-views';
import { AppError } from '../errors';
import type { TenantScope } from '../tenancy/tenant-scope';
import { textLine } from './form-fields';

const NAME_MAX = 60;

/** What the form sends. `formerName`: the view that is renamed; null: a new one. */
export const fleetViewForm = z.strictObject({
  name: textLine('a name for the view', NAME_MAX),
  query: z.string().max(2000),
  formerName: z.string().max(NAME_MAX).nullable(),
});
export type FleetViewForm = z.infer<typeof fleetViewForm>;

/** Which view is taken away. */
export const fleetViewName = z.strictObject({ name: z.string().max(NAME_MAX) });

/**
 * Keeps a view of the fleet for the person, or gives one another name.
 * @throws AppError `conflict` when the person has one of this name, or as many as are kept
 */
export async function keepFleetView(
  database: Database,
  scope: TenantScope,
  { personId }: { personId: string },
  { name, query, formerName }: FleetViewForm,
  nowMs: number,
): Promise<void> {
  const now = new Date(nowMs);
  await database.inScope(scope, async (tx) => {
    const others = (await listFleetViews(tx, scope.mspId, personId)).filter(
      (view) => view.name !== formerName,
    );
    if (others.some((view) => view.name === name)) throw refusal('You have a view of this name already.');
    if (others.length >= FLEET_VIEWS_MAX)
      throw refusal(`You keep ${FLEET_VIEWS_MAX} views already. Take one away first.`);
    if (formerName !== null) await removeFleetView(tx, scope.mspId, personId, formerName, now);
    await putFleetView(tx, scope.mspId, personId, { name, query }, now);
    await record(tx, 'fleet-view.kept', personId, { name, query, formerName });
  });
}

/** Takes a view away; one that is not there is as good as taken away. */
export async function dropFleetView(
  database: Database,
  scope: TenantScope,
  { personId }: { personId: string },
  name: string,
  nowMs: number,
): Promise<void> {
  await database.inScope(scope, async (tx) => {
    const isRemoved = await removeFleetView(tx, scope.mspId, personId, name, new Date(nowMs));
    if (isRemoved) await record(tx, 'fleet-view.removed', personId, { name });
  });
}

function refusal(sentence: string): AppError {
  return new AppError('conflict', sentence, { fields: { name: sentence } });
}

function record(
  tx: Tx,
  action: string,
  personId: string,
  details: Record<string, string | null>,
): Promise<void> {
  return appendAuditEvent(tx, { action, clientId: null, target: { personId }, details });
}
