import { v7 } from 'uuid';
import { z } from 'zod';
import { ATTACHMENT_QUOTA_BYTES } from '@/domain/restore-test/attachment';
import type { Tx } from './database';

export interface NewAttachment {
  readonly name: string;
  readonly mediaType: string;
  readonly content: Buffer;
  readonly sha256: Buffer;
  readonly capturedAt: Date | null;
  readonly origin: string | null;
}

/** Takes room for so many bytes of the MSP's quota, until the transaction is rolled back; false: there is none. */
export async function takeQuota(tx: Tx, mspId: string, bytes: number): Promise<boolean> {
  const taken = await tx.$executeRaw`
    INSERT INTO app.attachment_usage AS u (msp_id, used_bytes) VALUES (${mspId}::uuid, ${bytes})
    ON CONFLICT (msp_id) DO UPDATE SET used_bytes = u.used_bytes + excluded.used_bytes
      WHERE u.used_bytes + excluded.used_bytes <= ${ATTACHMENT_QUOTA_BYTES}`;
  return taken === 1;
}

/** Keeps what is attached to a record. */
export async function insertAttachments(
  tx: Tx,
  mspId: string,
  { recordId, clientId }: { recordId: string; clientId: string },
  attachments: readonly NewAttachment[],
  { by, at }: { by: string; at: Date },
): Promise<void> {
  await tx.restoreRecordAttachment.createMany({
    data: attachments.map((one) => ({
      mspId,
      attachmentId: v7(),
      recordId,
      clientId,
      name: one.name,
      mediaType: one.mediaType,
      sizeBytes: one.content.length,
      sha256: Uint8Array.from(one.sha256),
      content: Uint8Array.from(one.content),
      capturedAt: one.capturedAt,
      origin: one.origin,
      addedBy: by,
      addedAt: at,
    })),
  });
}

const stored = z.object({ name: z.string(), mediaType: z.string(), content: z.instanceof(Uint8Array) });

/** The bytes of an attachment; null: not there, or another MSP's. */
export async function readAttachment(
  tx: Tx,
  mspId: string,
  attachmentId: string,
): Promise<{ name: string; mediaType: string; content: Uint8Array<ArrayBuffer> } | null> {
  const found = await tx.restoreRecordAttachment.findFirst({
    where: { mspId, attachmentId },
    select: { name: true, mediaType: true, content: true },
  });
  if (!found) return null;
  const { name, mediaType, content } = stored.parse(found);
  return { name, mediaType, content: Uint8Array.from(content) };
}
