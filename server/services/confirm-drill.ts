import { z } from 'zod';
import { whyUnconfirmable } from '@/domain/restore-test/drill';
import { isTicketKind } from '@/domain/tickets/ticket-settings';
import { appendAuditEvent } from '../data/audit';
import type { Database } from '../data/database';
import { listDrills, type ListedDrill, saveDrillConfirmation } from '../data/drills';
import { hintWork } from '../data/work-due';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';

/** Which drill of a data set is meant. */
export const drillConfirmation = z.strictObject({ requestId: z.uuid('Name the drill.') });

/**
 * Keeps that the alarm of a drill arrived, by the word of a person; the worker closes it.
 * @throws AppError `not-found`; `conflict` before a message was delivered, once it is confirmed, and when it is over
 */
export async function confirmDrill(
  database: Database,
  scope: TenantScope,
  person: { personId: string; name: string },
  { dataSetId, requestId }: { dataSetId: string; requestId: string },
  nowMs: number,
): Promise<void> {
  const { mspId } = scope;
  await database.inScope(scope, async (tx) => {
    const [drill] = await listDrills(tx, mspId, { dataSetIds: [dataSetId], requestId, limit: 1 });
    if (!drill) throw nothingHere();
    const why = whyDrillUnconfirmable(drill, nowMs);
    if (why !== null) throw new AppError('conflict', why);
    const now = new Date(nowMs);
    if (!(await saveDrillConfirmation(tx, mspId, requestId, person, now)))
      throw new AppError(
        'conflict',
        'Somebody has confirmed this drill just now, or it is over. Look again.',
      );
    await hintWork(tx, mspId, 'evaluation', now);
    await appendAuditEvent(tx, {
      action: 'restore-drill.confirmed',
      clientId: drill.clientId,
      target: { requestId, dataSetId },
      details: { messages: drill.messages.filter(({ state }) => state === 'sent').length },
      private: { confirmedByName: person.name },
    });
  });
}

/** Why nobody can confirm now that a drill's alarm arrived; null: somebody can. */
export function whyDrillUnconfirmable(drill: ListedDrill, nowMs: number): string | null {
  const { outcome, openedAt, closedAt, confirmedAt, messages, ticketReference } = drill;
  const alarm = openedAt && {
    openedAt: openedAt.getTime(),
    closedAt: closedAt?.getTime() ?? null,
    confirmedAt: confirmedAt?.getTime() ?? null,
  };
  // A message to a ticket system says only that a ticket is wanted.
  const isDelivered =
    ticketReference !== null || messages.some(({ kind, state }) => state === 'sent' && !isTicketKind(kind));
  return whyUnconfirmable(outcome, alarm, isDelivered, nowMs);
}
