import { z } from 'zod';
import { apiFindingDetail } from '@/contract/api-v1';
import { withRoute } from '@/server/auth/with-route';
import { readCause } from '@/server/data/cause-detail';
import { webDatabase } from '@/server/data/web-database';
import { nothingHere } from '@/server/nothing-here';
import { findingAnswer } from '../../api-answers';
import { isoOf, isoOrNull } from '../../list-answer';

/** One cause of findings, with the systems that it concerns and what was done about it. */
export const GET = withRoute(
  { permission: 'view-fleet', params: z.object({ causeId: z.uuid() }), answer: apiFindingDetail },
  async ({ scope, params: { causeId } }) => {
    const found = await webDatabase().inScope(scope, (tx) => readCause(tx, scope.mspId, causeId, new Date()));
    if (!found) throw nothingHere();
    return Response.json({
      ...findingAnswer(found.cause),
      systems: found.systems.map(({ systemId, name, status }) => ({ systemId, name, status })),
      events: found.events.map(({ kind, at, byName, text, undoneAt }) => ({
        kind,
        at: isoOf(at),
        byName,
        text,
        undoneAt: isoOrNull(undoneAt),
      })),
    });
  },
);
