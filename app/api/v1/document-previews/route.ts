import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { askForPreview, previewForm } from '@/server/services/preview-documents';

/** A logo of 200 kB in base64, and what stands beside it. */
const BYTES_MAX = 300_000;

/**
 * Has a document made to be looked at: not signed, not kept, and gone after half an hour. 202 with `{previewId}`; 403 for a look by whoever may
 * not change it; 409 while too many wait.
 */
export const POST = withRoute(
  { permission: 'make-document', body: previewForm, bodyBytesMax: BYTES_MAX },
  async ({ scope, session, body }) => {
    const previewId = await askForPreview(webDatabase(), scope, session, body, Date.now());
    return Response.json({ previewId }, { status: 202 });
  },
);
