import { z } from 'zod';
import { apiClients, pageQuery } from '@/contract/api-v1';
import { withRoute } from '@/server/auth/with-route';
import { listApiClients } from '@/server/data/api-lists';
import { webDatabase } from '@/server/data/web-database';
import { clientForm, createClient } from '@/server/services/create-client';
import { clientAnswer } from '../api-answers';
import { idCursor, LIMIT_PRESET, listAnswer, readQuery } from '../list-answer';

const query = z.strictObject({
  ...pageQuery,
  search: z.string().max(200).optional().describe('Part of the name.'),
});

/** The clients, by id, each with how its systems stand now. */
export const GET = withRoute(
  { permission: 'view-fleet', query, answer: apiClients },
  async ({ request, scope }) => {
    const { cursor, limit = LIMIT_PRESET, search = '' } = readQuery(request, query);
    const part = { after: idCursor(cursor), limit, clientId: null, search };
    const clients = await webDatabase().inScope(scope, (tx) =>
      listApiClients(tx, scope.mspId, part, new Date()),
    );
    return listAnswer(clients, limit, ({ clientId }) => clientId, clientAnswer);
  },
);

/** Makes a client. 201 with `{clientId}`. */
export const POST = withRoute({ permission: 'manage-clients', body: clientForm }, async ({ scope, body }) => {
  const clientId = await createClient(webDatabase(), scope, body, Date.now());
  return Response.json({ clientId }, { status: 201 });
});
