import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { waiveCauses, waiverForm } from '@/server/services/waive-causes';

/** Accepts the gaps of causes, with a reason, until an instant. 201 with `{changeId, count, versions}`. */
export const POST = withRoute(
  { permission: 'work-findings', body: waiverForm },
  async ({ scope, session, body }) =>
    Response.json(await waiveCauses(webDatabase(), scope, session, body, Date.now()), { status: 201 }),
);
