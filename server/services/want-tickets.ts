import { z } from 'zod';
import { isTicketKind } from '@/domain/tickets/ticket-settings';
import type { LockedCause } from '../data/cause-changes';
import type { Database, Tx } from '../data/database';
import { type Channel, listChannels } from '../data/notification-rules';
import { listKeptTickets, unwantTickets, wakeTickets, wantTickets } from '../data/tickets';
import { hintWork } from '../data/work-due';
import { AppError } from '../errors';
import type { TenantScope } from '../tenancy/tenant-scope';
import { changeCauses, type ChangeMade, chosenCauses, type Person } from './change-causes';

/** In which ticket system causes get their tickets. */
export const ticketOpeningForm = z.strictObject({ causes: chosenCauses, channelId: z.uuid() });
/** Whose tickets are taken back, or tried again. */
export const ticketsForm = z.strictObject({ causes: chosenCauses });

/**
 * Has the worker open a ticket for each of these causes, in one transaction with what tells of it. One that was taken back is opened again in
 * its own system; in another one a new one is opened.
 * @throws AppError `invalid-request` for a ticket system that is not there; `conflict` where a cause has a ticket already, or its former one is
 * still being closed; `not-found`, `conflict` as `changeCauses`
 */
export async function openTickets(
  database: Database,
  scope: TenantScope,
  person: Person,
  { causes, channelId }: z.output<typeof ticketOpeningForm>,
  nowMs: number,
): Promise<ChangeMade> {
  const { mspId } = scope;
  const at = new Date(nowMs);
  return database.inScope(scope, async (tx) => {
    const channels = await listChannels(tx, mspId);
    const system = channels.find((one) => one.channelId === channelId);
    if (!system || !isTicketKind(system.kind))
      throw new AppError('invalid-request', 'This ticket system is not there any more. Choose another.', {
        fields: { channelId: 'Choose another ticket system.' },
      });
    return changeCauses(
      tx,
      mspId,
      person,
      causes,
      {
        kind: 'ticket-wanted',
        needsOpen: true,
        handle: ({ handling }) => handling,
        also: async (_, locked) => {
          await refuseWithTicket(tx, mspId, locked, { channels, channelId });
          const wanted = locked.map(({ causeId, clientId }) => ({
            causeId,
            clientId,
            channelId,
            ruleId: null,
          }));
          await wantTickets(tx, mspId, wanted, at);
          await hintWork(tx, mspId, 'ticket', at);
        },
        text: null,
        detail: { to: system.name },
      },
      at,
    );
  });
}

/** One cause has one ticket. */
async function refuseWithTicket(
  tx: Tx,
  mspId: string,
  causes: readonly LockedCause[],
  { channels, channelId }: { channels: readonly Channel[]; channelId: string },
): Promise<void> {
  const kept = await listKeptTickets(
    tx,
    mspId,
    causes.map(({ causeId }) => causeId),
  );
  const wanted = new Set(kept.filter(({ isWanted }) => isWanted).map(({ causeId }) => causeId));
  const taken = causes.find(
    ({ causeId, handling }) => wanted.has(causeId) || handling.ticketReference !== null,
  );
  if (!taken) return refuseWhileElsewhere(kept, { channels, channelId });
  const { clientName, handling } = taken;
  const name = handling.ticketReference === null ? 'a ticket' : `ticket ${handling.ticketReference}`;
  throw new AppError('conflict', `A cause of ${clientName} has ${name} already. Leave it out.`);
}

/** What was taken back begins anew in another system once it is closed in its own; one that was removed can close nothing. */
function refuseWhileElsewhere(
  kept: Awaited<ReturnType<typeof listKeptTickets>>,
  { channels, channelId }: { channels: readonly Channel[]; channelId: string },
): void {
  for (const ticket of kept) {
    const system = channels.find((one) => one.channelId === ticket.channelId);
    if (!system || ticket.channelId === channelId) continue;
    const mayBeThere = ticket.stands === 'open' || (ticket.stands === 'none' && ticket.openTriedAt !== null);
    if (mayBeThere || ticket.state === 'waiting')
      throw new AppError(
        'conflict',
        `The former ticket of a cause is not closed in ${system.name} yet. Wait until it is, or open it there again.`,
      );
  }
}

/**
 * Takes tickets back: what was opened is closed, what was not is not opened.
 * @throws AppError `conflict` where Holdfast keeps no ticket; `not-found`, `conflict` as `changeCauses`
 */
export async function withdrawTickets(
  database: Database,
  scope: TenantScope,
  person: Person,
  { causes }: z.output<typeof ticketsForm>,
  nowMs: number,
): Promise<ChangeMade> {
  const { mspId } = scope;
  const at = new Date(nowMs);
  return database.inScope(scope, (tx) =>
    changeCauses(
      tx,
      mspId,
      person,
      causes,
      {
        kind: 'ticket-withdrawn',
        needsOpen: false,
        handle: ({ handling }) => ({ ...handling, ticketReference: null, ticketUrl: null }),
        also: async (_, locked) => {
          const causeIds = locked.map(({ causeId }) => causeId);
          const kept = await listKeptTickets(tx, mspId, causeIds);
          if (kept.filter(({ isWanted }) => isWanted).length < causeIds.length)
            throw new AppError('conflict', 'Holdfast keeps no ticket here. Look at the queue again.');
          await unwantTickets(tx, mspId, causeIds, at);
          await hintWork(tx, mspId, 'ticket', at);
        },
        text: null,
        detail: {},
      },
      at,
    ),
  );
}

/**
 * Has tickets tried again that are held up.
 * @throws AppError `conflict` where none is; `not-found`, `conflict` as `changeCauses`
 */
export async function retryTickets(
  database: Database,
  scope: TenantScope,
  person: Person,
  { causes }: z.output<typeof ticketsForm>,
  nowMs: number,
): Promise<ChangeMade> {
  const { mspId } = scope;
  const at = new Date(nowMs);
  return database.inScope(scope, (tx) =>
    changeCauses(
      tx,
      mspId,
      person,
      causes,
      {
        kind: 'ticket-retried',
        needsOpen: false,
        handle: null,
        also: async (_, locked) => {
          const causeIds = locked.map(({ causeId }) => causeId);
          const stuck = (await listKeptTickets(tx, mspId, causeIds)).filter(
            ({ state }) => state === 'blocked' || state === 'refused',
          );
          if (stuck.length < causeIds.length)
            throw new AppError('conflict', 'This ticket is not held up any more. Look at it again.');
          await wakeTickets(tx, mspId, causeIds, { at, evenStuck: true });
          await hintWork(tx, mspId, 'ticket', at);
        },
        text: null,
        detail: {},
      },
      at,
    ),
  );
}
