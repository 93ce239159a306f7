import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { findNamedThings } from '@/server/data/named-things';
import { webDatabase } from '@/server/data/web-database';

const text = z.string().trim().min(1).max(200).nullable().catch(null);

/** What one can go to by name: `{things}`; none for an empty `q`. */
export const GET = withRoute({ permission: 'view-fleet' }, async ({ request, scope }) => {
  const asked = text.parse(new URL(request.url).searchParams.get('q'));
  const things =
    asked === null ? [] : await webDatabase().inScope(scope, (tx) => findNamedThings(tx, scope.mspId, asked));
  return Response.json({ things });
});
