import { fleetQuery, readFleetAddress } from '@/app/(msp)/fleet-address';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import {
  dropFleetView,
  fleetViewForm,
  fleetViewName,
  keepFleetView,
} from '@/server/services/keep-fleet-view';

/** Keeps a view of the fleet for the person who asks, or gives one another name. 204. */
export const PUT = withRoute(
  { permission: 'view-fleet', body: fleetViewForm },
  async ({ scope, session, body }) => {
    const address = readFleetAddress(Object.fromEntries(new URLSearchParams(body.query)));
    const form = { ...body, query: fleetQuery(address) };
    await keepFleetView(webDatabase(), scope, session, form, Date.now());
    return new Response(null, { status: 204 });
  },
);

/** Takes one of the person's own views away, if it is there. 204. */
export const DELETE = withRoute(
  { permission: 'view-fleet', body: fleetViewName },
  async ({ scope, session, body }) => {
    await dropFleetView(webDatabase(), scope, session, body.name, Date.now());
    return new Response(null, { status: 204 });
  },
);
