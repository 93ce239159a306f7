import { z } from 'zod';
import { DAY } from '@/domain/time/instant';
import type { Database } from '../data/database';
import { AppError } from '../errors';
import type { TenantScope } from '../tenancy/tenant-scope';
import { changeCauses, type ChangeMade, chosenCauses, type Person } from './change-causes';

/** Whoever wants it out of sight for longer has to waive it, with a reason. */
const SNOOZE_DAYS_MAX = 90;

/** Until when; null: it is awake again now. */
export const snoozeForm = z.strictObject({
  causes: chosenCauses,
  until: z.iso.datetime({ offset: true, error: 'Choose a day and a time.' }).nullable(),
});

/**
 * Takes causes out of the open queue until an instant; they come back by themselves, and at once when they turn critical.
 * @throws AppError `invalid-request` for an instant that is past or too far; `not-found`, `conflict` as `changeCauses`
 */
export async function snoozeCauses(
  database: Database,
  scope: TenantScope,
  person: Person,
  { causes, until }: z.output<typeof snoozeForm>,
  nowMs: number,
): Promise<ChangeMade> {
  if (until !== null && Date.parse(until) <= nowMs) throw wrong('Choose a time in the future.');
  if (until !== null && Date.parse(until) > nowMs + SNOOZE_DAYS_MAX * DAY)
    throw wrong(`Choose a time within ${SNOOZE_DAYS_MAX} days, or waive it with a reason.`);
  const snoozedUntil = until === null ? null : new Date(until).toISOString();
  return database.inScope(scope, (tx) =>
    changeCauses(
      tx,
      scope.mspId,
      person,
      causes,
      {
        kind: 'snoozed',
        needsOpen: true,
        handle: ({ handling }) => ({ ...handling, snoozedUntil }),
        text: null,
        detail: { until: snoozedUntil },
      },
      new Date(nowMs),
    ),
  );
}

function wrong(sentence: string): AppError {
  return new AppError('invalid-request', sentence, { fields: { until: sentence } });
}
