import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { changeMark } from '@/server/data/change-mark';
import { webDatabase } from '@/server/data/web-database';

const id = z.uuid().nullable().catch(null);

/** `{mark}`: whether a page that is open would look different by now, of all clients or of `client`. */
export const GET = withRoute({ permission: 'view-fleet' }, async ({ request, scope }) => {
  const clientId = id.parse(new URL(request.url).searchParams.get('client'));
  const mark = await webDatabase().inScope(scope, (tx) => changeMark(tx, scope.mspId, clientId));
  return Response.json({ mark });
});
