import { v7 } from 'uuid';
import { z } from 'zod';
import { appendAuditEvent } from '../data/audit';
import { findEvidenceClient } from '../data/clients';
import type { Database } from '../data/database';
import { endLegalHold, insertLegalHold, listLegalHolds } from '../data/legal-holds';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { textLine } from './form-fields';

/** Why a client's evidence is held. */
export const legalHoldForm = z.strictObject({ reason: textLine('why it is held', 500) });
type LegalHoldForm = z.infer<typeof legalHoldForm>;

type Person = Readonly<{ personId: string; name: string }>;

/**
 * Holds a client's evidence: nothing of it is erased or runs out until the hold is withdrawn.
 * @throws AppError `not-found` for a client that is not there, `conflict` when one stands
 */
export async function placeLegalHold(
  database: Database,
  scope: TenantScope,
  person: Person,
  clientId: string,
  { reason }: LegalHoldForm,
  nowMs: number,
): Promise<void> {
  const { mspId } = scope;
  await database.inScope(scope, async (tx) => {
    if (!(await findEvidenceClient(tx, mspId, clientId))) throw nothingHere();
    if ((await listLegalHolds(tx, mspId)).some((hold) => hold.clientId === clientId))
      throw new AppError('conflict', 'A legal hold stands for this client already. Withdraw it first.');
    const holdId = v7();
    await insertLegalHold(tx, mspId, {
      holdId,
      clientId,
      reason,
      placedAt: new Date(nowMs),
      placedBy: person.personId,
      placedByName: person.name,
    });
    await appendAuditEvent(tx, {
      action: 'legal-hold.placed',
      clientId,
      target: { holdId },
      details: { reason },
      private: { placedByName: person.name },
    });
  });
}

/**
 * Withdraws the hold of a client.
 * @throws AppError `not-found` when none stands
 */
export async function withdrawLegalHold(
  database: Database,
  scope: TenantScope,
  person: Person,
  clientId: string,
  nowMs: number,
): Promise<void> {
  const { mspId } = scope;
  await database.inScope(scope, async (tx) => {
    const end = { by: person.personId, byName: person.name, at: new Date(nowMs) };
    const holdId = await endLegalHold(tx, mspId, clientId, end);
    if (holdId === null) throw nothingHere();
    await appendAuditEvent(tx, {
      action: 'legal-hold.withdrawn',
      clientId,
      target: { holdId },
      details: {},
      private: { withdrawnByName: person.name },
    });
  });
}
