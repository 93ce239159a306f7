import { z } from 'zod';
import { SYSTEM_TAGS_MAX, TAG_LENGTH_MAX, TAG_PATTERN, TAG_PROBLEMS } from '@/domain/policy/tag-name';
import { appendAuditEvent } from '../data/audit';
import type { Database } from '../data/database';
import { addSystemTags, clientOfSystem, listSystemTags, removeSystemTags } from '../data/system-tags';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { markDirty } from './mark-dirty';

/** A tag, as a form sends it. */
export const tagName = z
  .string()
  .trim()
  .toLowerCase()
  .min(1, 'Enter a tag.')
  .max(TAG_LENGTH_MAX, TAG_PROBLEMS.long)
  .regex(TAG_PATTERN, TAG_PROBLEMS.letters);

/** What the form sends: all tags that the system shall have. */
export const systemTagsForm = z.strictObject({
  tags: z.array(tagName).max(SYSTEM_TAGS_MAX, TAG_PROBLEMS.many),
});
export type SystemTagsForm = z.infer<typeof systemTagsForm>;

/**
 * Gives a system exactly these tags and has its verdict evaluated again, since policies are assigned to tags.
 * @throws AppError `not-found` when the system is not there, or another MSP's
 */
export async function tagSystem(
  database: Database,
  scope: TenantScope,
  { personId }: { personId: string },
  systemId: string,
  { tags }: SystemTagsForm,
  nowMs: number,
): Promise<void> {
  const { mspId } = scope;
  const change = { at: new Date(nowMs), by: personId };
  await database.inScope(scope, async (tx) => {
    const clientId = await clientOfSystem(tx, mspId, systemId);
    if (clientId === null) throw nothingHere();
    const former = await listSystemTags(tx, mspId, systemId);
    const wanted = [...new Set(tags)];
    const added = wanted.filter((tag) => !former.includes(tag));
    const removed = former.filter((tag) => !wanted.includes(tag));
    if (added.length === 0 && removed.length === 0) return;
    await removeSystemTags(tx, mspId, systemId, removed, change);
    await addSystemTags(tx, mspId, { clientId, systemId }, added, change);
    await markDirty(tx, scope, { systemIds: [systemId] }, nowMs);
    await appendAuditEvent(tx, {
      action: 'system.tagged',
      clientId,
      target: { systemId },
      details: { added, removed },
    });
  });
}
