import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { setAssignmentRuleEnabled } from '@/server/services/change-assignment-rules';

const params = z.object({ assignmentRuleId: z.uuid() });

/** Switches a rule off. 204. */
export const PUT = withRoute(
  { permission: 'change-policy', params },
  async ({ scope, session, params: { assignmentRuleId } }) => {
    await setAssignmentRuleEnabled(
      webDatabase(),
      scope,
      session,
      { assignmentRuleId, isEnabled: false },
      Date.now(),
    );
    return new Response(null, { status: 204 });
  },
);

/** Switches it on again, for what is first seen from then on. 204. */
export const DELETE = withRoute(
  { permission: 'change-policy', params },
  async ({ scope, session, params: { assignmentRuleId } }) => {
    await setAssignmentRuleEnabled(
      webDatabase(),
      scope,
      session,
      { assignmentRuleId, isEnabled: true },
      Date.now(),
    );
    return new Response(null, { status: 204 });
  },
);
