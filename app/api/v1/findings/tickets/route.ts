import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { linkTicket, ticketForm } from '@/server/services/link-ticket';

/** Links causes to a ticket, or to none. 201 with `{changeId, count, versions}`. */
export const POST = withRoute(
  { permission: 'work-findings', body: ticketForm },
  async ({ scope, session, body }) =>
    Response.json(await linkTicket(webDatabase(), scope, session, body, Date.now()), { status: 201 }),
);
