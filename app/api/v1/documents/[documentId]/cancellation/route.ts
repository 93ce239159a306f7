import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { cancelDocument } from '@/server/services/ask-for-documents';

/** Cancels a document that waits or is being made. 204; 409 when it is over. */
export const POST = withRoute(
  { permission: 'make-document', params: z.object({ documentId: z.uuid() }) },
  async ({ scope, params }) => {
    await cancelDocument(webDatabase(), scope, params.documentId, Date.now());
    return new Response(null, { status: 204 });
  },
);
