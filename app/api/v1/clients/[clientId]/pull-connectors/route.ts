import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { connectPull, pullForm } from '@/server/services/connect-pull';

/** Connects a server that is asked what its backups did; its first pull is due at once. 201 with `{channelId}`. */
export const POST = withRoute(
  { permission: 'manage-channels', params: z.object({ clientId: z.uuid() }), body: pullForm },
  async ({ scope, session, params, body }) => {
    const made = await connectPull(webDatabase(), scope, session.name, params.clientId, body, new Date());
    return Response.json(made, { status: 201 });
  },
);
