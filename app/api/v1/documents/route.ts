import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { askForDocument, documentForm } from '@/server/services/ask-for-documents';

/** Asks for a document. 202 with `{documentIds}`: several where a pack is split by month. */
export const POST = withRoute(
  { permission: 'make-document', body: documentForm },
  async ({ scope, session, body }) => {
    const documentIds = await askForDocument(webDatabase(), scope, session, body, Date.now());
    return Response.json({ documentIds }, { status: 202 });
  },
);
