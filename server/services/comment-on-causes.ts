import { z } from 'zod';
import type { Database } from '../data/database';
import type { TenantScope } from '../tenancy/tenant-scope';
import { changeCauses, type ChangeMade, chosenCauses, type Person } from './change-causes';

/** What a person says about causes. */
export const commentForm = z.strictObject({
  causes: chosenCauses,
  text: z
    .string()
    .trim()
    .min(1, 'Write something first.')
    .max(4000, 'Use at most 4,000 characters.')
    .regex(/^[^\0]*$/, 'Leave out control characters.'),
});

/**
 * Puts a comment into the timelines of causes, of closed ones too. It changes nothing else, so that it never conflicts with anybody.
 * @throws AppError `not-found` when one of them is not there
 */
export async function commentOnCauses(
  database: Database,
  scope: TenantScope,
  person: Person,
  { causes, text }: z.output<typeof commentForm>,
  nowMs: number,
): Promise<ChangeMade> {
  const chosen = causes.map(({ causeId }) => ({ causeId, version: null }));
  return database.inScope(scope, (tx) =>
    changeCauses(
      tx,
      scope.mspId,
      person,
      chosen,
      { kind: 'commented', needsOpen: false, handle: null, text, detail: {}, private: { comment: text } },
      new Date(nowMs),
    ),
  );
}
