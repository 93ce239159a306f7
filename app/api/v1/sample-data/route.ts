import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { removeSampleData } from '@/server/services/remove-sample-data';

/** Removes the sample clients with all that is theirs, for good; answers how much that was. */
export const DELETE = withRoute({ permission: 'set-up-msp' }, async ({ scope }) =>
  Response.json(await removeSampleData(webDatabase(), scope)),
);
