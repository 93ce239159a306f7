import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { showPreviewPdf } from '@/server/services/preview-documents';

/** All pages of a preview of one's own as a PDF, marked on each and unsigned. */
export const GET = withRoute(
  { permission: 'make-document', params: z.object({ previewId: z.uuid() }) },
  async ({ scope, session, params: { previewId } }) => {
    const which = { previewId, personId: session.personId };
    const pdf = await showPreviewPdf(webDatabase(), scope, which, Date.now());
    return new Response(new Uint8Array(pdf), {
      headers: {
        'content-type': 'application/pdf',
        'content-length': String(pdf.length),
        'content-disposition': 'attachment; filename="preview.pdf"',
      },
    });
  },
);
