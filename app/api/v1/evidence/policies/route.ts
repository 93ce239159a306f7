import { withApiKey } from '@/server/auth/with-route';
import { listClientPolicies } from '@/server/data/evidence-api';
import { webDatabase } from '@/server/data/web-database';
import { askedSlice, sliceResponse } from '../asked-slice';

/** What each client is promised now; docs/evidence-api.md. */
export const GET = withApiKey({}, async ({ request, scope }) => {
  const slice = askedSlice(request, 200);
  const clients = await listClientPolicies(webDatabase(), scope, slice, new Date());
  const data = clients.map(({ clientId, name, timeZone, policy, version, policyVersionId }) => ({
    client_id: clientId,
    client_name: name,
    time_zone: timeZone,
    policy_version_id: policyVersionId,
    version,
    policy,
  }));
  return sliceResponse(data, slice, clients.at(-1)?.clientId);
});
