import { withPublicRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { readSharedDocument, sharedQuestion } from '@/server/services/send-documents';

/** What the link of a document leads to. A POST, so that its token stands in no log. */
export const POST = withPublicRoute({ body: sharedQuestion }, async ({ body }) =>
  Response.json(await readSharedDocument(webDatabase(), body.token)),
);
