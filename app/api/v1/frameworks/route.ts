import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { chooseFrameworks, frameworksForm } from '@/server/services/choose-frameworks';

/** Says by which frameworks the MSP works. 204. */
export const PUT = withRoute(
  { permission: 'change-policy', body: frameworksForm },
  async ({ scope, session, body }) => {
    await chooseFrameworks(webDatabase(), scope, session.personId, body, new Date());
    return new Response(null, { status: 204 });
  },
);
