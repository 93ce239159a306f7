import { v7 } from 'uuid';
import { z } from 'zod';
import { appendAuditEvent } from '../data/audit';
import type { Database } from '../data/database';
import { listColleagues, seesClient } from '../data/identity-colleagues';
import { endTestAssignment, insertTestAssignment } from '../data/restore-test-assignments';
import { clientOfSystem } from '../data/system-tags';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';

/** `personId` null: nobody any more. */
export const testAssignmentForm = z.strictObject({ personId: z.uuid('Choose a person.').nullable() });
export type TestAssignmentForm = z.infer<typeof testAssignmentForm>;

/**
 * Says who makes the next restore test of a system, in place of whoever was asked before.
 * @throws AppError `not-found` for a system that is not there, `invalid-request` for a person who does not see its client
 */
export async function assignRestoreTest(
  database: Database,
  scope: TenantScope,
  { personId: by }: { readonly personId: string },
  systemId: string,
  { personId }: TestAssignmentForm,
  nowMs: number,
): Promise<void> {
  const { mspId } = scope;
  const at = new Date(nowMs);
  await database.inScope(scope, async (tx) => {
    const clientId = await clientOfSystem(tx, mspId, systemId);
    if (!clientId) throw nothingHere();
    const colleagues = personId === null ? [] : await listColleagues(tx);
    const person = colleagues.find((one) => one.personId === personId && seesClient(one, clientId));
    if (personId !== null && !person) {
      const sentence = 'Choose somebody who sees this client.';
      throw new AppError('invalid-request', sentence, { fields: { personId: sentence } });
    }
    await endTestAssignment(tx, mspId, systemId, { by, at });
    if (person)
      await insertTestAssignment(tx, mspId, {
        assignmentId: v7(),
        clientId,
        systemId,
        personId: person.personId,
        personName: person.name,
        assignedAt: at,
        assignedBy: by,
      });
    await appendAuditEvent(tx, {
      action: 'restore-test.assigned',
      clientId,
      target: { systemId, ...(personId !== null && { personId }) },
      details: {},
    });
  });
}
