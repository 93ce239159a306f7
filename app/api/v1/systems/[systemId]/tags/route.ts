import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { systemTagsForm, tagSystem } from '@/server/services/tag-system';

/** Gives a system exactly these tags; policies are assigned to them. 204. */
export const PUT = withRoute(
  { permission: 'change-policy', params: z.object({ systemId: z.uuid() }), body: systemTagsForm },
  async ({ scope, session, params: { systemId }, body }) => {
    await tagSystem(webDatabase(), scope, session, systemId, body, Date.now());
    return new Response(null, { status: 204 });
  },
);
