import { withRoute } from '@/server/auth/with-route';
import { config } from '@/server/config';
import { webDatabase } from '@/server/data/web-database';
import { setUpSignOn, signOnForm } from '@/server/services/set-up-sign-on';

/** Keeps how the MSP signs on; 200 with whether that switched it off until it is tested anew. */
export const PUT = withRoute({ permission: 'manage-sign-on', body: signOnForm }, async ({ scope, body }) =>
  Response.json(await setUpSignOn(webDatabase(), scope, body, config())),
);
