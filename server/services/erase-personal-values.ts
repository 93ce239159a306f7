import { z } from 'zod';
import { appendAuditEvent } from '../data/audit';
import { countPrivateValues, countTextsHolding, erasePrivateValues } from '../data/audit-erasure';
import type { Database } from '../data/database';
import { listLegalHolds } from '../data/legal-holds';
import type { TenantScope } from '../tenancy/tenant-scope';
import { textLine } from './form-fields';

/** Whose values: how the person is called in them, and their e-mail. */
export const erasureForm = z.strictObject({
  texts: z
    .array(textLine('a name or e-mail').min(3, 'Use at least 3 characters.'))
    .min(1, 'Enter a name or e-mail.')
    .max(10, 'Use at most 10 names and e-mails.'),
});
type ErasureForm = z.infer<typeof erasureForm>;

/** What came of it. */
export interface Erasure {
  readonly erased: number;
  /** Left, because a legal hold stands for their client (GDPR, Article 17(3)(e): legal claims). */
  readonly held: number;
  /** Events whose own text holds one of these: it cannot be changed. Nothing of ours writes personal values there. */
  readonly inTexts: number;
}

/**
 * Erases personal values beside the log that hold a person's name or e-mail (without regard to case), with their salts. The chain keeps its
 * commitments to them, which tell nothing without the salt, so it stays whole and every bundle that was given out still verifies. The
 * event of it says how many, and not whose.
 */
export async function erasePersonalValues(
  database: Database,
  scope: TenantScope,
  { texts }: ErasureForm,
): Promise<Erasure> {
  const { mspId } = scope;
  return database.inScope(scope, async (tx) => {
    const heldClientIds = (await listLegalHolds(tx, mspId)).map(({ clientId }) => clientId);
    const erased = await erasePrivateValues(tx, texts, heldClientIds);
    const held = await countPrivateValues(tx, mspId, texts);
    const inTexts = await countTextsHolding(tx, mspId, texts);
    await appendAuditEvent(tx, { action: 'personal-values.erased', target: {}, details: { erased, held } });
    return { erased, held, inTexts };
  });
}
