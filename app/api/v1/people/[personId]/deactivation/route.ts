import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { deactivateMember, reactivateMember } from '@/server/services/change-member';

const params = z.object({ personId: z.uuid() });

/** Shuts a person out; their sessions end. 204. */
export const PUT = withRoute({ permission: 'manage-people', params }, async ({ scope, params: asked }) => {
  await deactivateMember(webDatabase(), scope, asked.personId);
  return new Response(null, { status: 204 });
});

/** Lets a person in again. 204. */
export const DELETE = withRoute({ permission: 'manage-people', params }, async ({ scope, params: asked }) => {
  await reactivateMember(webDatabase(), scope, asked.personId);
  return new Response(null, { status: 204 });
});
