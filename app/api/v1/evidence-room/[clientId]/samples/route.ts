import { z } from 'zod';
import { auditorOf } from '@/server/auth/auditor';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { drawEvidenceSample, sampleForm } from '@/server/services/use-evidence-room';

/** Logs a seed and draws a sample by it. 201 with `{sampleId}`. */
export const POST = withRoute(
  { permission: 'view-evidence', params: z.object({ clientId: z.uuid() }), body: sampleForm },
  async ({ session, params, body }) => {
    const auditor = auditorOf(session);
    const sampleId = await drawEvidenceSample(webDatabase(), auditor, params.clientId, body, Date.now());
    return Response.json({ sampleId }, { status: 201 });
  },
);
