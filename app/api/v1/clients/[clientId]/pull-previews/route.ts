import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { previewForm, previewPull } from '@/server/services/try-pull';

/** What the first pull would bring and how it would be read; keeps nothing. 200 with its items, or why there are none. */
export const POST = withRoute(
  { permission: 'manage-channels', params: z.object({ clientId: z.uuid() }), body: previewForm },
  async ({ scope, params: { clientId }, body }) =>
    Response.json(await previewPull(webDatabase(), scope, clientId, body, Date.now())),
);
