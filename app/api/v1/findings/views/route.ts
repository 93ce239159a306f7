import { keptFindingsQuery, readFindingsAddress } from '@/app/(msp)/findings/findings-address';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { dropView, keepView, viewForm, viewName } from '@/server/services/keep-view';

/** Keeps a view of the queue for the person who asks, or gives one another name. 204. */
export const PUT = withRoute(
  { permission: 'view-fleet', body: viewForm },
  async ({ scope, session, body }) => {
    const address = readFindingsAddress(Object.fromEntries(new URLSearchParams(body.query)));
    const form = { ...body, query: keptFindingsQuery(address) };
    const of = { personId: session.personId, screen: 'findings' } as const;
    await keepView(webDatabase(), scope, of, form, Date.now());
    return new Response(null, { status: 204 });
  },
);

/** Takes one of the person's own views away, if it is there. 204. */
export const DELETE = withRoute(
  { permission: 'view-fleet', body: viewName },
  async ({ scope, session, body }) => {
    const of = { personId: session.personId, screen: 'findings' } as const;
    await dropView(webDatabase(), scope, of, body.name, Date.now());
    return new Response(null, { status: 204 });
  },
);
