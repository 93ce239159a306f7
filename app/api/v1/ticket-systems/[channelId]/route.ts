import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { changeTicketSystem, ticketSystemChangeForm } from '@/server/services/change-ticket-systems';

/** Changes a ticket system; a secret that is left empty stays. 204. */
export const PUT = withRoute(
  {
    permission: 'manage-notifications',
    params: z.object({ channelId: z.uuid() }),
    body: ticketSystemChangeForm,
    bodyBytesMax: 256 * 1024,
  },
  async ({ scope, params: { channelId }, body }) => {
    await changeTicketSystem(webDatabase(), scope, channelId, body, Date.now());
    return new Response(null, { status: 204 });
  },
);
