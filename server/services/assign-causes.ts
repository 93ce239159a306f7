import { z } from 'zod';
import type { Database } from '../data/database';
import { listColleagues, seesClient } from '../data/identity-colleagues';
import { AppError } from '../errors';
import type { TenantScope } from '../tenancy/tenant-scope';
import { changeCauses, type ChangeMade, chosenCauses, type Person } from './change-causes';

/** To whom; null: to nobody any more. */
export const assignmentForm = z.strictObject({
  causes: chosenCauses,
  personId: z.uuid('Choose somebody.').nullable(),
});

/**
 * Gives causes to a person of the MSP who may work on them and sees their clients.
 * @throws AppError `invalid-request` for somebody else; `not-found`, `conflict` as `changeCauses`
 */
export async function assignCauses(
  database: Database,
  scope: TenantScope,
  person: Person,
  { causes, personId }: z.output<typeof assignmentForm>,
  nowMs: number,
): Promise<ChangeMade> {
  return database.inScope(scope, async (tx) => {
    const colleague = (await listColleagues(tx)).find((one) => one.personId === personId) ?? null;
    if (personId !== null && colleague === null)
      throw wrong('Choose somebody of your MSP who works on findings.');
    const assignedTo = colleague?.personId ?? null;
    const assignedToName = colleague?.name ?? null;
    return changeCauses(
      tx,
      scope.mspId,
      person,
      causes,
      {
        kind: 'assigned',
        needsOpen: true,
        check: ({ clientId, clientName }) => {
          if (colleague && !seesClient(colleague, clientId))
            throw wrong(`${colleague.name} does not see ${clientName}. Choose somebody who does.`);
        },
        handle: ({ handling }) => ({ ...handling, assignedTo, assignedToName }),
        text: null,
        detail: { toId: assignedTo, toName: assignedToName },
        ...(assignedToName !== null && { private: { toName: assignedToName } }),
      },
      new Date(nowMs),
    );
  });
}

function wrong(sentence: string): AppError {
  return new AppError('invalid-request', sentence, { fields: { personId: sentence } });
}
