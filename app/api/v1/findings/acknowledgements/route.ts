import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { acknowledgeCauses, acknowledgementForm } from '@/server/services/acknowledge-causes';

/** Says that the person who asks takes care of causes. 201 with `{changeId, count, versions}`. */
export const POST = withRoute(
  { permission: 'work-findings', body: acknowledgementForm },
  async ({ scope, session, body }) =>
    Response.json(await acknowledgeCauses(webDatabase(), scope, session, body, Date.now()), { status: 201 }),
);
