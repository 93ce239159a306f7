import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { revokeDocumentLink } from '@/server/services/send-documents';

/** Takes the link of a document that was sent back: it leads nowhere from now on. 204. */
export const DELETE = withRoute(
  { permission: 'make-document', params: z.object({ linkId: z.uuid() }) },
  async ({ scope, params }) => {
    await revokeDocumentLink(webDatabase(), scope, params.linkId);
    return new Response(null, { status: 204 });
  },
);
