import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { createPolicy, newPolicyForm } from '@/server/services/publish-policy';

/** Makes a policy that holds for nothing yet. 201 `{policyId}`. */
export const POST = withRoute(
  { permission: 'change-policy', body: newPolicyForm },
  async ({ scope, session, body }) => {
    const policyId = await createPolicy(webDatabase(), scope, session, body, Date.now());
    return Response.json({ policyId }, { status: 201 });
  },
);
