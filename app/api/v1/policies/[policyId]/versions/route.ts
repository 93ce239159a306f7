import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { policyVersionForm, publishPolicy } from '@/server/services/publish-policy';

/** Publishes the next version of a policy. 201 `{version}`. */
export const POST = withRoute(
  { permission: 'change-policy', params: z.object({ policyId: z.uuid() }), body: policyVersionForm },
  async ({ scope, session, params: { policyId }, body }) => {
    const version = await publishPolicy(webDatabase(), scope, session, policyId, body, Date.now());
    return Response.json({ version }, { status: 201 });
  },
);
