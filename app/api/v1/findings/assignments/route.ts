import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { assignCauses, assignmentForm } from '@/server/services/assign-causes';

/** Gives causes to a person, or to nobody. 201 with `{changeId, count, versions}`. */
export const POST = withRoute(
  { permission: 'work-findings', body: assignmentForm },
  async ({ scope, session, body }) =>
    Response.json(await assignCauses(webDatabase(), scope, session, body, Date.now()), { status: 201 }),
);
