import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { readAssignmentRule } from '@/server/data/assignment-rule-screens';
import { webDatabase } from '@/server/data/web-database';
import { nothingHere } from '@/server/nothing-here';
import { assignmentRuleForm, changeAssignmentRule } from '@/server/services/change-assignment-rules';

const params = z.object({ assignmentRuleId: z.uuid() });

/** What became of a rule, and which systems met it. */
export const GET = withRoute(
  { permission: 'view-policies', params },
  async ({ scope, params: { assignmentRuleId } }) => {
    const story = await readAssignmentRule(webDatabase(), scope, assignmentRuleId);
    if (!story) throw nothingHere();
    return Response.json(story);
  },
);

/** Changes a rule, or asks it of the systems that are there; `seen` names the preview. `{version, applied}`. */
export const PUT = withRoute(
  { permission: 'change-policy', params, body: assignmentRuleForm },
  async ({ scope, session, params: { assignmentRuleId }, body }) =>
    Response.json(
      await changeAssignmentRule(webDatabase(), scope, session, assignmentRuleId, body, Date.now()),
    ),
);
