import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { DOCUMENT_FILES } from '@/server/data/documents';
import { webDatabase } from '@/server/data/web-database';
import { fileResponse } from '@/server/documents/file-response';
import { downloadDocument } from '@/server/services/ask-for-documents';

/** A file of a document that is ready: `pdf`, `facts` (JSON) or `bundle` (ASiC-E). Each download is in the log. */
export const GET = withRoute(
  { permission: 'view-documents', params: z.object({ documentId: z.uuid(), file: z.enum(DOCUMENT_FILES) }) },
  async ({ scope, params }) => {
    return fileResponse(await downloadDocument(webDatabase(), scope, params.documentId, params.file));
  },
);
