import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { includeMachine } from '@/server/services/exclude-machine';

/** Takes an exclusion back. 204. */
export const DELETE = withRoute(
  { permission: 'declare', params: z.object({ exclusionId: z.uuid() }) },
  async ({ scope, session, params }) => {
    await includeMachine(webDatabase(), scope, session, params.exclusionId, Date.now());
    return new Response(null, { status: 204 });
  },
);
