import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { commentOnCauses, commentForm } from '@/server/services/comment-on-causes';

/** Puts a comment into the timelines of causes. 201 with `{changeId, count, versions}`. */
export const POST = withRoute(
  { permission: 'work-findings', body: commentForm },
  async ({ scope, session, body }) =>
    Response.json(await commentOnCauses(webDatabase(), scope, session, body, Date.now()), { status: 201 }),
);
