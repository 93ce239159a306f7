import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { subscribeToNotes, unsubscribeFromNotes } from '@/server/services/subscribe-to-notes';

const params = z.object({ personId: z.uuid() });

/** Sends a person of the MSP the day's note from now on. 204. */
export const PUT = withRoute(
  { permission: 'manage-evidence-log', params },
  async ({ scope, session, params: { personId } }) => {
    await subscribeToNotes(webDatabase(), scope, session, personId, Date.now());
    return new Response(null, { status: 204 });
  },
);

/** Sends it no more. 204. */
export const DELETE = withRoute(
  { permission: 'manage-evidence-log', params },
  async ({ scope, params: { personId } }) => {
    await unsubscribeFromNotes(webDatabase(), scope, personId, Date.now());
    return new Response(null, { status: 204 });
  },
);
