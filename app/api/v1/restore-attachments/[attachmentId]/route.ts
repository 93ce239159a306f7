import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { readAttachment } from '@/server/data/record-attachments';
import { webDatabase } from '@/server/data/web-database';
import { nothingHere } from '@/server/nothing-here';

/**
 * The bytes of an attachment, always as a file to keep: somebody else's content is never shown by our origin, and were it opened all
 * the same, it may do nothing.
 */
export const GET = withRoute(
  { permission: 'view-fleet', params: z.object({ attachmentId: z.uuid() }) },
  async ({ scope, params: { attachmentId } }) => {
    const found = await webDatabase().inScope(scope, (tx) => readAttachment(tx, scope.mspId, attachmentId));
    if (!found) throw nothingHere();
    const plain = found.name.replaceAll(/[^\w.()-]/g, '_');
    return new Response(found.content, {
      headers: {
        'content-type': found.mediaType.startsWith('text/')
          ? `${found.mediaType}; charset=utf-8`
          : found.mediaType,
        'content-disposition': `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(found.name)}`,
        'content-security-policy': "default-src 'none'; sandbox",
        'x-content-type-options': 'nosniff',
      },
    });
  },
);
