import { ATTACHED_BYTES_MAX, attachmentName, sniffAttachment } from '@/domain/restore-test/attachment';
import type { RestoreRecord } from '@/domain/restore-test/record';
import type { Tx } from '../data/database';
import { type NewAttachment, takeQuota } from '../data/record-attachments';
import { sha256Of } from '../data/restore-records';
import { AppError } from '../errors';
import type { AttachmentForm } from './restore-record-form';

/**
 * The files of a form, each known by its bytes.
 * @throws AppError `invalid-request` for one that is not taken, with the reason at its field
 */
export function readAttachments(given: readonly AttachmentForm[]): NewAttachment[] {
  const fields: Record<string, string> = {};
  let total = 0;
  const read = given.map((one, index): NewAttachment => {
    const content = Buffer.from(one.content, 'base64');
    const name = attachmentName(one.name);
    const sniffed = sniffAttachment(name, content);
    total += content.length;
    if (!sniffed.isAccepted) fields[`attachments.${index}`] = `${name}: ${sniffed.why}`;
    return {
      name,
      mediaType: sniffed.isAccepted ? sniffed.mediaType : '',
      content,
      sha256: sha256Of(content),
      capturedAt: one.capturedAt === null ? null : new Date(one.capturedAt),
      origin: one.origin,
    };
  });
  if (total > ATTACHED_BYTES_MAX)
    fields['attachments.0'] =
      'Together they are larger than 6 MiB. Attach the others to the record afterwards.';
  const [first] = Object.values(fields);
  if (first) throw new AppError('invalid-request', first, { fields });
  return read;
}

/**
 * Takes room for them.
 * @throws AppError `too-large` when the MSP has none left
 */
export async function takeRoom(tx: Tx, mspId: string, attachments: readonly NewAttachment[]): Promise<void> {
  const bytes = attachments.reduce((sum, one) => sum + one.content.length, 0);
  if (bytes > 0 && !(await takeQuota(tx, mspId, bytes)))
    throw new AppError(
      'too-large',
      'There is no room for more attachments: your MSP has 2 GiB of them. Leave these out, and say where they are kept.',
    );
}

/** What a record shows of attachments. */
export function shownAttachments(attachments: readonly NewAttachment[]): RestoreRecord['attachments'] {
  return attachments.map((one) => ({
    name: one.name,
    mediaType: one.mediaType,
    bytes: one.content.length,
    sha256: one.sha256.toString('hex'),
    capturedAt: one.capturedAt?.getTime() ?? null,
    origin: one.origin,
  }));
}
