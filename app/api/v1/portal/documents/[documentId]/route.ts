import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { fileResponse } from '@/server/documents/file-response';
import { downloadForLeader } from '@/server/services/show-documents';

/** The PDF of a document of the leader's company. Each download is in the log. */
export const GET = withRoute(
  { permission: 'view-portal', params: z.object({ documentId: z.uuid() }) },
  async ({ scope, params }) => fileResponse(await downloadForLeader(webDatabase(), scope, params.documentId)),
);
