import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { withdrawDeclaration } from '@/server/services/withdraw-declaration';

/** Takes a declaration back; it stays in the history. 204. */
export const DELETE = withRoute(
  { permission: 'declare', params: z.object({ declarationId: z.uuid() }) },
  async ({ scope, session, params }) => {
    await withdrawDeclaration(webDatabase(), scope, session, params.declarationId, Date.now());
    return new Response(null, { status: 204 });
  },
);
