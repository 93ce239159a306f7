import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { config } from '@/server/config';
import { findClient } from '@/server/data/clients';
import { webDatabase } from '@/server/data/web-database';
import { nothingHere } from '@/server/nothing-here';
import { ENROLMENT_TOKEN_HOURS, mintEnrolmentToken } from '@/server/services/mint-enrolment-token';

/** Makes a token with which one machine of the client enrols, once. 201 with `{token, expiresAt, ingestUrl}`. */
export const POST = withRoute(
  { permission: 'mint-enrolment-token', params: z.object({ clientId: z.uuid() }) },
  async ({ scope, params: { clientId } }) => {
    const client = await webDatabase().inScope(scope, (tx) => findClient(tx, scope.mspId, clientId));
    if (!client) throw nothingHere();
    const nowMs = Date.now();
    const token = await mintEnrolmentToken(webDatabase(), scope, clientId, nowMs);
    const expiresAt = new Date(nowMs + ENROLMENT_TOKEN_HOURS * 3_600_000).toISOString();
    return Response.json({ token, expiresAt, ingestUrl: config().ingestOrigin }, { status: 201 });
  },
);
