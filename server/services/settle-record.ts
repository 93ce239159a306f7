import type { RestoreRecord } from '@/domain/restore-test/record';
import { insertAmendment, failuresRetestedBy, saveCountedTest, saveStanding } from '../data/keep-records';
import type { AuditEvent } from '../data/audit';
import type { Tx } from '../data/database';
import { selectRestoreRecord } from '../data/restore-records';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { markDirty } from './mark-dirty';

type Person = Readonly<{ personId: string; name: string }>;

/**
 * Has everything follow from what was said of a record until now: how it stands in lists, what the verdict reads of it, and, when it
 * counts as passed, that the failures it is the retest of are closed. The one way in which a record reaches a verdict. Answers what is
 * to be put in the audit log last.
 */
export async function settleRecord(
  tx: Tx,
  scope: TenantScope,
  person: Person,
  recordId: string,
  nowMs: number,
): Promise<AuditEvent[]> {
  const { mspId } = scope;
  const at = new Date(nowMs);
  const found = await selectRestoreRecord(tx, mspId, recordId);
  if (!found) throw nothingHere();
  const { standing } = found;
  await saveStanding(tx, mspId, standing, at);
  if (await saveCountedTest(tx, mspId, standing, at))
    await markDirty(tx, scope, { systemIds: [standing.record.system.id] }, nowMs);
  if (standing.countsAs !== 'passed') return [];
  const events: AuditEvent[] = [];
  for (const failedId of await failuresRetestedBy(tx, mspId, recordId)) {
    const failed = await selectRestoreRecord(tx, mspId, failedId);
    if (!failed) continue;
    const failure = { ...NOTHING_SAID, ...failed.standing.record.failure, closedAt: nowMs };
    events.push(
      ...(await correct(tx, scope, person, failed.record, {
        reason: 'Its retest passed.',
        fields: { failure },
        nowMs,
      })),
    );
  }
  return events;
}

/** Of a failure that nobody has followed up. */
export const NOTHING_SAID = {
  ticket: null,
  cause: null,
  correctiveAction: null,
  owner: null,
  closedAt: null,
  retestRecordId: null,
};

/** Adds a correction to a record and has everything follow from it. */
export async function correct(
  tx: Tx,
  scope: TenantScope,
  { personId, name }: Person,
  record: RestoreRecord,
  { reason, fields, nowMs }: { reason: string; fields: Record<string, unknown>; nowMs: number },
): Promise<AuditEvent[]> {
  const sha256 = await insertAmendment(tx, scope.mspId, record, {
    kind: 'correction',
    by: { id: personId, name },
    at: nowMs,
    reason,
    fields,
  });
  const followed = await settleRecord(tx, scope, { personId, name }, record.recordId, nowMs);
  return [
    {
      action: 'restore-test.corrected',
      clientId: record.client.id,
      target: { recordId: record.recordId, systemId: record.system.id },
      details: { sha256, fields: Object.keys(fields).toSorted() },
      private: { reason },
    },
    ...followed,
  ];
}
