import { z } from 'zod';
import { auditorOf } from '@/server/auth/auditor';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { askAboutEvidence, questionForm } from '@/server/services/use-evidence-room';

/** Asks the MSP about a clause or a record. 204. */
export const POST = withRoute(
  { permission: 'view-evidence', params: z.object({ clientId: z.uuid() }), body: questionForm },
  async ({ session, params, body }) => {
    await askAboutEvidence(webDatabase(), auditorOf(session), params.clientId, body, Date.now());
    return new Response(null, { status: 204 });
  },
);
