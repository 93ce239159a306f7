import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { openTickets, ticketOpeningForm } from '@/server/services/want-tickets';

/** Has tickets opened for causes in a ticket system. 201 with `{changeId, count, versions}`. */
export const POST = withRoute(
  { permission: 'work-findings', body: ticketOpeningForm },
  async ({ scope, session, body }) =>
    Response.json(await openTickets(webDatabase(), scope, session, body, Date.now()), { status: 201 }),
);
