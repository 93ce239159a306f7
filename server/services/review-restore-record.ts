import { z } from 'zod';
import { authorsOf } from '@/domain/restore-test/standing';
import { appendAuditEvent } from '../data/audit';
import type { Database } from '../data/database';
import { insertAmendment, lockRecord } from '../data/keep-records';
import { selectRestoreRecord } from '../data/restore-records';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { settleRecord } from './settle-record';

/** `seen`: how many amendments the reviewer saw, so that nobody accepts what was corrected meanwhile. */
export const reviewForm = z
  .strictObject({
    decision: z.enum(['accepted', 'rejected'], 'Choose what you decide.'),
    comment: z
      .string()
      .trim()
      .max(2000, 'Use at most 2,000 characters.')
      .regex(/^[^\0]*$/, 'Leave out control characters.')
      .transform((told) => told || null),
    seen: z.int().min(0),
  })
  .refine(({ decision, comment }) => decision === 'accepted' || comment !== null, {
    path: ['comment'],
    message: 'Say why: it is kept with the record.',
  });
export type ReviewForm = z.infer<typeof reviewForm>;

/**
 * Accepts or rejects the record of a test that somebody else made. A passed one counts in the verdict once it is accepted; what is
 * rejected counts no more.
 * @throws AppError `not-found`; `forbidden` to who performed the test; `conflict` when more was said of it meanwhile, or it is decided
 */
export async function reviewRestoreRecord(
  database: Database,
  scope: TenantScope,
  person: Readonly<{ personId: string; name: string }>,
  recordId: string,
  { decision, comment, seen }: ReviewForm,
  nowMs: number,
): Promise<void> {
  const { mspId } = scope;
  await database.inScope(scope, async (tx) => {
    await lockRecord(tx, mspId, recordId);
    const found = await selectRestoreRecord(tx, mspId, recordId);
    if (!found) throw nothingHere();
    const { record, amendments, standing } = found;
    if (record.performer.id === person.personId)
      throw new AppError('forbidden', 'You performed this test. Somebody else has to review it.');
    if (authorsOf(record, amendments).has(person.personId))
      throw new AppError('forbidden', 'You corrected this record. Somebody else has to review it.');
    if (amendments.length !== seen)
      throw new AppError(
        'conflict',
        'More was said of this record meanwhile. Look at it again, then decide.',
      );
    if (standing.review !== 'awaiting')
      throw new AppError(
        'conflict',
        `This record is ${standing.review} already. Correct it to have it reviewed again.`,
      );
    const by = { id: person.personId, name: person.name };
    const sha256 = await insertAmendment(tx, mspId, record, {
      kind: 'review',
      decision,
      by,
      at: nowMs,
      comment,
    });
    const settled = await settleRecord(tx, scope, person, recordId, nowMs);
    await appendAuditEvent(tx, {
      action: 'restore-test.reviewed',
      clientId: record.client.id,
      target: { recordId, systemId: record.system.id },
      details: { decision, sha256, recordSha256: found.sha256 },
      ...(comment !== null && { private: { comment } }),
    });
    for (const event of settled) await appendAuditEvent(tx, event);
  });
}
