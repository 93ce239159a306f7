import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { assignmentForm, assignPolicy } from '@/server/services/assign-policy';

/** Has a policy hold for a client, site, tag or system. 201 `{assignmentId, formerPolicyId}`. */
export const POST = withRoute(
  { permission: 'change-policy', params: z.object({ policyId: z.uuid() }), body: assignmentForm },
  async ({ scope, session, params: { policyId }, body }) => {
    const assigned = await assignPolicy(webDatabase(), scope, session, policyId, body, Date.now());
    return Response.json(assigned, { status: 201 });
  },
);
