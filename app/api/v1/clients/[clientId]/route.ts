import { z } from 'zod';
import { apiClient } from '@/contract/api-v1';
import { withRoute } from '@/server/auth/with-route';
import { listApiClients } from '@/server/data/api-lists';
import { webDatabase } from '@/server/data/web-database';
import { nothingHere } from '@/server/nothing-here';
import { clientAnswer } from '../../api-answers';

/** One client, and how its systems stand now. */
export const GET = withRoute(
  { permission: 'view-fleet', params: z.object({ clientId: z.uuid() }), answer: apiClient },
  async ({ scope, params: { clientId } }) => {
    const part = { after: null, limit: 1, clientId, search: '' };
    const [client] = await webDatabase().inScope(scope, (tx) =>
      listApiClients(tx, scope.mspId, part, new Date()),
    );
    if (!client) throw nothingHere();
    return Response.json(clientAnswer(client));
  },
);
