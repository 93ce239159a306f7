import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { setRuleThere } from '@/server/services/change-notifications';

const route = { permission: 'manage-notifications', params: z.object({ ruleId: z.uuid() }) } as const;

/** Removes a rule: it tells nothing any more. 204. */
export const PUT = withRoute(route, async ({ scope, session, params: { ruleId } }) => {
  await setRuleThere(webDatabase(), scope, session, { ruleId, isThere: false }, Date.now());
  return new Response(null, { status: 204 });
});

/** Brings a removed rule back. 204. */
export const DELETE = withRoute(route, async ({ scope, session, params: { ruleId } }) => {
  await setRuleThere(webDatabase(), scope, session, { ruleId, isThere: true }, Date.now());
  return new Response(null, { status: 204 });
});
