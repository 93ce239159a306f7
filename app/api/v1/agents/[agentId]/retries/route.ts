import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { reportsAsideForm, retryReports } from '@/server/services/sort-inbox';

/** Has an agent's reports that were put aside for a cause processed again. 202 with `{count}`. */
export const POST = withRoute(
  { permission: 'sort-inbox', params: z.object({ agentId: z.uuid() }), body: reportsAsideForm },
  async ({ scope, params: { agentId }, body }) => {
    const count = await retryReports(webDatabase(), scope, agentId, body, Date.now());
    return Response.json({ count }, { status: 202 });
  },
);
