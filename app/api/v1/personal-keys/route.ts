import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { makePersonalKey, personalKeyForm } from '@/server/services/manage-personal-keys';

/** Makes a key by which a program acts as the person who asks. 201 with `{personalKeyId, key}`; the key is never answered again. */
export const POST = withRoute(
  { permission: 'view-fleet', body: personalKeyForm },
  async ({ scope, session, body }) =>
    Response.json(await makePersonalKey(webDatabase(), scope, session.role, body, Date.now()), {
      status: 201,
    }),
);
