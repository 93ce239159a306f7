import { z } from 'zod';
import { lockSystemsOfCauses } from '../data/cause-changes';
import type { Database } from '../data/database';
import { withdrawWaivers } from '../data/waivers';
import { AppError } from '../errors';
import type { TenantScope } from '../tenancy/tenant-scope';
import { changeCauses, type ChangeMade, chosenCauses, type Person } from './change-causes';
import { reconsiderCauses } from './mark-dirty';

/** Whose waivers. */
export const waiverWithdrawalForm = z.strictObject({ causes: chosenCauses });

/**
 * Withdraws the waivers of causes before they end: the gaps stand in the open queue again.
 * @throws AppError `conflict` where nothing is waived; `not-found`, `conflict` as `changeCauses`
 */
export async function withdrawWaiversOf(
  database: Database,
  scope: TenantScope,
  person: Person,
  { causes }: z.output<typeof waiverWithdrawalForm>,
  nowMs: number,
): Promise<ChangeMade> {
  const at = new Date(nowMs);
  const causeIds = causes.map(({ causeId }) => causeId);
  return database.inScope(scope, async (tx) => {
    const systemIds = await lockSystemsOfCauses(tx, scope.mspId, causeIds);
    return changeCauses(
      tx,
      scope.mspId,
      person,
      causes,
      {
        kind: 'waiver-withdrawn',
        needsOpen: false,
        handle: ({ handling }) => handling,
        also: async () => {
          const had = await withdrawWaivers(tx, scope.mspId, causeIds, person, at);
          if (had.length === 0)
            throw new AppError('conflict', 'Nothing of it is waived any more. Look at the queue again.');
          await reconsiderCauses(tx, scope, { causeIds, systemIds }, nowMs);
        },
        text: null,
        detail: {},
      },
      at,
    );
  });
}
