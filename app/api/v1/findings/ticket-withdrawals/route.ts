import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { withdrawTickets, ticketsForm } from '@/server/services/want-tickets';

/** Takes tickets back that Holdfast keeps. 201 with `{changeId, count, versions}`. */
export const POST = withRoute(
  { permission: 'work-findings', body: ticketsForm },
  async ({ scope, session, body }) =>
    Response.json(await withdrawTickets(webDatabase(), scope, session, body, Date.now()), { status: 201 }),
);
