import { withPublicRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { acceptanceForm, acceptInvitation } from '@/server/services/accept-invitation';

/** Spends an invitation's link on a new person. 201. */
export const POST = withPublicRoute({ body: acceptanceForm }, async ({ body }) => {
  await acceptInvitation(webDatabase(), body, Date.now());
  return new Response(null, { status: 201 });
});
