import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { undoInventory } from '@/server/services/undo-inventory';

/** Takes back the newest import of a client. 204. */
export const DELETE = withRoute(
  { permission: 'declare', params: z.object({ importId: z.uuid() }) },
  async ({ scope, session, params }) => {
    await undoInventory(webDatabase(), scope, session, params.importId, Date.now());
    return new Response(null, { status: 204 });
  },
);
