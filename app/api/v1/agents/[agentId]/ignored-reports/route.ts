import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import {
  ignoreReports,
  ignoreReportsForm,
  reportsAsideForm,
  undoIgnoredReports,
} from '@/server/services/sort-inbox';

const params = z.object({ agentId: z.uuid() });

/** Ignores an agent's reports that were put aside for a cause until now. 204. */
export const PUT = withRoute(
  { permission: 'sort-inbox', params, body: ignoreReportsForm },
  async ({ scope, session, params: { agentId }, body }) => {
    await ignoreReports(webDatabase(), scope, session, agentId, body, Date.now());
    return new Response(null, { status: 204 });
  },
);

/** Has them stand in the inbox again. 204, also where they were not ignored. */
export const DELETE = withRoute(
  { permission: 'sort-inbox', params, body: reportsAsideForm },
  async ({ scope, session, params: { agentId }, body }) => {
    await undoIgnoredReports(webDatabase(), scope, session, agentId, body, Date.now());
    return new Response(null, { status: 204 });
  },
);
