import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { addTicketSystem, ticketSystemForm } from '@/server/services/change-ticket-systems';

/** Adds a ticket system. 201 `{channelId}`. Tests and removal are those of its channel. */
export const POST = withRoute(
  { permission: 'manage-notifications', body: ticketSystemForm, bodyBytesMax: 256 * 1024 },
  async ({ scope, session, body }) => {
    const channelId = await addTicketSystem(webDatabase(), scope, session, body, Date.now());
    return Response.json({ channelId }, { status: 201 });
  },
);
