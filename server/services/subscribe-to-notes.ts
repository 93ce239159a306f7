import { appendAuditEvent } from '../data/audit';
import type { Database } from '../data/database';
import { listMembers } from '../data/identity-members';
import { beginNoteSubscription, endNoteSubscription } from '../data/note-subscriptions';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';

/**
 * Sends a person of the MSP the day's note from now on: only people who sign in have proved their address. Nothing changes for who gets it already.
 * @throws AppError `not-found` for somebody who is not there, or was shut out
 */
export async function subscribeToNotes(
  database: Database,
  scope: TenantScope,
  by: { readonly personId: string },
  personId: string,
  nowMs: number,
): Promise<void> {
  await database.inScope(scope, async (tx) => {
    const members = await listMembers(tx);
    if (!members.some((one) => one.personId === personId && one.revokedAt === null)) throw nothingHere();
    const change = { by: by.personId, at: new Date(nowMs) };
    if (!(await beginNoteSubscription(tx, scope.mspId, personId, change))) return;
    await appendAuditEvent(tx, { action: 'evidence-note.subscribed', target: { personId }, details: {} });
  });
}

/**
 * Ends it.
 * @throws AppError `not-found` for somebody who does not get it
 */
export async function unsubscribeFromNotes(
  database: Database,
  scope: TenantScope,
  personId: string,
  nowMs: number,
): Promise<void> {
  await database.inScope(scope, async (tx) => {
    if (!(await endNoteSubscription(tx, scope.mspId, personId, new Date(nowMs)))) throw nothingHere();
    await appendAuditEvent(tx, { action: 'evidence-note.unsubscribed', target: { personId }, details: {} });
  });
}
