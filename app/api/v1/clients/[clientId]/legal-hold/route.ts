import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { legalHoldForm, placeLegalHold, withdrawLegalHold } from '@/server/services/hold-evidence';

const params = z.object({ clientId: z.uuid() });

/** Keeps everything of a client that is evidence until the hold is withdrawn. 204. */
export const PUT = withRoute(
  { permission: 'manage-evidence-log', params, body: legalHoldForm },
  async ({ scope, session, params: { clientId }, body }) => {
    await placeLegalHold(webDatabase(), scope, session, clientId, body, Date.now());
    return new Response(null, { status: 204 });
  },
);

/** Withdraws the client's hold. 204. */
export const DELETE = withRoute(
  { permission: 'manage-evidence-log', params },
  async ({ scope, session, params: { clientId } }) => {
    await withdrawLegalHold(webDatabase(), scope, session, clientId, Date.now());
    return new Response(null, { status: 204 });
  },
);
