import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { undoWithdrawal } from '@/server/services/undo-withdrawal';

/** Takes the withdrawal of a declaration back, within an hour: it holds again as it did. 204. */
export const DELETE = withRoute(
  { permission: 'declare', params: z.object({ declarationId: z.uuid() }) },
  async ({ scope, params }) => {
    await undoWithdrawal(webDatabase(), scope, params.declarationId, Date.now());
    return new Response(null, { status: 204 });
  },
);
