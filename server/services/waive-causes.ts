import { z } from 'zod';
import { DAY } from '@/domain/time/instant';
import { lockSystemsOfCauses } from '../data/cause-changes';
import type { Database } from '../data/database';
import { insertWaivers } from '../data/waivers';
import { AppError } from '../errors';
import type { TenantScope } from '../tenancy/tenant-scope';
import { changeCauses, type ChangeMade, chosenCauses, type Person } from './change-causes';
import { textLine } from './form-fields';
import { reconsiderCauses } from './mark-dirty';

/** As of a declaration: what was accepted is looked at again at least this often. */
const WAIVED_DAYS_MAX = 400;

/** What is accepted, who accepted it, why, and until when. */
export const waiverForm = z.strictObject({
  causes: chosenCauses,
  reason: z
    .string()
    .trim()
    .min(1, 'Say why: it stands in the evidence.')
    .max(2000, 'Use at most 2,000 characters.')
    .regex(/^[^\0]*$/, 'Leave out control characters.'),
  approverName: textLine('who accepted it'),
  until: z.iso.datetime({ offset: true, error: 'Choose a day.' }),
});

/**
 * Accepts the gaps that these causes are made of: each rule at its subject, until an instant. It labels them; statuses stay as they are,
 * and what joins a cause later is not covered.
 * @throws AppError `invalid-request` for an end that is past or too far; `not-found`, `conflict` as `changeCauses`
 */
export async function waiveCauses(
  database: Database,
  scope: TenantScope,
  person: Person,
  { causes, reason, approverName, until }: z.output<typeof waiverForm>,
  nowMs: number,
): Promise<ChangeMade> {
  if (Date.parse(until) <= nowMs) throw wrong('Choose a day in the future.');
  if (Date.parse(until) > nowMs + WAIVED_DAYS_MAX * DAY)
    throw wrong('Choose a day within 13 months; decide again then.');
  const at = new Date(nowMs);
  const validUntil = new Date(until);
  const causeIds = causes.map(({ causeId }) => causeId);
  return database.inScope(scope, async (tx) => {
    const systemIds = await lockSystemsOfCauses(tx, scope.mspId, causeIds);
    return changeCauses(
      tx,
      scope.mspId,
      person,
      causes,
      {
        kind: 'waived',
        needsOpen: true,
        handle: ({ handling }) => handling,
        also: async (changeId) => {
          const waiver = { changeId, causeIds, reason, approverName, validUntil, person, at };
          await insertWaivers(tx, scope.mspId, waiver);
          await reconsiderCauses(tx, scope, { causeIds, systemIds }, nowMs);
        },
        text: reason,
        detail: { until: validUntil.toISOString(), approverName },
        private: { reason, approverName },
      },
      at,
    );
  });
}

function wrong(sentence: string): AppError {
  return new AppError('invalid-request', sentence, { fields: { until: sentence } });
}
