import { withApiKey } from '@/server/auth/with-route';
import { listVerdictsAsOf, verdictFields } from '@/server/data/evidence-api';
import type { SystemAsOf } from '@/server/data/system-as-of';
import { webDatabase } from '@/server/data/web-database';
import { AppError } from '@/server/errors';
import { askedInstant, askedSlice, sliceResponse } from '../asked-slice';

/** Each is judged anew from what was known then. */
const SYSTEMS_MAX = 25;

/** How each system stood at `as_of` (left out: now); docs/evidence-api.md. */
export const GET = withApiKey({}, async ({ request, scope }) => {
  const slice = askedSlice(request, SYSTEMS_MAX);
  const now = new Date();
  const at = askedInstant(request, 'as_of', now);
  if (at > now)
    throw new AppError(
      'invalid-request',
      'Nothing is known of the future: choose an instant that has passed.',
    );
  const verdicts = await listVerdictsAsOf(webDatabase(), scope, slice, at, now);
  const data = verdicts.map(({ system, asOf }) => ({
    system_id: system.systemId,
    system_name: system.name,
    client_id: system.clientId,
    ...fieldsOf(asOf),
  }));
  return sliceResponse(data, slice, verdicts.at(-1)?.system.systemId, { as_of: at.toISOString() });
});

function fieldsOf(asOf: SystemAsOf): object {
  switch (asOf.kind) {
    case 'judged':
      return {
        known: 'judged',
        status: asOf.status,
        policy_version: asOf.policyVersion,
        data_sets: asOf.dataSets.map(({ dataSetId, name, verdict }) => ({
          data_set_id: dataSetId,
          name,
          ...verdictFields(verdict),
        })),
      };
    case 'not-kept':
      return { known: 'not-kept', kept_since: asOf.keptSince.toISOString(), status: null };
    case 'not-known-then':
    case 'renamed-since':
    case 'no-policy':
      return { known: asOf.kind, status: null };
  }
}
