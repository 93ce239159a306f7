import { z } from 'zod';
import type { Database } from '../data/database';
import type { TenantScope } from '../tenancy/tenant-scope';
import { changeCauses, type ChangeMade, chosenCauses, type Person } from './change-causes';

/** What is acknowledged. */
export const acknowledgementForm = z.strictObject({ causes: chosenCauses });

/**
 * Says that a person has seen these causes and takes care. Nobody else's acknowledgement is overwritten.
 * @throws AppError `not-found`, `conflict` as `changeCauses`
 */
export async function acknowledgeCauses(
  database: Database,
  scope: TenantScope,
  person: Person,
  { causes }: z.output<typeof acknowledgementForm>,
  nowMs: number,
): Promise<ChangeMade> {
  const at = new Date(nowMs);
  const acknowledgement = {
    acknowledgedAt: at.toISOString(),
    acknowledgedBy: person.personId,
    acknowledgedByName: person.name,
  };
  return database.inScope(scope, (tx) =>
    changeCauses(
      tx,
      scope.mspId,
      person,
      causes,
      {
        kind: 'acknowledged',
        needsOpen: true,
        handle: ({ handling }) =>
          handling.acknowledgedAt === null ? { ...handling, ...acknowledgement } : handling,
        text: null,
        detail: {},
      },
      at,
    ),
  );
}
