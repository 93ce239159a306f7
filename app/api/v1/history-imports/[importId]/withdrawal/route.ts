import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { withdrawHistory } from '@/server/services/withdraw-history';

const route = { permission: 'manage-channels', params: z.object({ importId: z.uuid() }) } as const;

/** Takes the runs of a file back out of all history; doing it twice changes nothing. 204. */
export const PUT = withRoute(route, async ({ scope, session, params: { importId } }) => {
  await withdrawHistory(webDatabase(), scope, session, { importId, isWithdrawn: true }, new Date());
  return new Response(null, { status: 204 });
});

/** Lets them stand in it again. 204. */
export const DELETE = withRoute(route, async ({ scope, session, params: { importId } }) => {
  await withdrawHistory(webDatabase(), scope, session, { importId, isWithdrawn: false }, new Date());
  return new Response(null, { status: 204 });
});
