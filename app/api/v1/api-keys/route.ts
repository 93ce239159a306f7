import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { apiKeyForm, makeApiKey } from '@/server/services/manage-api-keys';

/** Makes a key that reads evidence. 201 with `{apiKeyId, key}`; the key is never answered again. */
export const POST = withRoute(
  { permission: 'manage-evidence', body: apiKeyForm },
  async ({ scope, session, body }) =>
    Response.json(await makeApiKey(webDatabase(), scope, session.name, body, Date.now()), { status: 201 }),
);
