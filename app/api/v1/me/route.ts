import { apiCaller } from '@/contract/api-v1';
import { withRoute } from '@/server/auth/with-route';
import { findMsp } from '@/server/data/clients';
import { webDatabase } from '@/server/data/web-database';
import { isoOf } from '../list-answer';

/** As whom one asks: the person, what they see, and the key if it is one. */
export const GET = withRoute(
  { permission: 'signed-in', forAnyKey: true, answer: apiCaller },
  async ({ scope, session, key }) => {
    const msp = await webDatabase().inScope(scope, (tx) => findMsp(tx, scope.mspId));
    return Response.json({
      personId: session.personId,
      name: session.name,
      mspId: scope.mspId,
      mspName: msp.name,
      role: session.role,
      clientIds: scope.clientIds,
      key: key && {
        personalKeyId: key.personalKeyId,
        scopes: key.scopes,
        expiresAt: isoOf(key.expiresAt),
      },
    });
  },
);
