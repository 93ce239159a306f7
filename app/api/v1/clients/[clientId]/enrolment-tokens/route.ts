import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { config } from '@/server/config';
import { findClient } from '@/server/data/clients';
import { webDatabase } from '@/server/data/web-database';
import { nothingHere } from '@/server/nothing-here';
import { mintEnrolmentToken } from '@/server/services/mint-enrolment-token';

/** Makes a token with which one machine of the client enrols, once. 201 with `{token, enrolmentId, expiresAt, ingestUrl}`. */
export const POST = withRoute(
  { permission: 'mint-enrolment-token', params: z.object({ clientId: z.uuid() }) },
  async ({ scope, params: { clientId } }) => {
    const client = await webDatabase().inScope(scope, (tx) => findClient(tx, scope.mspId, clientId));
    if (!client) throw nothingHere();
    const minted = await mintEnrolmentToken(webDatabase(), scope, clientId, Date.now());
    return Response.json({ ...minted, ingestUrl: config().ingestOrigin }, { status: 201 });
  },
);
