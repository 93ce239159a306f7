import { apiPolicies } from '@/contract/api-v1';
import { withRoute } from '@/server/auth/with-route';
import { listPolicies } from '@/server/data/policy-screens';
import { webDatabase } from '@/server/data/web-database';
import { createPolicy, newPolicyForm } from '@/server/services/publish-policy';
import { policyAnswer } from '../api-answers';
import { listAnswer } from '../list-answer';

/** The policies, the default first, then by name: all of them at once. */
export const GET = withRoute({ permission: 'view-policies', answer: apiPolicies }, async ({ scope }) => {
  const policies = await webDatabase().inScope(scope, (tx) => listPolicies(tx, scope.mspId));
  return listAnswer(policies, policies.length, ({ policyId }) => policyId, policyAnswer);
});

/** Makes a policy that holds for nothing yet. 201 `{policyId}`. */
export const POST = withRoute(
  { permission: 'change-policy', body: newPolicyForm },
  async ({ scope, session, body }) => {
    const policyId = await createPolicy(webDatabase(), scope, session, body, Date.now());
    return Response.json({ policyId }, { status: 201 });
  },
);
