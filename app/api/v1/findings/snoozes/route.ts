import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { snoozeCauses, snoozeForm } from '@/server/services/snooze-causes';

/** Takes causes out of the open queue until an instant, or wakes them. 201 with `{changeId, count, versions}`. */
export const POST = withRoute(
  { permission: 'work-findings', body: snoozeForm },
  async ({ scope, session, body }) =>
    Response.json(await snoozeCauses(webDatabase(), scope, session, body, Date.now()), { status: 201 }),
);
