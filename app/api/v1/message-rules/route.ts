import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { makeMessageRule, newMessageRuleForm } from '@/server/services/change-message-rules';

/** Makes a rule for messages that no parser reads; what was put aside within its reach is read again. 201 `{messageRuleId, version, retriedCount}`. */
export const POST = withRoute(
  { permission: 'manage-channels', body: newMessageRuleForm },
  async ({ scope, session, body }) => {
    const made = await makeMessageRule(webDatabase(), scope, session, body, new Date());
    return Response.json(made, { status: 201 });
  },
);
