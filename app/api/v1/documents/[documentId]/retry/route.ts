import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { retryDocument } from '@/server/services/ask-for-documents';

/** Has a document made again that failed or was cancelled. 202; 409 when it did not. */
export const POST = withRoute(
  { permission: 'make-document', params: z.object({ documentId: z.uuid() }) },
  async ({ scope, params }) => {
    await retryDocument(webDatabase(), scope, params.documentId, Date.now());
    return new Response(null, { status: 202 });
  },
);
