import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { readRuleProgress } from '@/server/data/message-rule-screens';
import { webDatabase } from '@/server/data/web-database';
import { nothingHere } from '@/server/nothing-here';
import { changeMessageRule, messageRuleForm } from '@/server/services/change-message-rules';

const params = z.object({ messageRuleId: z.uuid() });

/** How far reading by a rule is. `{waitingCount, readCount}`. */
export const GET = withRoute(
  { permission: 'view-agents', params },
  async ({ scope, params: { messageRuleId } }) => {
    const progress = await readRuleProgress(webDatabase(), scope, messageRuleId);
    if (!progress) throw nothingHere();
    return Response.json(progress);
  },
);

/** Changes a rule; what was put aside within its reach is read again. `{messageRuleId, version, retriedCount}`. */
export const PUT = withRoute(
  { permission: 'manage-channels', params, body: messageRuleForm },
  async ({ scope, params: { messageRuleId }, body }) =>
    Response.json(await changeMessageRule(webDatabase(), scope, messageRuleId, body, new Date())),
);
