import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { findMergeTargets } from '@/server/data/merge-targets';
import { webDatabase } from '@/server/data/web-database';
import { nothingHere } from '@/server/nothing-here';

const params = z.object({ systemId: z.uuid() });
const text = z.string().trim().max(200).catch('');

/** What a system may be merged into, of those whose name holds `q`: `{targets, hasMore}`. */
export const GET = withRoute(
  { permission: 'sort-inbox', params },
  async ({ request, scope, params: { systemId } }) => {
    const asked = text.parse(new URL(request.url).searchParams.get('q'));
    const found = await webDatabase().inScope(scope, (tx) =>
      findMergeTargets(tx, scope.mspId, systemId, asked),
    );
    if (!found) throw nothingHere();
    return Response.json(found);
  },
);
