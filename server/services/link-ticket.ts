import { z } from 'zod';
import type { Database } from '../data/database';
import { listKeptTickets } from '../data/tickets';
import { AppError } from '../errors';
import type { TenantScope } from '../tenancy/tenant-scope';
import { changeCauses, type ChangeMade, chosenCauses, type Person } from './change-causes';
import { textLine } from './form-fields';

const ADDRESS = 'Enter an address that begins with https:// and holds no password, or leave it empty.';

/** Which ticket; null: none any more. */
export const ticketForm = z.strictObject({
  causes: chosenCauses,
  ticket: z
    .strictObject({
      reference: textLine('the number of the ticket', 100),
      url: z.string().trim().max(500, 'Use at most 500 characters.').refine(isPlainHttps, ADDRESS).nullable(),
    })
    .nullable(),
});

/** The address is shown as a link to everybody: nothing but https, and nobody's password in it. */
function isPlainHttps(text: string): boolean {
  if (!URL.canParse(text) || !text.startsWith('https://') || /\s|\p{C}/u.test(text)) return false;
  const { username, password, hostname } = new URL(text);
  return username === '' && password === '' && hostname !== '';
}

/**
 * Links causes to a ticket of another system, by its number and, where there is one, its address.
 * @throws AppError `conflict` where Holdfast keeps a ticket itself; `not-found`, `conflict` as `changeCauses`
 */
export async function linkTicket(
  database: Database,
  scope: TenantScope,
  person: Person,
  { causes, ticket }: z.output<typeof ticketForm>,
  nowMs: number,
): Promise<ChangeMade> {
  const ticketReference = ticket?.reference ?? null;
  const ticketUrl = ticket?.url ?? null;
  return database.inScope(scope, (tx) =>
    changeCauses(
      tx,
      scope.mspId,
      person,
      causes,
      {
        kind: 'ticket-linked',
        needsOpen: false,
        also: async (_, locked) => {
          const causeIds = locked.map(({ causeId }) => causeId);
          const kept = await listKeptTickets(tx, scope.mspId, causeIds);
          if (kept.some(({ isWanted }) => isWanted))
            throw new AppError(
              'conflict',
              'Holdfast keeps the ticket of this cause itself. Take that back first.',
            );
        },
        handle: ({ handling }) => ({ ...handling, ticketReference, ticketUrl }),
        text: null,
        detail: { reference: ticketReference, url: ticketUrl },
      },
      new Date(nowMs),
    ),
  );
}
