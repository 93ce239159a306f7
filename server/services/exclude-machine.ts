import { v7 } from 'uuid';
import { z } from 'zod';
import { hostKey, HOST_KEY_MAX } from '@/domain/coverage/host-key';
import { DAY } from '@/domain/time/instant';
import { appendAuditEvent } from '../data/audit';
import { findClient } from '../data/clients';
import { insertExclusion, withdrawExclusion, withdrawExclusionsOf } from '../data/coverage-exclusions';
import { hastenCoverage } from '../data/coverage-due';
import type { Database } from '../data/database';
import { lockInventory } from '../data/inventory-lists';
import { hintWork } from '../data/work-due';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { textLine } from './form-fields';

/** As of a waiver: what was left out is looked at again at least this often. */
const EXCLUDED_DAYS_MAX = 400;

/** Which machine is left out, whose decision it is, why, and until when. */
export const exclusionForm = z.strictObject({
  name: textLine('the host name', HOST_KEY_MAX),
  ownerName: textLine('who decided it'),
  reason: z
    .string()
    .trim()
    .min(1, 'Say why: it stands beside the machine.')
    .max(2000, 'Use at most 2,000 characters.')
    .regex(/^[^\0]*$/, 'Leave out control characters.'),
  until: z.iso.datetime({ offset: true, error: 'Choose a day.' }),
});
export type ExclusionForm = z.infer<typeof exclusionForm>;

type Person = Readonly<{ personId: string; name: string }>;

/**
 * Says that a machine is knowingly not backed up, or not in the inventory, until an instant. It labels the machine wherever it stands,
 * and takes the place of what was said of it before. Answers its id.
 * @throws AppError `not-found` for a client that is not there, `invalid-request` for an end that is past or too far
 */
export async function excludeMachine(
  database: Database,
  scope: TenantScope,
  person: Person,
  clientId: string,
  { name, ownerName, reason, until }: ExclusionForm,
  nowMs: number,
): Promise<string> {
  if (Date.parse(until) <= nowMs) throw wrong('Choose a day in the future.');
  if (Date.parse(until) > nowMs + EXCLUDED_DAYS_MAX * DAY)
    throw wrong('Choose a day within 13 months; decide again then.');
  const { mspId } = scope;
  const at = new Date(nowMs);
  const exclusionId = v7();
  const machine = { clientId, hostKey: hostKey(name) };
  await database.inScope(scope, async (tx) => {
    if (!(await findClient(tx, mspId, clientId))) throw nothingHere();
    await lockInventory(tx, mspId, clientId);
    await withdrawExclusionsOf(tx, mspId, machine, { by: person.personId, at });
    await insertExclusion(tx, mspId, {
      exclusionId,
      ...machine,
      name,
      ownerName,
      reason,
      validUntil: new Date(until),
      createdAt: at,
      createdBy: person.personId,
      createdByName: person.name,
    });
    await hastenCoverage(tx, mspId, [clientId], at);
    await hintWork(tx, mspId, 'evaluation', at);
    await appendAuditEvent(tx, {
      action: 'coverage.excluded',
      clientId,
      target: { exclusionId },
      details: { name, until: new Date(until).toISOString() },
      private: { ownerName, reason, createdByName: person.name },
    });
  });
  return exclusionId;
}

/**
 * Takes an exclusion back.
 * @throws AppError `not-found` for one that is not there or was taken back already
 */
export async function includeMachine(
  database: Database,
  scope: TenantScope,
  { personId }: { personId: string },
  exclusionId: string,
  nowMs: number,
): Promise<void> {
  await database.inScope(scope, async (tx) => {
    const withdrawn = await withdrawExclusion(tx, scope.mspId, exclusionId, {
      by: personId,
      at: new Date(nowMs),
    });
    if (!withdrawn) throw nothingHere();
    await hastenCoverage(tx, scope.mspId, [withdrawn.clientId], new Date(nowMs));
    await hintWork(tx, scope.mspId, 'evaluation', new Date(nowMs));
    await appendAuditEvent(tx, {
      action: 'coverage.exclusion-withdrawn',
      clientId: withdrawn.clientId,
      target: { exclusionId },
      details: { name: withdrawn.name },
    });
  });
}

function wrong(sentence: string): AppError {
  return new AppError('invalid-request', sentence, { fields: { until: sentence } });
}
