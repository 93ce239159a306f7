import { isDrillAlarmOver } from '@/domain/restore-test/drill';
import { appendAuditEvents } from '../data/audit';
import type { Database } from '../data/database';
import { claimOpenDrills, closeDrillAlarms, type OpenDrill, raiseDrillAlarms } from '../data/drills';
import type { TenantScope } from '../tenancy/tenant-scope';
import { keepCauses } from './keep-causes';

/**
 * Raises the alarms of an MSP's drills that were answered, and closes those that somebody confirmed, that nobody did for a day, or whose
 * failure a later drill has mended; answers how many of both. Safe to run twice and in parallel.
 */
export async function keepDrills(database: Database, scope: TenantScope, now: Date): Promise<number> {
  const { mspId } = scope;
  return database.inScope(scope, async (tx) => {
    const drills = await claimOpenDrills(tx, mspId);
    const raised = drills.filter(({ openedAt }) => openedAt === null);
    const over = drills.filter((one) => isOver(one, now));
    if (raised.length + over.length === 0) return 0;
    await raiseDrillAlarms(tx, mspId, raised, now);
    const closedCauseIds = await closeDrillAlarms(
      tx,
      mspId,
      over.map(({ requestId }) => requestId),
      now,
    );
    const coveredClientIds = [...new Set(raised.map(({ clientId }) => clientId))];
    await keepCauses(tx, mspId, { systemIds: [], coveredClientIds, closedCauseIds }, now);
    await appendAuditEvents(tx, [
      ...raised.map((one) => ({ ...eventOf(one), action: 'restore-drill.alarm-raised' })),
      ...over.map((one) => ({ ...eventOf(one), action: 'restore-drill.alarm-closed' })),
    ]);
    return raised.length + over.length;
  });
}

function isOver({ outcome, openedAt, confirmedAt, isRepeated }: OpenDrill, now: Date): boolean {
  if (openedAt === null) return false;
  if (outcome !== 'noticed') return isRepeated;
  const alarm = { openedAt: openedAt.getTime(), confirmedAt: confirmedAt?.getTime() ?? null };
  return isDrillAlarmOver(alarm, now.getTime());
}

function eventOf({ requestId, clientId, systemId, outcome, confirmedAt }: OpenDrill) {
  return {
    clientId,
    target: { requestId, systemId },
    details: { outcome, isConfirmed: confirmedAt !== null },
  };
}
