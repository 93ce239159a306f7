import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { codeRolesForm, demandCodes } from '@/server/services/enforce-sign-in';

/** Says which roles must have an authenticator. 204. */
export const PUT = withRoute(
  { permission: 'enforce-sign-in', body: codeRolesForm },
  async ({ scope, body }) => {
    await demandCodes(webDatabase(), scope, body.roles);
    return new Response(null, { status: 204 });
  },
);
