import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { makeAssignmentRule, newAssignmentRuleForm } from '@/server/services/change-assignment-rules';

/** Makes a rule for newly seen systems; with a preview's mark it is asked of those that are there, too. 201 `{assignmentRuleId, applied}`. */
export const POST = withRoute(
  { permission: 'change-policy', body: newAssignmentRuleForm },
  async ({ scope, session, body }) => {
    const made = await makeAssignmentRule(webDatabase(), scope, session, body, Date.now());
    return Response.json(made, { status: 201 });
  },
);
