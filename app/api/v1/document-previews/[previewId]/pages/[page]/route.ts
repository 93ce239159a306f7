import { z } from 'zod';
import { PREVIEW_PICTURES_MAX } from '@/domain/report/preview-subject';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { showPreviewPage } from '@/server/services/preview-documents';

const params = z.object({
  previewId: z.uuid(),
  page: z.coerce.number().int().min(1).max(PREVIEW_PICTURES_MAX),
});

/** A page of a preview of one's own as SVG. */
export const GET = withRoute(
  { permission: 'make-document', params },
  async ({ scope, session, params: { previewId, page } }) => {
    const which = { previewId, personId: session.personId };
    const svg = await showPreviewPage(webDatabase(), scope, which, page, Date.now());
    return new Response(svg, { headers: { 'content-type': 'image/svg+xml; charset=utf-8' } });
  },
);
