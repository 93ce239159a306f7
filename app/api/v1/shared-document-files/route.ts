import { withPublicRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { fileResponse } from '@/server/documents/file-response';
import { downloadShared, sharedFileQuestion } from '@/server/services/send-documents';

/** A file of the document that a link leads to. Each download is counted and in the log. */
export const POST = withPublicRoute({ body: sharedFileQuestion }, async ({ body }) =>
  fileResponse(await downloadShared(webDatabase(), body)),
);
