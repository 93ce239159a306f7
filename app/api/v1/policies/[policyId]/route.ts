import { z } from 'zod';
import { apiPolicy } from '@/contract/api-v1';
import { withRoute } from '@/server/auth/with-route';
import { listPolicies } from '@/server/data/policy-screens';
import { webDatabase } from '@/server/data/web-database';
import { givePolicyName, policyNameForm, takePolicyOut } from '@/server/services/publish-policy';
import { nothingHere } from '@/server/nothing-here';
import type { TenantScope } from '@/server/tenancy/tenant-scope';
import { policyAnswer } from '../../api-answers';

const params = z.object({ policyId: z.uuid() });

interface Asked {
  readonly scope: TenantScope;
  readonly params: z.output<typeof params>;
}

async function current({ scope, params: { policyId } }: Asked) {
  const policies = await webDatabase().inScope(scope, (tx) => listPolicies(tx, scope.mspId));
  const found = policies.find((one) => one.policyId === policyId);
  if (!found) throw nothingHere();
  return policyAnswer(found);
}

/** One policy, with the version that holds. */
export const GET = withRoute({ permission: 'view-policies', params, answer: apiPolicy }, async (call) =>
  Response.json(await current(call)),
);

/** Gives a policy another name. 204. */
export const PATCH = withRoute(
  { permission: 'change-policy', params, body: policyNameForm, current },
  async ({ scope, params: { policyId }, body }) => {
    await givePolicyName(webDatabase(), scope, policyId, body.name);
    return new Response(null, { status: 204 });
  },
);

/** Takes a policy that holds for nothing out of use. 204. */
export const DELETE = withRoute(
  { permission: 'change-policy', params, current },
  async ({ scope, session, params: { policyId } }) => {
    await takePolicyOut(webDatabase(), scope, session, policyId, Date.now());
    return new Response(null, { status: 204 });
  },
);
