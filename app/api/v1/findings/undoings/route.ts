import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { undoCauseChange, undoForm } from '@/server/services/undo-cause-change';

/** Takes a change back, of one or many causes. 200 with `{count, left, versions}`. */
export const POST = withRoute(
  { permission: 'work-findings', body: undoForm },
  async ({ scope, session, body }) =>
    Response.json(await undoCauseChange(webDatabase(), scope, session, body, Date.now())),
);
