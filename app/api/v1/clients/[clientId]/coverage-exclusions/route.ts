import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { excludeMachine, exclusionForm } from '@/server/services/exclude-machine';

/** Says that a machine is knowingly left out. 201 with `{exclusionId}`. */
export const POST = withRoute(
  { permission: 'declare', params: z.object({ clientId: z.uuid() }), body: exclusionForm },
  async ({ scope, session, params, body }) => {
    const exclusionId = await excludeMachine(
      webDatabase(),
      scope,
      session,
      params.clientId,
      body,
      Date.now(),
    );
    return Response.json({ exclusionId }, { status: 201 });
  },
);
