import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { showPreview } from '@/server/services/preview-documents';

/** How far a preview of one's own is: `{state, progress, problem, pages, pictureCount, askedAt}`. */
export const GET = withRoute(
  { permission: 'make-document', params: z.object({ previewId: z.uuid() }) },
  async ({ scope, session, params: { previewId } }) => {
    const which = { previewId, personId: session.personId };
    return Response.json(await showPreview(webDatabase(), scope, which, Date.now()));
  },
);
