import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { clientForm, createClient } from '@/server/services/create-client';

/** Makes a client. 201 with `{clientId}`. */
export const POST = withRoute({ permission: 'manage-clients', body: clientForm }, async ({ scope, body }) => {
  const clientId = await createClient(webDatabase(), scope, body, Date.now());
  return Response.json({ clientId }, { status: 201 });
});
