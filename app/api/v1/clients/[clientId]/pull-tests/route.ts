import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { testConnection, testForm } from '@/server/services/try-pull';

/** Asks a server that is not connected yet whether it lets Holdfast in; keeps nothing. 200 with what it reached, or why it did not. */
export const POST = withRoute(
  { permission: 'manage-channels', params: z.object({ clientId: z.uuid() }), body: testForm },
  async ({ scope, params: { clientId }, body }) =>
    Response.json(await testConnection(webDatabase(), scope, clientId, body, Date.now())),
);
