import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { createSite, siteForm } from '@/server/services/create-site';

/** Makes a place where a client's backups can stand. 201 with `{siteId}`. */
export const POST = withRoute(
  { permission: 'declare', params: z.object({ clientId: z.uuid() }), body: siteForm },
  async ({ scope, params, body }) => {
    const siteId = await createSite(webDatabase(), scope, params.clientId, body, Date.now());
    return Response.json({ siteId }, { status: 201 });
  },
);
