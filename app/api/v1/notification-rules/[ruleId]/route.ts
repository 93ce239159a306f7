import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { changeNotificationRule, ruleForm } from '@/server/services/change-notifications';

/** Changes a rule. 204. */
export const PUT = withRoute(
  { permission: 'manage-notifications', params: z.object({ ruleId: z.uuid() }), body: ruleForm },
  async ({ scope, params: { ruleId }, body }) => {
    await changeNotificationRule(webDatabase(), scope, ruleId, body, Date.now());
    return new Response(null, { status: 204 });
  },
);
