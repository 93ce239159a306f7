import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { changeKeepTerm, keepTermForm } from '@/server/services/change-keep-term';

/** Changes how long the MSP keeps something. 204. */
export const PUT = withRoute(
  { permission: 'set-retention', body: keepTermForm },
  async ({ scope, session, body }) => {
    await changeKeepTerm(webDatabase(), scope, session.personId, body, new Date());
    return new Response(null, { status: 204 });
  },
);
