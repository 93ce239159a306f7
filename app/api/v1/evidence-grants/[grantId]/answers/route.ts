import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { answerAuditor, answerForm } from '@/server/services/use-evidence-room';

/** Answers what an auditor asked. 204. */
export const POST = withRoute(
  { permission: 'manage-evidence', params: z.object({ grantId: z.uuid() }), body: answerForm },
  async ({ scope, session, params, body }) => {
    await answerAuditor(webDatabase(), scope, session, params.grantId, body, Date.now());
    return new Response(null, { status: 204 });
  },
);
