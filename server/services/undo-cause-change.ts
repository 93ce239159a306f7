import { z } from 'zod';
import {
  listUndoable,
  lockCauses,
  type LockedCause,
  lockSystemsOfCauses,
  markUndone,
  saveHandling,
  type UndoableEvent,
} from '../data/cause-changes';
import type { Database, Tx } from '../data/database';
import { listKeptTickets, unwantTickets, wantTickets } from '../data/tickets';
import { restoreWaivers, withdrawWaivers } from '../data/waivers';
import { hintWork } from '../data/work-due';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { type CauseVersions, type Person, recordChange } from './change-causes';
import { reconsiderCauses } from './mark-dirty';

/** Which change, by the id that it was answered with. */
export const undoForm = z.strictObject({ changeId: z.uuid() });

/** How many causes stand again as before, and how many were left since somebody changed them afterwards. */
export interface ChangeUndone {
  readonly count: number;
  readonly left: number;
  /** Of those that were left their versions did not change. */
  readonly versions: CauseVersions;
}

interface Undoable {
  readonly event: UndoableEvent;
  readonly cause: LockedCause;
}

/**
 * Takes a change back, for all of its causes that nobody changed since. A comment is taken back in any case.
 * @throws AppError `not-found` for a change that is not there, `conflict` when nothing of it can be taken back any more
 */
export async function undoCauseChange(
  database: Database,
  scope: TenantScope,
  person: Person,
  { changeId }: z.output<typeof undoForm>,
  nowMs: number,
): Promise<ChangeUndone> {
  const { mspId } = scope;
  const at = new Date(nowMs);
  return database.inScope(scope, async (tx) => {
    const ids = (await listUndoable(tx, mspId, changeId)).map(({ causeId }) => causeId);
    if (ids.length === 0) throw nothingHere();
    const systemIds = await lockSystemsOfCauses(tx, mspId, ids);
    const causes = new Map((await lockCauses(tx, mspId, ids)).map((cause) => [cause.causeId, cause]));
    const pairs = (await listUndoable(tx, mspId, changeId)).flatMap((event): Undoable[] => {
      const cause = causes.get(event.causeId);
      return cause ? [{ event, cause }] : [];
    });
    const undoable = pairs.filter(
      ({ event, cause }) => event.kind === 'commented' || event.version === cause.version,
    );
    const [first] = undoable;
    if (!first)
      throw new AppError('conflict', 'Somebody changed it since. Look at the timeline and decide anew.');
    await restore(tx, scope, person, { changeId, undoable, systemIds }, nowMs);
    await markUndone(
      tx,
      mspId,
      undoable.map(({ event }) => event.eventId),
      person,
      at,
    );
    await recordChange(
      tx,
      person,
      { changeId, action: 'finding.change-undone', causes: undoable.map(({ cause }) => cause) },
      { detail: { change: first.event.kind } },
    );
    const versions = undoable.map(({ event, cause }) => [
      cause.causeId,
      event.kind === 'commented' ? cause.version : cause.version + 1,
    ]);
    return {
      count: undoable.length,
      left: pairs.length - undoable.length,
      versions: Object.fromEntries(versions),
    };
  });
}

async function restore(
  tx: Tx,
  scope: TenantScope,
  person: Person,
  {
    changeId,
    undoable,
    systemIds,
  }: { changeId: string; undoable: readonly Undoable[]; systemIds: readonly string[] },
  nowMs: number,
): Promise<void> {
  const { mspId } = scope;
  const kind = undoable[0]?.event.kind;
  if (kind === undefined || kind === 'commented') return;
  const causeIds = undoable.map(({ cause }) => cause.causeId);
  const at = new Date(nowMs);
  // Before what stood there: a number that Holdfast keeps would stay.
  if (kind === 'ticket-wanted') await unwantTickets(tx, mspId, causeIds, at);
  await saveHandling(
    tx,
    mspId,
    undoable.map(({ event }) => ({ causeId: event.causeId, handling: event.before })),
  );
  if (kind === 'ticket-withdrawn') await wantAgain(tx, mspId, causeIds, at);
  if (kind === 'ticket-wanted' || kind === 'ticket-withdrawn') await hintWork(tx, mspId, 'ticket', at);
  if (kind === 'waived') await withdrawWaivers(tx, mspId, causeIds, person, at, changeId);
  if (kind === 'waiver-withdrawn') await restoreWaivers(tx, mspId, causeIds, changeId);
  if (kind === 'waived' || kind === 'waiver-withdrawn')
    await reconsiderCauses(tx, scope, { causeIds, systemIds }, nowMs);
}

/** A ticket that was taken back is wanted again, where it is. */
async function wantAgain(tx: Tx, mspId: string, causeIds: readonly string[], at: Date): Promise<void> {
  const kept = await listKeptTickets(tx, mspId, causeIds);
  const wanted = kept.map(({ causeId, clientId, channelId }) => ({
    causeId,
    clientId,
    channelId,
    ruleId: null,
  }));
  await wantTickets(tx, mspId, wanted, at);
}
