import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { makeManagementKey, managementKeyForm } from '@/server/services/make-management-key';

/** Makes a key by which a program manages a client's ping checks. 201 with `{keyId, key}`; the key is never answered again. */
export const POST = withRoute(
  { permission: 'manage-channels', body: managementKeyForm },
  async ({ scope, session, body }) =>
    Response.json(await makeManagementKey(webDatabase(), scope, session.name, body), { status: 201 }),
);
