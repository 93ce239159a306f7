import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { erasePersonalValues, erasureForm } from '@/server/services/erase-personal-values';

/** Erases personal values beside the log for good. 200 with `{erased, held, inTexts}`. */
export const POST = withRoute(
  { permission: 'manage-evidence-log', body: erasureForm },
  async ({ scope, body }) => Response.json(await erasePersonalValues(webDatabase(), scope, body)),
);
