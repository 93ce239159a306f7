import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { unassignPolicy } from '@/server/services/assign-policy';

/** Ends what a policy holds for: what lies above holds there again. 204. */
export const DELETE = withRoute(
  { permission: 'change-policy', params: z.object({ assignmentId: z.uuid() }) },
  async ({ scope, session, params: { assignmentId } }) => {
    await unassignPolicy(webDatabase(), scope, session, assignmentId, Date.now());
    return new Response(null, { status: 204 });
  },
);
