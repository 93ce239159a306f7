import { z } from 'zod';
import { auditorOf } from '@/server/auth/auditor';
import { withRoute } from '@/server/auth/with-route';
import { DOCUMENT_FILES } from '@/server/data/documents';
import { webDatabase } from '@/server/data/web-database';
import { fileResponse } from '@/server/documents/file-response';
import { downloadForAuditor } from '@/server/services/show-documents';

/** A file (`?file=pdf|facts|bundle`) of a document within the auditor's grant. Each download is in the log. */
export const GET = withRoute(
  { permission: 'view-evidence', params: z.object({ documentId: z.uuid() }) },
  async ({ request, session, params }) => {
    const file = z.enum(DOCUMENT_FILES).catch('pdf').parse(new URL(request.url).searchParams.get('file'));
    return fileResponse(await downloadForAuditor(webDatabase(), auditorOf(session), params.documentId, file));
  },
);
