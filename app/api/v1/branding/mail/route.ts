import { withRoute } from '@/server/auth/with-route';
import { config } from '@/server/config';
import { webDatabase } from '@/server/data/web-database';
import { mailPreviewQuery, previewMail } from '@/server/services/preview-mail';
import { readQuery } from '../../list-answer';

/** The mail that brings a client's report, with a look that was not saved: HTML, for a frame of our own pages (`next.config.ts`). */
export const GET = withRoute(
  { permission: 'change-branding', query: mailPreviewQuery },
  async ({ request, scope, session }) => {
    const asked = readQuery(request, mailPreviewQuery);
    const html = await previewMail(webDatabase(), scope, session, asked, config(), Date.now());
    return new Response(html, { headers: { 'content-type': 'text/html; charset=utf-8' } });
  },
);
