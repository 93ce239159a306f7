import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { accessForm, changeMember } from '@/server/services/change-member';

/** Gives a person another role and other clients. 204. */
export const PUT = withRoute(
  { permission: 'manage-people', params: z.object({ personId: z.uuid() }), body: accessForm },
  async ({ scope, params, body }) => {
    await changeMember(webDatabase(), scope, params.personId, body);
    return new Response(null, { status: 204 });
  },
);
