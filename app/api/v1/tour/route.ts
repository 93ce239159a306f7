import { withRoute } from '@/server/auth/with-route';
import { findTourSystem } from '@/server/data/ended-tours';
import { webDatabase } from '@/server/data/web-database';
import { endTour, tourEndForm } from '@/server/services/end-tour';

/** What the tour shows: `{systemId}`; null: there is no system yet. */
export const GET = withRoute({ permission: 'view-fleet' }, async ({ scope }) => {
  const systemId = await webDatabase().inScope(scope, (tx) => findTourSystem(tx, scope.mspId));
  return Response.json({ systemId });
});

/** Keeps how the person left the tour. 204. */
export const PUT = withRoute(
  { permission: 'view-fleet', body: tourEndForm },
  async ({ scope, session, body }) => {
    await endTour(webDatabase(), scope, session.personId, body.how, Date.now());
    return new Response(null, { status: 204 });
  },
);
