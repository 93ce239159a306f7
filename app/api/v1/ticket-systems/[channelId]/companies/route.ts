import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { companyForm, mapCompany } from '@/server/services/change-ticket-systems';

/** Says which company of a ticket system a client is. 200 with `{former}`, what it was before: by that it is undone. */
export const PUT = withRoute(
  { permission: 'manage-notifications', params: z.object({ channelId: z.uuid() }), body: companyForm },
  async ({ scope, session, params: { channelId }, body }) =>
    Response.json({ former: await mapCompany(webDatabase(), scope, session, channelId, body, Date.now()) }),
);
