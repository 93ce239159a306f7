import { z } from 'zod';
import { appendAuditEvent } from '../data/audit';
import type { Database } from '../data/database';
import { lockRecord } from '../data/keep-records';
import { insertAttachments } from '../data/record-attachments';
import { selectRestoreRecord } from '../data/restore-records';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { attachedEvents } from './record-restore-test';
import { attachmentsField } from './restore-record-form';
import { correct } from './settle-record';
import { readAttachments, shownAttachments, takeRoom } from './take-attachments';

export const attachForm = z.strictObject({
  attachments: attachmentsField.min(1, 'Choose a file.'),
});
export type AttachForm = z.infer<typeof attachForm>;

/**
 * Adds files to a record that is there, as a correction of the list of its attachments.
 * @throws AppError `not-found`, `invalid-request` for a file that is not taken, `too-large` when the MSP has no room
 */
export async function attachToRecord(
  database: Database,
  scope: TenantScope,
  person: Readonly<{ personId: string; name: string }>,
  recordId: string,
  form: AttachForm,
  nowMs: number,
): Promise<void> {
  const { mspId } = scope;
  const attachments = readAttachments(form.attachments);
  await database.inScope(scope, async (tx) => {
    await lockRecord(tx, mspId, recordId);
    const found = await selectRestoreRecord(tx, mspId, recordId);
    if (!found) throw nothingHere();
    const { record, standing } = found;
    await takeRoom(tx, mspId, attachments);
    const owner = { recordId, clientId: record.client.id };
    await insertAttachments(tx, mspId, owner, attachments, { by: person.personId, at: new Date(nowMs) });
    const events = await correct(tx, scope, person, record, {
      reason: attachments.length === 1 ? 'A file was attached.' : 'Files were attached.',
      fields: { attachments: [...standing.record.attachments, ...shownAttachments(attachments)] },
      nowMs,
    });
    for (const event of [...attachedEvents(record, found.sha256, attachments), ...events])
      await appendAuditEvent(tx, event);
  });
}
