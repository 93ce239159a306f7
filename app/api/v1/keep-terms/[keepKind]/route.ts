import { z } from 'zod';
import { KEEP_KINDS } from '@/domain/keeping/keep-terms';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { changeKeepTerm, keepTermForm } from '@/server/services/change-keep-term';

/** Changes how long the MSP keeps something. 204. */
export const PUT = withRoute(
  { permission: 'set-retention', params: z.object({ keepKind: z.enum(KEEP_KINDS) }), body: keepTermForm },
  async ({ scope, session, params: { keepKind }, body }) => {
    await changeKeepTerm(webDatabase(), scope, session.personId, keepKind, body, new Date());
    return new Response(null, { status: 204 });
  },
);
