import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { givePolicyName, policyNameForm, takePolicyOut } from '@/server/services/publish-policy';

const params = z.object({ policyId: z.uuid() });

/** Gives a policy another name. 204. */
export const PATCH = withRoute(
  { permission: 'change-policy', params, body: policyNameForm },
  async ({ scope, params: { policyId }, body }) => {
    await givePolicyName(webDatabase(), scope, policyId, body.name);
    return new Response(null, { status: 204 });
  },
);

/** Takes a policy that holds for nothing out of use. 204. */
export const DELETE = withRoute(
  { permission: 'change-policy', params },
  async ({ scope, session, params: { policyId } }) => {
    await takePolicyOut(webDatabase(), scope, session, policyId, Date.now());
    return new Response(null, { status: 204 });
  },
);
