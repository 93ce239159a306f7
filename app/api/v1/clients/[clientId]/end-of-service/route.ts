import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { endForm, endService, takeBackClient } from '@/server/services/end-client';

const params = z.object({ clientId: z.uuid() });

/** Ends the service for the client; nothing is deleted. 204. */
export const PUT = withRoute(
  { permission: 'end-client', params, body: endForm },
  async ({ scope, session, params: { clientId }, body }) => {
    await endService(webDatabase(), scope, session, clientId, body, Date.now());
    return new Response(null, { status: 204 });
  },
);

/** Takes the client back into service; a deletion that was asked for is off. 204; 409 when its data is gone. */
export const DELETE = withRoute(
  { permission: 'end-client', params },
  async ({ scope, params: { clientId } }) => {
    await takeBackClient(webDatabase(), scope, clientId, Date.now());
    return new Response(null, { status: 204 });
  },
);
