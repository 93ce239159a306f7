import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { addNotificationRule, ruleForm } from '@/server/services/change-notifications';

/** Adds a rule; it tells what happens from now on. 201 `{ruleId}`. */
export const POST = withRoute(
  { permission: 'manage-notifications', body: ruleForm },
  async ({ scope, session, body }) => {
    const ruleId = await addNotificationRule(webDatabase(), scope, session, body, Date.now());
    return Response.json({ ruleId }, { status: 201 });
  },
);
