import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { setAssignmentRuleThere } from '@/server/services/change-assignment-rules';

const params = z.object({ assignmentRuleId: z.uuid() });

/** Removes a rule; what it gave stays. 204. */
export const PUT = withRoute(
  { permission: 'change-policy', params },
  async ({ scope, session, params: { assignmentRuleId } }) => {
    await setAssignmentRuleThere(
      webDatabase(),
      scope,
      session,
      { assignmentRuleId, isThere: false },
      Date.now(),
    );
    return new Response(null, { status: 204 });
  },
);

/** Brings a removed rule back. 204. */
export const DELETE = withRoute(
  { permission: 'change-policy', params },
  async ({ scope, session, params: { assignmentRuleId } }) => {
    await setAssignmentRuleThere(
      webDatabase(),
      scope,
      session,
      { assignmentRuleId, isThere: true },
      Date.now(),
    );
    return new Response(null, { status: 204 });
  },
);
