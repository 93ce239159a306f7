import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { setMessageRuleEnabled } from '@/server/services/change-message-rules';

const params = z.object({ messageRuleId: z.uuid() });

/** Switches a rule off. 204. */
export const PUT = withRoute(
  { permission: 'manage-channels', params },
  async ({ scope, session, params: { messageRuleId } }) => {
    await setMessageRuleEnabled(
      webDatabase(),
      scope,
      session,
      { messageRuleId, isEnabled: false },
      new Date(),
    );
    return new Response(null, { status: 204 });
  },
);

/** Switches it on again; what was put aside meanwhile is read again. 204. */
export const DELETE = withRoute(
  { permission: 'manage-channels', params },
  async ({ scope, session, params: { messageRuleId } }) => {
    await setMessageRuleEnabled(
      webDatabase(),
      scope,
      session,
      { messageRuleId, isEnabled: true },
      new Date(),
    );
    return new Response(null, { status: 204 });
  },
);
