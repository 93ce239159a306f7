import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { confirmDrill, drillConfirmation } from '@/server/services/confirm-drill';

/** Says that the alarm of a drill arrived. 204; 409 while no message of it was delivered, and once it is confirmed or over. */
export const POST = withRoute(
  { permission: 'request-restore-test', params: z.object({ dataSetId: z.uuid() }), body: drillConfirmation },
  async ({ scope, session, params: { dataSetId }, body: { requestId } }) => {
    await confirmDrill(webDatabase(), scope, session, { dataSetId, requestId }, Date.now());
    return new Response(null, { status: 204 });
  },
);
