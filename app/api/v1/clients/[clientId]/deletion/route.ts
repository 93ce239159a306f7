import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { askForDeletion, callDeletionOff, deletionForm } from '@/server/services/end-client';

const params = z.object({ clientId: z.uuid() });

/**
 * Asks for the deletion of a client whose service has ended, with or without its evidence. 202 with `{dueAt}`: until then it can be called
 * off. 409 while a legal hold stands, or while evidence that is to go has to be kept.
 */
export const PUT = withRoute(
  { permission: 'end-client', params, body: deletionForm },
  async ({ scope, session, params: { clientId }, body }) => {
    const dueAt = await askForDeletion(webDatabase(), scope, session, clientId, body, Date.now());
    return Response.json({ dueAt: dueAt.toISOString() }, { status: 202 });
  },
);

/** Calls the deletion off. 204. */
export const DELETE = withRoute(
  { permission: 'end-client', params },
  async ({ scope, params: { clientId } }) => {
    await callDeletionOff(webDatabase(), scope, clientId);
    return new Response(null, { status: 204 });
  },
);
