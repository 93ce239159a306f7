import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { retryTickets, ticketsForm } from '@/server/services/want-tickets';

/** Has tickets tried again that are held up. 201 with `{changeId, count, versions}`. */
export const POST = withRoute(
  { permission: 'work-findings', body: ticketsForm },
  async ({ scope, session, body }) =>
    Response.json(await retryTickets(webDatabase(), scope, session, body, Date.now()), { status: 201 }),
);
