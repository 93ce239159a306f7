import { withRoute } from '@/server/auth/with-route';
import { config } from '@/server/config';
import { webDatabase } from '@/server/data/web-database';
import { testSignOn } from '@/server/services/set-up-sign-on';

/** Asks the MSP's provider whether it could be signed in through; 200 with what stands in the way, or null. */
export const POST = withRoute({ permission: 'manage-sign-on' }, async ({ scope }) =>
  Response.json({ problem: await testSignOn(webDatabase(), scope, config()) }),
);
